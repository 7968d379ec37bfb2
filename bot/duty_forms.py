"""What people on duty can do in their chat, and what each of it asks for. Pure.

Whether somebody may do it now, the API says with each ticket; what it needs is the rule's (a test compares the two).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.events import Said


class DutyStep(StrEnum):
    OFF = "off"  # nothing is being written
    WORDS = "words"  # the next words answer the form's question
    CHECK = "check"  # all is said: send it?
    SENDING = "sending"
    ASIDE = "aside"  # kept, while the person looks at another ticket or reports something of their own


@dataclass(frozen=True, slots=True)
class Form:
    """One action being put into words. `key` is its idempotency key: made when the form is opened."""

    key: str = ""
    number: str = ""
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    said: Said | None = None  # the last words as they were understood: they may be a report of the person's own
    sent: bool = False
    aside: bool = False
    lawyer: bool = False  # the answer says that a lawyer is needed
    over_draft: str = ""  # when the draft on the page was saved that this answer may replace


@dataclass(frozen=True, slots=True)
class Deed:
    name: str
    done: str
    asks: tuple[tuple[str, str], ...] = ()  # (field, question) in order
    photos: bool = False
    skips: dict[str, str] = field(
        default_factory=dict
    )  # fields that may stay empty, and the button that leaves them so
    lawyer: bool = False  # may say that a lawyer is needed
    action: str = ""  # as the API calls it, where that is not the deed's own name
    lane: str = ""  # the only one it is of


ASKS_BACK = (("note", "想问居民什么？一件最多问两次，一次问清楚。"),)
ASKED_BACK = "已经去问居民了。{number} 的时限先停着，一有回答就告诉您。"
DEEDS: dict[str, Deed] = {
    "accept": Deed("接单", "{number} 归您办了，居民已经知道有人接手。"),
    "report_back": Deed(
        "反馈处理结果",
        "{number} 的处理结果已经报上去，接下来由另一个人核查。",
        (("note", "处理了什么？写一句，居民会看到。照片也可以现在发。"),),
        photos=True,
        lane="public",
    ),
    "answer": Deed(
        "答复居民",
        "{number} 的答复已经发给居民。他可以接着问，还是您回答。",
        (
            ("note", "您怎么答？写一段，原样发给居民，后面注明是供参考的意见。"),
            ("laws", "依据哪些法条？一行一条，比如：《民法典》第七百零八条。居民也看得到。"),
        ),
        skips={"laws": "没有法条"},
        lawyer=True,
        action="report_back",
        lane="legal",
    ),
    "contribute": Deed(
        "协办完成",
        "{number} 您这边的部分做完了，已经告诉主办。",
        (("note", "您这边做了什么？写一句。照片也可以现在发。"),),
        photos=True,
    ),
    "pass": Deed("核查通过", "{number} 核查通过，已经请居民评价。"),
    "fail": Deed("核查不通过", "{number} 已经退给经办人重做。", (("reason", "哪里没有办好？居民和经办人都会看到。"),)),
    "ask": Deed(
        "询问居民",
        ASKED_BACK,
        ASKS_BACK,
        lane="public",
    ),
    "ask_back": Deed("询问居民", ASKED_BACK, ASKS_BACK, action="ask", lane="legal"),
    "ask_time": Deed("申请延期", "{number} 的延期已经报给督办员，定了就告诉您。", (("reason", "为什么需要延期？"),)),
    "return": Deed(
        "退回",
        "{number} 已经退回，由受理员重新派。",
        (("reason", "为什么退回？"), ("to", "您看该由谁来办？写单位或者人名。")),
    ),
    "grant": Deed("同意延期", "{number} 的延期批了，居民和经办人都会知道。"),
    "refuse": Deed("不同意延期", "{number} 不延期，经办人会知道。", (("reason", "为什么不同意？"),)),
    "urge": Deed("督办", "{number} 的督办要求已经送到。", (("note", "督办要求是什么？"),)),
    "pass_on": Deed("转交其他顾问", "{number} 已经转给另一位顾问。"),
}


def action_of(deed: str) -> str:
    return DEEDS[deed].action or deed


def is_of_law(form: Form) -> bool:
    """What is written in it is confidential, and may well speak of danger and complaints."""
    return DEEDS[form.action].lane == "legal"


def open_to(ticket: dict[str, Any]) -> dict[str, Deed]:
    """The deeds of this ticket that the API allows now."""
    allowed, lane = ticket["actions"], ticket["lane"]
    return {name: deed for name, deed in DEEDS.items() if action_of(name) in allowed and deed.lane in ("", lane)}


def written(deed: str, fields: Mapping[str, str | bool]) -> str:
    """What the person put into words of it."""
    return "；".join(str(fields[name]) for name in _asked(deed) if fields.get(name))


def _asked(deed: str) -> list[str]:
    return [name for name, _ in DEEDS[deed].asks] if deed else []


def step_of(form: Form) -> DutyStep:
    if not form.key:
        return DutyStep.OFF
    if form.sent:
        return DutyStep.SENDING
    if form.aside:
        return DutyStep.ASIDE
    return DutyStep.WORDS if missing(form) else DutyStep.CHECK


def missing(form: Form) -> str:
    """The field to ask for next, "" when all is said."""
    return next((name for name, _ in DEEDS[form.action].asks if name not in form.fields), "")


def last_field(form: Form) -> str:
    """The field that was said last, "" for none."""
    return next((name for name, _ in reversed(DEEDS[form.action].asks) if name in form.fields), "")
