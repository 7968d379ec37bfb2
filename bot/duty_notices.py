"""What a person on duty is told of a ticket: one sentence a kind of notice, in one table. Pure.

Of a legal matter the API sends the topic and the times; to its adviser what the resident said, where they agreed to
that. Else where the words are to be read is said instead.
"""

from collections.abc import Callable
from typing import Any

from bot import texts
from bot.events import Button, Rows

Facts = dict[str, Any]
PREFIX = "duty."
ON_THE_PAGE = "内容只在工作页面上看，也在那里回答。"
IN_CHAT = "居民同意您在这里看、在这里答，按“看这件工单”。"
ENDED = ("decline", "merge", "withdraw")
NOT_THEIRS = ("legal.ask_review",)  # whose limit is another's


def notice(kind: str, facts: Facts) -> str:
    """The head names the matter, then where, what happened, by when. A kind of a newer API is still told."""
    kind = kind.removeprefix(PREFIX)
    place = [f"地点：{facts['place']}"] if facts.get("place") else []
    danger = ["有危险，请马上办。"] if facts.get("urgent") else []
    page = f"\n{facts['page']}" if facts.get("page") else ""
    where = IN_CHAT if facts.get("in_chat") else ON_THE_PAGE
    legal = [where + page] if kind.startswith("legal.") and not _has_ended(kind) else []
    said = NOTICES.get(kind, _moved_on)(facts)
    return "\n".join([f"值班 【{facts['number']}】{facts['name']}", *place, said, *danger, *_due(kind, facts), *legal])


def notice_buttons(kind: str, facts: Facts) -> Rows:
    return () if _has_ended(kind) else ((Button(f"duty-show:{facts['number']}", "看这件工单"),),)


def _has_ended(kind: str) -> bool:
    return kind.rpartition(".")[2] in ENDED


def _due(kind: str, facts: Facts) -> list[str]:
    if _has_ended(kind) or kind in NOT_THEIRS or facts.get("urgent") or not facts.get("due_at"):
        return []
    return [f"最迟 {texts.moment(facts['due_at'])}。"]


def _moved_on(_: Facts) -> str:
    return "这件工单有了新进展。"


def _because(facts: Facts) -> str:
    return f"原因：{facts['reason']}" if facts.get("reason") else ""


def _says(facts: Facts) -> str:
    return f"“{facts['note']}”" if facts.get("note") else ""


def _dispatched(facts: Facts) -> str:
    if facts.get("joint"):
        return f"由{facts['to_name']}主办，还有单位协办，请各自尽快着手。"
    return "派给您办，请尽快接单。"


def _returned(facts: Facts) -> str:
    proposed = f"\n建议由{facts['proposed']}来办。" if facts.get("proposed") else ""
    return f"经办人退回来了，请重新派。{_because(facts)}{proposed}"


def _unsolved(facts: Facts) -> str:
    return f"居民{'又一次' if int(facts.get('times') or 1) > 1 else ''}说没解决，接着问了，等顾问再答。{_says(facts)}"


def _passed_on(facts: Facts) -> str:
    return "没有别的顾问能接，请督办员安排。" if facts.get("stays") else "这件法律咨询转到您这里了。"


NOTICES: dict[str, Callable[[Facts], str]] = {
    "dispatch": _dispatched,
    "invite": lambda facts: f"请了协办单位一起办。要做的：“{facts.get('reason', '')}”",
    "contribute": lambda facts: f"协办单位做完了他们的部分。{_says(facts)}",
    "release": lambda facts: f"有一家不再协办。{_because(facts)}",
    "report_back": lambda facts: f"经办人说处理好了，请您核查。{_says(facts)}",
    "fail": lambda facts: f"核查没有通过，请再办。{_because(facts)}",
    "dispute": lambda facts: f"居民说还没有解决，退回来再办。{_because(facts)}",
    "reopen": lambda facts: f"居民要求重新办理。{_because(facts)}",
    "ask_time": lambda facts: f"经办人申请延期，请您定。{_because(facts)}",
    "grant": lambda facts: "延期批了。",
    "refuse": lambda facts: f"延期没有批，请按原来的时限办。{_because(facts)}",
    "return": _returned,
    "decline": lambda facts: f"这件不予受理，您不用办了。{_because(facts)}",
    "merge": lambda facts: f"这件并入 {facts.get('into', '另一件')} 一起办，您不用单独办了。",
    "withdraw": lambda facts: "居民撤回了，您不用办了。",
    "reply": lambda facts: f"居民回答了：{_says(facts)}",
    "resume": lambda facts: "居民三个工作日没有回答，时限接着走，请按知道的情况办。",
    "soon": lambda facts: "时限快到了，请抓紧。",
    "late": lambda facts: "已经超过时限，请马上办。",
    "badly_late": lambda facts: "这件已经严重超时，请您过问。",
    "urge": lambda facts: f"督办员催这件了：{_says(facts)}",
    "legal.dispatch": lambda facts: "有一件法律咨询等您回答。",
    "legal.follow_up": lambda facts: f"居民接着问了，等您回答。{_says(facts)}",
    "legal.unsolved": _unsolved,
    "legal.reopen": lambda facts: f"居民要求重新回答这件法律咨询。{_because(facts)}",
    "legal.pass_on": _passed_on,
    "legal.another": lambda facts: "居民想换一位顾问，这件法律咨询转到您这里了。",
    "legal.withdraw": lambda facts: "居民撤回了这件法律咨询，您不用回答了。",
    "legal.reply": lambda facts: f"居民回答了您问的话。{_says(facts)}",
    "legal.resume": lambda facts: "居民三个工作日没有回答，时限接着走。",
    "legal.soon": lambda facts: "这件法律咨询的时限快到了。",
    "legal.late": lambda facts: "这件法律咨询已经超过时限，请马上回答。",
    "legal.badly_late": lambda facts: "这件法律咨询已经严重超时，请您过问。",
    "legal.break_glass": lambda facts: "督办员查看了这件法律咨询的内容，理由写在工作页面上。",
    "legal.ask_review": lambda facts: "有位同行请您看一看他的答复，请在一个工作日内写意见，到时间自动收回。",
    "legal.review": lambda facts: "请同行看的，意见写好了。",
    "legal.end_review": lambda facts: "请同行看的，一个工作日没有等到意见，已经收回。您照常回答就行。",
    "legal.consent": lambda facts: "居民同意调解，请去问对方的意思。",
    "legal.decline_mediation": lambda facts: "居民不调解了，这件法律咨询请接着办。",
    "legal.remind_of_mediation": lambda facts: "有一场调解快到了，时间地点在工作页面上。",
    "legal.mediation_stalls": lambda facts: "这件调解很久没有动了，请看看卡在哪里。",
    "legal.urge": lambda facts: "督办员催这件法律咨询了。",
}
