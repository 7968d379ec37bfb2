"""What a resident is told at each step: one sentence a kind of notice, in one table. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot import legal_texts, mediation_notices, texts
from bot.events import Button, Rows

Facts = dict[str, Any]


def notice(kind: str, facts: Facts) -> str:
    """The head names the matter, then what happened, then the seven dots.

    A kind that a newer API knows and this process does not yet is still told.
    """
    said = NOTICES.get(kind, _moved_on)(facts)
    return "\n".join([f"【{facts['number']}】{facts['name']}", said, texts.progress(facts["step"])])


def _moved_on(_: Facts) -> str:
    return "这件事有了新进展。发编号给我，看办到哪一步。"


def notice_buttons(kind: str, facts: Facts) -> Rows:
    make = BUTTONS.get(kind)
    return make(facts["number"]) if make else ()


def _because(facts: Facts) -> str:
    return f"\n原因：{facts['reason']}" if facts.get("reason") else ""


def _says(facts: Facts) -> str:
    return f"\n“{facts['note']}”" if facts.get("note") else ""


def _latest(facts: Facts) -> str:
    if facts.get("urgent") or not facts.get("due_at"):
        return ""
    if _passed(facts["due_at"], facts.get("at") or facts["due_at"]):
        return "原来说的时限已经过了，对不起。"
    return f"最迟 {texts.moment(facts['due_at'])} 处理完成。"


def _called(facts: Facts) -> str:
    """Whom it went to, where that is a name for people to read and not a login."""
    name = str(facts.get("to_name") or "")
    return "" if name.isascii() else name


def _passed(due: str, now: str) -> bool:
    return datetime.fromisoformat(due) < datetime.fromisoformat(now)


def _dispatched(facts: Facts) -> str:
    return f"已经派给{_called(facts) or '经办单位'}。{_latest(facts)}"


def _rests_on(facts: Facts) -> str:
    cited = [f"《{law}》{article}" for law, article in facts.get("laws", ())]
    return f"\n依据：{'；'.join(cited)}。" if cited else ""


def _lawyer(facts: Facts) -> str:
    return f"\n{legal_texts.NEEDS_LAWYER}" if facts.get("lawyer") else ""


LATE = "说好的时限到了，这件事还没有办完，对不起。已经去催了。"
NOTICES: dict[str, Callable[[Facts], str]] = {
    "file": lambda facts: "已经立案，接下来派人处理。",
    "dispatch": _dispatched,
    "accept": lambda facts: "经办人已经接手，开始处理。",
    "report_back": lambda facts: f"经办人说处理好了：{_says(facts)}\n接下来由另一位工作人员核查。",
    "pass": lambda facts: "核查过了，已经办好。您满意吗？按一下就行；七天内没有评价，就先办结。",
    "fail": lambda facts: f"核查发现还没办好，已经退回重做。{_because(facts)}",
    "rate": lambda facts: "报这件事的居民已经评价，这件事办结了。谢谢您一起关注。",
    "dispute": lambda facts: "一起关注这件事的居民说还没解决，已经退回再办。",
    "reopen": lambda facts: "这件事重新打开，请经办人再办。",
    "expire": lambda facts: "七天没有收到您的评价，这件事先办结了。还有问题，七天内按下面的按钮。",
    "grant": lambda facts: f"这件事比预想的难，经主管同意，时间延长了。{_latest(facts)}",
    "late": lambda facts: f"{LATE}有消息马上告诉您。",
    "decline": lambda facts: f"这件事我们办不了，对不起。{_because(facts)}\n有疑问可以拨打 12345。",
    "merge": lambda facts: f"这件事已经有人报过，合并到 {facts.get('into', '')} 一起办，进度照样告诉您。",
    "unmerge": lambda facts: "这件事改为单独办理，接下来派人处理。",
    "withdraw": lambda facts: "报这件事的居民撤回了。",
    "ask": lambda facts: (
        f"办这件事的人想问您：{_says(facts)}\n直接回我就行。您回答之前，时限先停着；三个工作日没有回答，就按知道的情况办。"
    ),
    "tell": lambda facts: f"办这件事的人告诉您：{_says(facts)}",
    "legal.late": lambda facts: f"{LATE}等不及可以拨打 12348，免费的法律热线。",
    "legal.dispatch": lambda facts: f"已经转给法律顾问{_called(facts)}。别人平时看不到内容。",
    "legal.accept": lambda facts: "法律顾问已经接下您的问题，正在看。",
    "legal.report_back": lambda facts: (
        f"法律顾问回答您：{_says(facts)}{_rests_on(facts)}{_lawyer(facts)}\n"
        "这是供您参考的意见。满意吗？也可以接着问；七天内没有回音，就先办结。"
    ),
    "legal.rate": lambda facts: "这件咨询办结了。",
    "legal.expire": lambda facts: "七天没有收到您的回音，这件咨询先办结了。还有问题，七天内按下面的按钮。",
    "legal.reopen": lambda facts: "这件咨询重新打开，请顾问再看。",
    "legal.pass_on": lambda facts: "原来的顾问暂时不能回答，已经转给另一位法律顾问。原来的顾问看不到内容了。",
    "legal.withdraw": lambda facts: "这件咨询撤回了。",
    "legal.ask_review": lambda facts: (
        "为了答得更稳妥，顾问请另一位法律顾问也看一看，只看这一件，最多一个工作日，写完意见就看不到了。"
        "您不用做什么，还是原来的顾问回答您，答复的时限不变。"
    ),
    **mediation_notices.NOTICES,
    "legal.ask": lambda facts: f"法律顾问想问您：{_says(facts)}\n直接回我就行。",
}


def _reopen(number: str) -> Rows:
    return ((Button(f"reopen:{number}", "还有问题"),),)


def _reply(number: str) -> Rows:
    return ((Button(f"reply:{number}", "回答"),),)


ANSWERS = ("legal.report_back", "legal.mediation_outcome")  # after which 明白了 and 没解决 are meant of it
BUTTONS: dict[str, Callable[[str], Rows]] = {
    "pass": texts.rating_buttons,
    "legal.report_back": texts.legal_rating_buttons,
    "ask": _reply,
    "legal.ask": _reply,
    **mediation_notices.BUTTONS,
    "expire": _reopen,
    "legal.expire": _reopen,
}
