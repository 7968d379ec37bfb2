"""A conversation of somebody on duty at every step of a form, and what can come of what they ask."""

from dataclasses import replace

from bot.duty_events import Bound, DutyDone, DutyEvent, DutyListed, DutyPictures, DutyRefused, DutyShown, Unbound
from bot.duty_forms import DEEDS, Form, action_of
from bot.events import Draft, Heard, Noticed, Option, Said
from bot.state import Dialogue, Step

NUMBER = "GS20261123-0001"
NOW = "2026-11-23T10:00:00+08:00"
FACTS = {
    "number": NUMBER, "name": "路灯故障", "step": 3, "place": "南环新村12幢", "note": "灯管换好了",
    "reason": "还是暗的",
    "proposed": "供电公司", "into": "GS20261123-0002", "due_at": "2026-11-23T18:00:00+08:00", "urgent": False,
}  # fmt: skip
TICKET = {
    "number": NUMBER, "lane": "public", "name": "路灯故障", "priority": 0, "urgent": False, "place": "南环新村12幢",
    "text": "南环新村12幢门口的路灯不亮了", "due_at": "2026-11-23T18:00:00+08:00", "paused": False, "photos": 2,
    "actions": [action_of(deed) for deed in DEEDS], "facts": [], "in_chat": False,
}  # fmt: skip
LEGAL = TICKET | {
    "lane": "legal", "name": "房屋租赁", "place": "", "text": "", "photos": 0, "actions": ["accept", "pass_on"],
}  # fmt: skip
AGREED = LEGAL | {
    "actions": ["report_back", "pass_on", "ask"],
    "text": "房东不退押金，打过 138########", "facts": [{"asked": "租房合同", "answer": "口头说的"}], "in_chat": True,
    "further": "合同找到了", "drafted_at": NOW,
}  # fmt: skip
DANGER = TICKET | {"urgent": True, "priority": 2, "due_at": None}
CODES = (
    "not_bound", "not_found", "not_allowed", "stale", "forbidden", "missing", "too_many", "too_fast", "key_reused",
    "bad_citation", "draft_changed",
)  # fmt: skip

EVENTS: list[DutyEvent] = [
    Bound("维修队", "handler"),
    Bound("王师傅", "something new"),
    Unbound(),
    DutyListed((), NOW),
    DutyListed((DANGER, LEGAL, *(TICKET,) * 20), NOW),
    *(DutyShown(ticket, NOW) for ticket in (TICKET, LEGAL, AGREED, DANGER, TICKET | {"paused": True, "place": ""})),
    DutyPictures(NUMBER, (), 0),
    DutyPictures(NUMBER, ("kept-1", "kept-2"), 2),
    DutyPictures(NUMBER, ("kept-1", "kept-2"), 9),
    *(DutyDone(NUMBER, action, key, lost) for action in DEEDS for key in ("1", "9") for lost in (0, 2)),
    *(
        DutyRefused(action, code, number, key)
        for action, number in (("report_back", NUMBER), ("show", NUMBER), ("bind", ""), ("list_duty", ""))
        for code in (*CODES, "something new")
        for key in ("", "1", "9")
    ),
    DutyRefused("return", "not_allowed", NUMBER, "1", "长" * 8001),
    *(
        DutyRefused("answer", code, NUMBER, key, "押金应当退；第七条", about)
        for code, about in (("bad_citation", "第七条"), ("draft_changed", NOW), ("forbidden", "only_on_page"))
        for key in ("1", "9")
    ),
]
NOTICED = [
    Noticed(8, f"duty.{kind}", facts)
    for kind in ("dispatch", "fail", "return", "withdraw", "legal.dispatch", "legal.pass_on", "something_new")
    for facts in (FACTS, {"number": NUMBER, "name": "路灯故障"}, FACTS | {"urgent": True, "stays": True})
]
SAID = [
    Said(words, Heard())
    for words in (
        "绑定 12345678", "绑定", "绑定 1234", "/bind 12345678", "/bind abc", "/bind@gusu_bot", "解绑", "/unbind",
        "我的工单", "/duty", "确认送出", "没有法条", "换好了灯管", "我要报修，家门口井盖坏了", "先不办",
    )
]  # fmt: skip
OF_FORMS = ("ok", "drop", "redo", "again", "own", "skip", "lawyer")
LAMP = Option("street_light", "路灯故障")


def buttons(key: str) -> list[str]:
    return [
        "duty", "duty:", f"duty-show:{NUMBER}", "duty-show:../notices", "duty-show:",
        f"duty-photos:{NUMBER}", "duty-photos:../x",
        *(f"duty-do:{NUMBER}:{action}" for action in (*DEEDS, "nonsense", "")),
        "duty-do:../x:accept", "duty-do:",
        *(f"duty-{verb}:{of}" for verb in OF_FORMS for of in (key, "999", "")),
    ]  # fmt: skip


WRITTEN = {"note": "换好了灯管", "reason": "要等配件", "to": "供电公司", "laws": "《民法典》第七百零八条"}
MATTER = Said("门口路灯不亮", Heard("item", "street_light", "sure", (LAMP,), place="门口"))
BURNS = Said("还在烧", Heard("referral", "fire", "sure", (LAMP,), urgent=True, numbers=("119",)))


def filled(action: str, **changes: object) -> Form:
    fields = {name: WRITTEN[name] for name, _ in DEEDS[action].asks}
    return replace(Form("1", NUMBER, action, fields), **changes)  # type: ignore[arg-type]


FORMS: list[Form] = [
    *(Form("1", NUMBER, action) for action in DEEDS),
    *(filled(action) for action in DEEDS),
    Form("1", NUMBER, "return", {"reason": "不归我们"}),
    filled("report_back", photos=tuple(f"photo-{i}" for i in range(9)), said=MATTER),
    filled("report_back", said=BURNS),
    filled("report_back", sent=True),
    filled("accept", sent=True),
    filled("report_back", aside=True),
    Form("1", NUMBER, "fail", aside=True),
    Form("1", NUMBER, "answer", {"note": "押金应当退"}),
    Form("1", NUMBER, "answer", {"note": "押金应当退", "laws": ""}, lawyer=True, over_draft=NOW),
    filled("answer", sent=True),
]
ON_DUTY = Dialogue(bound="维修队", count=1)
DIALOGUES: list[Dialogue] = [
    ON_DUTY,
    *(replace(ON_DUTY, form=form) for form in FORMS),
    replace(ON_DUTY, form=FORMS[1], queue=(Draft("3", "垃圾没人清", (LAMP,), LAMP, True),)),
    Dialogue(Step.WHERE, Draft("2", "路灯不亮", (LAMP,), LAMP, True), bound="维修队", count=2, form=filled("fail")),
    Dialogue(Step.TELLING, subject=NUMBER, purpose="add", bound="维修队", count=2, form=Form("1", NUMBER, "fail")),
]
