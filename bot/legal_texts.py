"""Every word of a legal matter in the making: who will read it, what the adviser needs to know, its card. Pure."""

from bot.events import Button, Draft, Option, Rows
from bot.legal import UNSURE, Fact, Interview, Told, Warned

READS = "内容只有您和回答的顾问看得到。要请另一位顾问一起看，会先告诉您。遇到急事督办员要看，得写明原因，每次都有记录。"
WHO = (
    "由您社区的法律顾问回答；社区没有顾问的，由街道或者区里的顾问回答。"
    "和居委会、街道、征收有关的，由别的街道或者区里的顾问回答。"
)
CASES = "别的居民也会问的，顾问可能去掉人和地点、写成案例给大家看；不愿意的话，提交前说一声。"
NO_CASE = "好，您这件不会写成案例。"
CASE_ALLOWED = "好，这件可以去掉人和地点、写成案例。"
NOT_LEGAL = "不是法律咨询"
PUZZLED = "这句我没看懂。照您自己的说法写一句就行，不清楚也没关系。"
PUT_RIGHT = "好，刚才那一句改过来了。"
IN_CHAT = "好，顾问也可以在聊天里看您的内容、在聊天里回答。他用 Telegram 的话，Telegram 也会留一份。"
NOT_IN_CHAT = "好，顾问只在工作页面上看您的内容、在那里回答。"
ALSO_LEGAL = "这件事里还有法律上的问题，要不要也转给法律顾问？接下来跟顾问说的，修的人看不到。"
NOT_ALSO_LEGAL = "好，不转。以后想问，直接写给我就行。"
NOBODY_YET = "眼下还没有顾问接，工作人员正在安排。等不及可以拨打 12348，免费的法律热线。"
BESIDE = "有关的报修"
UNNAMED = "另有一件报修"
PAPERS = "合同、欠条、判决书这些，拍照发来也行，先把姓名遮住。"


NEEDS_LAWYER = (
    "顾问认为，这件事最好请一位律师。\n"
    "· 拨打 12348，免费的法律热线，可以问怎么请、大概要多少钱。\n"
    "· 经济困难的，讨工资、要赡养费抚养费、工伤和交通事故的赔偿等，可以申请法律援助"
    "（《法律援助法》第三十一条）；受家庭暴力、虐待、遗弃的，不看经济条件（第三十二条）。"
    "援助不收您的钱，12348 告诉您怎么申请，能不能批由法律援助机构审查。"
)


def opening(option: Option, questions: int) -> str:
    """Before the first word about the matter is asked for: who will answer, by when, who reads it."""
    within = f"\n{option.within}内答复您{'（时限暂定）' if option.assumed else ''}。" if option.within else ""
    asks = f"\n先问您 {questions} 件事，好让顾问答得准，不想说的可以跳过。" if questions else ""
    return f"这像是法律咨询（{option.name}）。\n{WHO}{within}\n{READS}\n{CASES}{asks}\n{PAPERS}"


def opening_buttons(draft: Draft) -> Rows:
    return ((Button(f"what:{draft.key}", NOT_LEGAL),),)


def limits(warned: tuple[Warned, ...]) -> str:
    return "\n".join(["⏰ 请留意时限：", *(f"· {one.says}" for one in warned), "仅供参考，以顾问的回答为准。"])


def limit_line(what: str, time: str, since: str, statute: str, article: str) -> str:
    return f"{what}：{time}，{since}（《{statute}》{article}）"


def kept_by_telegram(chat_url: str) -> str:
    """Said by the channel itself, below what is confidential."""
    offer = f"不想留的话，到我们的网页上说：{chat_url}" if chat_url else "不想留的话，请不要在这里写姓名和细节。"
    return f"您在 Telegram 上说的，Telegram 会留一份。{offer}"


def question(draft: Draft) -> str:
    return draft.interview.left[0].asks


def question_buttons(draft: Draft) -> Rows:
    key, fact = draft.key, draft.interview.left[0]
    choices = tuple(Button(_answers(key, fact, index), choice) for index, choice in enumerate(fact.choices))
    rows = tuple(choices[at : at + 2] for at in range(0, len(choices), 2))
    pass_by = (Button(f"unsure:{key}:{fact.key}", UNSURE), Button(f"skip:{key}:{fact.key}", "跳过"))
    return (*rows, pass_by, (Button(f"enough:{key}", "不问了"), Button(f"cancel:{key}", "取消")))


def _answers(key: str, fact: Fact, index: int) -> str:
    return f"fact:{key}:{fact.key}.{index}"


def facts(told: tuple[Told, ...]) -> list[str]:
    return [f"{one.asked}：{one.answer}" for one in told]


def anonymity(draft: Draft) -> str:
    reads = "顾问在工作页面和聊天里看、在那里回答" if draft.interview.in_chat else "顾问只在工作页面上看"
    return f"匿名的话，顾问只看到一个化名，看不到您的电话、地点和账号；姓名请别写。{reads}。"


def card_buttons(draft: Draft) -> Rows:
    n, in_chat, no_case = draft.key, draft.interview.in_chat, draft.interview.no_case
    return (
        (Button(f"ok:{n}", "确认提交（匿名）"), Button(f"named:{n}", "提交，不匿名")),
        (Button(f"what:{n}", NOT_LEGAL), Button(f"where:{n}", "改地点"), Button(f"cancel:{n}", "取消")),
        (Button(f"chat:{n}", "顾问不要在聊天里看" if in_chat else "顾问也可以在聊天里看"),),
        (Button(f"case_or_not:{n}", "可以做成案例" if no_case else "不要做成案例"),),
    )


ANOTHER = "换一位顾问"
ANOTHER_SURE = (
    "换一位顾问回答 {number}？换了以后，原来的顾问看不到内容，也不再回答；答复的时间从换的时候算起。"
    "不用说为什么，一件最多换两次。"
)


def another_has_it(number: str, called: str) -> str:
    passed = f"好，{number} 已经转给另一位法律顾问{called}，原来的顾问看不到内容了。"
    return f"{passed}答复的时间从现在算起，有了回答我就告诉您。"


def another_button(number: str) -> Rows:
    return ((Button(f"another:{number}", ANOTHER),),)


def another_buttons(number: str) -> Rows:
    return ((Button(f"swap:{number}", "确定换"), Button(f"keep:{number}", "先不换")),)


def also_legal_buttons(number: str) -> Rows:
    return ((Button(f"law:{number}", "转给法律顾问"), Button(f"nolaw:{number}", "不用")),)


def also_repair(draft: Draft) -> str:
    assert draft.repair is not None
    return (
        f"“{draft.repair_words}”，要不要先报修（{draft.repair.name}）？修的人只看到引号里的这句话。\n"
        "您问的法律问题，接着就转给法律顾问，修的人看不到。"
    )


def also_repair_buttons(draft: Draft) -> Rows:
    return ((Button(f"both:{draft.key}", "也报修"), Button(f"onlylaw:{draft.key}", "不用，只问法律")),)


def beside(told: Interview) -> list[str]:
    return [f"{BESIDE}：{told.beside} {told.beside_name}（匿名的话，不给顾问看编号）"] if told.beside else []


def filed(pseudonym: str) -> str:
    return f"顾问看到的您是“{called(pseudonym)}”。后面说话也请别写真名和电话。"


def called(pseudonym: str) -> str:
    return f"居民·{pseudonym}"
