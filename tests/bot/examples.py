"""One conversation at every step, and one event of every kind in its various shapes."""

from dataclasses import replace

from bot.case_events import CasesFound, TopicsTold
from bot.events import (
    Acted,
    Delayed,
    Draft,
    Event,
    Filed,
    FilingFailed,
    Heard,
    Known,
    Listed,
    Located,
    Noticed,
    Option,
    Pictured,
    Pressed,
    Refused,
    Said,
    Shown,
    Unreadable,
)
from bot.legal import Case, Fact, Interview, Told, Warned
from bot.state import Dialogue, Step
from tests.bot import duty_examples

NUMBER = "GS20261123-0001"
LAMP = Option("street_light", "路灯故障", "路灯不亮、闪烁", "公用设施", exact_place=True, wants_photo=True)
REFUSE = Option("garbage", "垃圾未清", "生活垃圾没有及时清走", "环境卫生")
WATER = Option("water_supply", "供水问题", "", "", "referral")
LEASE = Option(
    "legal:tenancy", "房屋租赁", kind="legal", within="3 个工作日", assumed=True,
    facts=(
        Fact("contract", "租房合同", "租房合同是怎么签的？", ("纸上的", "口头说的")),
        Fact("money", "租金和押金", "押金付了多少？"),
    ),
)  # fmt: skip
LATE_CLAIM = Warned("court_suit", "向法院讨回：三年", ("tenancy", "lending"))
RING = Warned("violence", "马上拨 110。", ("family", "tenancy"), first=True)
SETTLED = Case(
    7, "租期到了，房东不退押金，怎么办？", "房子没有损坏，房东应当退还。", (("民法典", "第七百三十三条"),), "2026-11-20"
)
SIMILAR = Case(8, "押金能不能抵最后一个月的房租？", "要房东同意。", demo=True)
TOPICS = (
    ("legal:tenancy", "房屋租赁", True),
    ("legal:family", "婚姻家庭", False),
    ("legal:lending", "民间借贷", False),
)
WEEKLY = {
    "topic": "房屋租赁",
    "case": {
        "id": 7, "label": "legal:tenancy", "question": SETTLED.question, "answer": SETTLED.answer, "demo": False,
        "laws": [["民法典", "第七百三十三条"]], "reviewed_on": "2026-11-20",
    },
}  # fmt: skip
FIRE = Option("fire", "火情", kind="referral")

A_LAMP = Heard("item", "street_light", "sure", (LAMP, REFUSE), place="南环新村12幢", street="沧浪街道")
NO_PLACE = Heard("item", "garbage", "sure", (REFUSE, LAMP))
UNSURE = Heard("item", "garbage", "unsure", (REFUSE, LAMP, WATER))
LEGAL = Heard("legal", "legal:tenancy", "sure", (LEASE,), touched=(RING, LATE_CLAIM))
LOCATED_LEGAL = Heard("other", "other", "lost", place="南环一村", street="沧浪街道")
ON_FIRE = Heard("referral", "fire", "sure", (FIRE,), urgent=True, numbers=("119",))
FELT = Heard(urgent=True)
OUTSIDE = Heard("item", "garbage", "sure", (REFUSE,), place="金鸡湖", outside="苏州工业园区")
TWO_PLACES = Heard(
    "item", "garbage", "sure", (REFUSE,), place="新村", either=(("沧浪街道", "南环社区"), ("平江街道", "北园社区"))
)
FURTHER = Heard("item", "garbage", "sure", (REFUSE,), text="垃圾没人清")
TWO_MATTERS = Heard("item", "street_light", "sure", (LAMP,), place="南环新村", matters=(FURTHER,), text="路灯不亮")
AN_ADDRESS = Heard("other", "other", "lost", place="干将东路100号", street="双塔街道")
SENSELESS = Heard()
OFF_TOPIC = Heard("other", "other", "sure")


def act(name: str, sureness: str = "sure") -> Heard:
    return Heard("act", f"act:{name}", sureness)


ACTS = (
    *("greet", "help", "thanks", "goodbye", "affirm", "deny", "cancel", "status", "supplement", "human", "rate"),
    "complain_about_service",
)
FACTS = {
    "number": NUMBER,
    "name": "路灯故障",
    "step": 3,
    "note": "灯管换好了",
    "reason": "没有找到",
    "to_name": "沧浪街道快修队",
    "due_at": "2026-11-23T18:00:00+08:00",
    "into": "GS20261123-0002",
    "urgent": False,
}
TICKET = {
    "number": NUMBER,
    "lane": "public",
    "name": "路灯故障",
    "status": "verified",
    "step": 6,
    "promise": {"value": 1, "unit": "day", "assumed": False, "at": "2026-11-23T18:00:00+08:00"},
    "place": "南环新村12幢",
    "due_at": "2026-11-23T18:00:00+08:00",
    "overdue": True,
    "paused": True,
    "actions": ["rate", "dispute", "withdraw", "reply", "reopen", "follow_up"],
    "score": None,
    "pseudonym": "",
}
REACHED = {"name": "发现", "reached_at": "2026-11-23T10:00:00+08:00"}
TIMELINE = {"steps": [REACHED, {"name": "立案", "reached_at": None}]}

SAYINGS: list[Said] = [
    Said("南环新村12幢的路灯不亮", A_LAMP),
    Said("垃圾没人清", NO_PLACE),
    Said("垃圾还是什么", UNSURE),
    Said("房东不退押金", LEGAL),
    Said("着火了", ON_FIRE),
    Said("救命", FELT),
    Said("着火了", ON_FIRE, anew=True),
    Said("金鸡湖边垃圾", OUTSIDE),
    Said("新村垃圾", TWO_PLACES),
    Said("南环新村路灯不亮，垃圾没人清", TWO_MATTERS),
    Said("干将东路100号", AN_ADDRESS),
    Said("嗯啊那个", SENSELESS),
    Said("今天股票怎么样", OFF_TOPIC),
    Said("不是路灯，是垃圾", NO_PLACE),
    Said("这里坏了", SENSELESS, ("photo-1",)),
    Said("垃圾没人清", NO_PLACE, ("photo-2",)),
    Said("着火了", ON_FIRE, ("photo-3",)),
    Said("南环新村13幢", AN_ADDRESS, edited=True),
    Said("垃圾没人清了", NO_PLACE, edited=True),
    Said("啊", SENSELESS, edited=True),
    Said("长" * 10_000, UNSURE),
    *(
        Said(words, SENSELESS)
        for words in (
            "/start", "/start abc", "/help@bot", "/nonsense", "帮助", "我的上报", "取消", "人工", "确认", "好",
            "1", "2", "9", "都不是", "不用了", "改地点", "改事项", "说不清地点", "就在姑苏区", NUMBER,
            "同意", "不同意", "同意调解", "不调解", "沈梅",
            f"查一下{NUMBER}好吗", "看解答", "还是问顾问", "解决了，谢谢",
            "订阅", "订阅 房屋租赁", "退订",
            "<b>垃圾</b>", "*垃圾* [x](y)", "'; DROP TABLE inbox; --", "\u202e反", "سلام", "👍🏽",
        )
    ),
    *(Said(name, act(name, sureness)) for name in ACTS for sureness in ("sure", "unsure")),
]  # fmt: skip


KNOWN = {
    "number": "GS20261122-0007", "name": "路灯故障", "place": "南环新村12幢", "step": 3, "offer": "f" * 64,
    "reported_at": "2026-11-22T09:30:00+08:00", "why": ["item", "place", "something new"],
}  # fmt: skip


def buttons(key: str) -> list[str]:
    """Every verb there is, with what it needs, without, and with nonsense."""
    of_ticket = [
        "rate", "dispute", "reopen", "reply", "follow_up", "unsolved", "understood", "withdraw", "withdrawn", "keep",
        "attach", "show", "consent", "unmediated", "decline_mediation", "leave", "law", "nolaw",
    ]  # fmt: skip
    of_card = ["ok", "what", "where", "cancel", "which", "none", "nowhere", "inside", "spot", "nospot", "join", "apart"]
    of_law = ["fact", "unsure", "skip", "enough", "named", "chat", "case", "solved", "adviser", "both", "onlylaw"]
    answers = (
        "", ":0", ":1", ":9", ":²", ":contract", ":contract.0", ":contract.9", ":money", ":money.0", ":contract.²",
        ":.", ":长",
    )  # fmt: skip
    return [
        *(f"{verb}:{NUMBER}" for verb in of_ticket),
        *(f"rate:{NUMBER}:{score}" for score in ("1", "5", "6", "", "x")),
        *(f"{verb}:" for verb in of_ticket),
        *(f"{verb}:../notices/1/ack?x=:5" for verb in of_ticket),
        *(f"{verb}:{key}{index}" for verb in of_card for index in ("", ":0", ":7", ":x", ":²")),
        *(f"{verb}:999" for verb in (*of_card, *of_law)),
        *(f"{verb}:{key}{answer}" for verb in of_law for answer in answers),
        *("topic:legal:tenancy", "topic:", "topics", "unsubscribe:"),
        *("mine", "help", "clerk", "", ":", "nonsense", "nonsense:1", "长" * 200),
    ]


def events(key: str = "1") -> list[Event]:
    """`key` is the draft's that is under way."""
    return [
        *SAYINGS,
        *map(Pressed, buttons(key)),
        Pictured("photo-9"),
        Located(31.3, 120.6),
        *map(Unreadable, ("empty", "emoji", "sticker", "voice", "photo_too_big", "something new")),
        Filed(key, NUMBER, TICKET | {"photos_lost": 0}),
        Filed(key, NUMBER, TICKET | {"photos_lost": 2}),
        Filed("998", NUMBER, TICKET),
        *(FilingFailed(key, code) for code in ("unknown_label", "key_reused", "422", "too_many")),
        FilingFailed("998", "422"),
        Filed(key, NUMBER, TICKET | {"joined": True}),
        Filed(key, NUMBER, TICKET | {"lane": "legal", "status": "filed", "pseudonym": "梧桐"}),
        Known(key, KNOWN),
        Known("998", KNOWN),
        CasesFound(key, (SETTLED, SIMILAR)),
        CasesFound(key),
        CasesFound("998", (SETTLED,)),
        *(TopicsTold(TOPICS, after) for after in ("list", "on", "off", "unknown")),
        TopicsTold(()),
        Noticed(8, "cases.weekly", WEEKLY),
        Delayed(),
        Delayed("asked"),
        *(
            Acted(NUMBER, action, {"score": 2})
            for action in (
                "rate",
                "dispute",
                "unsolved",
                "note",
                "photo",
                "consent",
                "decline_mediation",
                "something new",
            )
        ),
        *(Refused(NUMBER, "rate", code) for code in ("not_allowed", "something new")),
        Listed(()),
        Listed((TICKET,) * 10),
        Shown(NUMBER, TICKET, TIMELINE),
        *(
            Noticed(7, kind, FACTS)
            for kind in (
                "pass",
                "ask",
                "legal.report_back",
                "legal.propose_mediation",
                "legal.mediation_outcome",
                "something new",
            )
        ),
        *duty_examples.EVENTS,
        *duty_examples.NOTICED[:3],
    ]


def of_lamp(**fields: object) -> Draft:
    return Draft("1", "路灯不亮", (LAMP, REFUSE), LAMP, True, **fields)  # type: ignore[arg-type]


def of_lease(**fields: object) -> Draft:
    interview = Interview(LEASE.label, **fields)  # type: ignore[arg-type]
    return Draft("1", "房东不退押金", (LEASE,), LEASE, True, nowhere=True, interview=interview)


ASIDE = Draft(
    "", "路灯坏了我摔了一跤，谁赔", (LEASE,), LEASE, True, place="南环新村12幢",
    interview=Interview(beside=NUMBER, beside_name="路灯故障"),
)  # fmt: skip
QUEUED = Draft("2", "垃圾没人清", (REFUSE,), REFUSE, True)
DIALOGUES: list[Dialogue] = [
    Dialogue(),
    Dialogue(last=NUMBER, count=1),
    Dialogue(unfiled="嗯啊那个", photos=("photo-0",), spot=(31.3, 120.6)),
    Dialogue(asked=NUMBER),
    Dialogue(Step.WHICH, Draft("1", "坏了", (LAMP, REFUSE, WATER)), count=1),
    Dialogue(Step.WHICH, Draft("1", "坏了", asked=1), count=1, queue=(QUEUED,)),
    Dialogue(Step.WHERE, of_lamp(), count=2, queue=(QUEUED,)),
    Dialogue(Step.EITHER, of_lamp(place="新村", either=TWO_PLACES.either), count=1),
    Dialogue(Step.OUTSIDE, of_lamp(place="金鸡湖", outside="苏州工业园区"), count=1),
    Dialogue(Step.CONFIRM, of_lamp(place="南环新村12幢", photos=("photo-0",)), count=2, queue=(QUEUED,)),
    Dialogue(Step.CONFIRM, Draft("1", "说不清", settled=True, nowhere=True), count=1),
    Dialogue(Step.CONFIRM, Draft("1", "房东不退押金", (LEASE,), LEASE, True, nowhere=True), count=1),
    Dialogue(Step.BOTH, replace(of_lease(), repair=LAMP, repair_words="路灯不亮"), count=1, queue=(QUEUED,)),
    Dialogue(Step.SEEKING, of_lease(left=LEASE.facts), count=2, queue=(QUEUED,)),
    Dialogue(Step.CASES, of_lease(left=LEASE.facts, offers=(SETTLED, SIMILAR)), count=2, queue=(QUEUED,)),
    Dialogue(Step.CASES, of_lease(offers=(SETTLED,), reading=0), count=1),
    Dialogue(Step.FACT, of_lease(left=LEASE.facts), count=2, queue=(QUEUED,)),
    Dialogue(Step.FACT, of_lease(left=LEASE.facts[1:], told=(Told("租房合同", "口头说的"),), puzzled=True), count=1),
    Dialogue(Step.CONFIRM, of_lease(told=(Told("租房合同", "不清楚"),), in_chat=True), count=1),
    Dialogue(Step.FILING, of_lamp(place="南环新村12幢"), count=2, queue=(QUEUED,)),
    Dialogue(Step.FILING, of_lamp(urgent=True), count=1),
    Dialogue(Step.FILING, of_lamp(place="南环新村12幢", known=KNOWN, same=True), count=1),
    Dialogue(Step.FILING, of_lamp(place="南环新村12幢", known=KNOWN, same=False), count=1),
    Dialogue(Step.SAME, of_lamp(place="南环新村12幢", known=KNOWN), count=2, queue=(QUEUED,)),
    *(
        Dialogue(Step.TELLING, subject=NUMBER, purpose=purpose, last=NUMBER, count=1)
        for purpose in ("dispute", "reopen", "reply", "follow_up", "unsolved", "comment", "add", "consent")
    ),
    Dialogue(Step.IDLE, answered=NUMBER, last=NUMBER, count=1),
    Dialogue(Step.IDLE, aside=ASIDE, last=NUMBER, count=1),
    Dialogue(Step.WHERE, QUEUED, aside=ASIDE, last=NUMBER, count=2),
    Dialogue(Step.FILING, of_lamp(place="南环新村12幢", law=(LEASE,)), count=1),
    Dialogue(proposed=NUMBER, last=NUMBER, count=1),
    Dialogue(mediates=NUMBER, last=NUMBER, count=1),
    Dialogue(Step.TELLING, subject=NUMBER, purpose="consent", proposed=NUMBER, count=1),
    Dialogue(Step.TELLING, purpose="clerk"),
    Dialogue(Step.TELLING, of_lamp(place="南环新村12幢"), subject=NUMBER, purpose="dispute", count=1),
    Dialogue(Step.TELLING, subject=NUMBER, purpose="add", queue=(QUEUED,), count=2),
]
