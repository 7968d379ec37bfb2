"""What residents read of cases: the offer, a case, thanks. Pure."""

from bot.events import Button, Draft, Rows
from bot.legal import Case

GENERAL = "这是一般的法律知识，不是针对您这件事的意见。"
OFFER = "有人问过差不多的事，法律顾问的解答也许用得上："
CHOOSE = f"{GENERAL}\n先看看，还是直接问顾问？"
SOLVED_OR_ASK = "解决了吗？没有的话，接着问顾问，前面说的都还在。"
ASK_ON = "好，接着问顾问。"
THANKS = "太好了，不用再问顾问，这件就不提交了。以后有事随时来说。"
READ, SOLVED, ADVISER = "看解答", "解决了", "还是问顾问"


STOP: Rows = ((Button("unsubscribe:", "退订"),),)
TOPICS = {
    "list": "想听哪一类法律知识？按一下就订阅：每周最多一条，工作日白天发，随时可以退订。",
    "on": "好，订好了：{mine}。每周最多一条，工作日白天发。不想收了，回“退订”两个字。",
    "off": "好，都退订了，不会再发。想再收，回“订阅”两个字。",
    "unknown": "没有这一类。可以订阅的有这些，按一下就行：",
}


def topics(after: str, known: tuple[tuple[str, str, bool], ...]) -> str:
    mine = [name for _, name, subscribed in known if subscribed]
    words = TOPICS[after].format(mine="、".join(mine))
    return f"{words}\n现在订着：{'、'.join(mine)}。" if mine and after != "on" else words


def topic_buttons(after: str, known: tuple[tuple[str, str, bool], ...]) -> Rows:
    """Those not subscribed to yet, two a row; and the way out."""
    others = tuple(Button(f"topic:{label}", name) for label, name, subscribed in known if not subscribed)
    offered = others if after in ("list", "unknown") else ()
    rows = tuple(offered[at : at + 2] for at in range(0, len(offered), 2))
    return (*rows, *(STOP if any(subscribed for _, _, subscribed in known) else ()))


def weekly(topic: str, case: Case) -> str:
    return f"【每周一条法律知识·{topic}】\n{_body(case)}\n不想再收，按“退订”，或者回“退订”两个字。"


def offer_topic(draft: Draft) -> Rows:
    """After a case that helped."""
    return ((Button(f"topic:{draft.chosen.label}", f"订阅“{draft.chosen.name}”"),),) if draft.chosen else ()


def question(draft: Draft) -> str:
    told = draft.interview
    if told.reading >= 0:
        return SOLVED_OR_ASK
    asked = [f"{number}. {_marked(case)}{case.question}" for number, case in enumerate(told.offers, 1)]
    return "\n".join([OFFER, *asked, CHOOSE])


def buttons(draft: Draft) -> Rows:
    key, told = draft.key, draft.interview
    several = len(told.offers) > 1
    reads = tuple(
        Button(f"case:{key}:{place}", f"{READ} {place + 1}" if several else READ)
        for place in range(len(told.offers))
        if place != told.reading
    )
    on = Button(f"adviser:{key}", ADVISER)
    last = (Button(f"solved:{key}", SOLVED), on) if told.reading >= 0 else (on, Button(f"cancel:{key}", "取消"))
    return (*((reads,) if reads else ()), last)


def case_told(case: Case) -> str:
    return f"【类似问题的解答】\n{_body(case)}"


def _body(case: Case) -> str:
    cited = "；".join(f"《{law}》{article}" for law, article in case.laws)
    lines = [
        f"{_marked(case)}{case.question}",
        case.answer,
        f"依据：{cited}。" if cited else "",
        f"{_day(case.reviewed_on)}法律顾问看过。{GENERAL}" if case.reviewed_on else GENERAL,
    ]
    return "\n".join(line for line in lines if line)


def _marked(case: Case) -> str:
    return "（演示数据）" if case.demo else ""


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{year} 年 {int(month)} 月 {int(day)} 日"
