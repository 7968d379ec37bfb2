"""The card of a report in the making, and the questions that complete it: words and buttons. Pure."""

from bot import legal_texts
from bot.events import Button, Draft, Option, Rows
from bot.texts import CLERK, LEGAL_ENTRY, SEVEN, WHAT_IS_IT, WHERE, WHERE_EXACT, WHERE_LEGAL, day

QUOTED = 60  # characters of the resident's own words on a card


def quoted(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= QUOTED else f"{flat[:QUOTED]}…"


def title(option: Option | None) -> str:
    if option is None:
        return CLERK
    return f"{option.category}·{option.name}" if option.category else option.name


def card(draft: Draft) -> str:
    lines = [
        "我记下的是：",
        f"事项：{title(draft.chosen)}",
        f"地点：{draft.place or ('您发来的定位' if draft.lat is not None else '没有写')}",
        f"您说：{quoted(draft.text)}",
    ]
    if draft.chosen and draft.chosen.department:
        lines.append(f"主管：{draft.chosen.department}")
    lines += [f"照片：{len(draft.photos)} 张"] if draft.photos else []
    hint = "对的话请按“确认提交”。" + ("有照片也可以现在发来。" if _photo_helps(draft) else "")
    return "\n".join([*lines, "", hint])


def _photo_helps(draft: Draft) -> bool:
    return bool(draft.chosen and draft.chosen.wants_photo and not draft.photos)


def legal_card(draft: Draft) -> str:
    topic = draft.chosen.name if draft.chosen else LEGAL_ENTRY
    lines = [
        f"这是法律咨询（{topic}），对吗？",
        f"您问：{quoted(draft.text)}",
        f"地点：{draft.place or '没有写，由区里的顾问回答'}",
        *legal_texts.facts(draft.interview.told),
        *legal_texts.beside(draft.interview),
        *([f"照片：{len(draft.photos)} 张"] if draft.photos else []),
    ]
    return "\n".join([*lines, "", legal_texts.anonymity(draft)])


def confirm(draft: Draft) -> str:
    return legal_card(draft) if is_legal(draft) else card(draft)


def confirm_buttons(draft: Draft) -> Rows:
    return legal_texts.card_buttons(draft) if is_legal(draft) else card_buttons(draft)


def is_legal(draft: Draft) -> bool:
    return draft.chosen is not None and draft.chosen.kind == "legal"


def where(draft: Draft) -> str:
    if is_legal(draft):
        return WHERE_LEGAL
    return WHERE_EXACT if draft.chosen and draft.chosen.exact_place else WHERE


def card_buttons(draft: Draft) -> Rows:
    n = draft.key
    return (
        (Button(f"ok:{n}", "确认提交"),),
        (Button(f"what:{n}", "改事项"), Button(f"where:{n}", "改地点"), Button(f"cancel:{n}", "取消")),
    )


def which(draft: Draft) -> str:
    if not draft.options:
        return WHAT_IS_IT
    lines = [
        f"{number}. {option.name}" + (f"：{option.brief}" if option.brief else "")
        for number, option in enumerate(draft.options, 1)
    ]
    return "\n".join(["您说的是哪一种？", *lines, "按一下，或者回一个数字。"])


def which_buttons(draft: Draft) -> Rows:
    n = draft.key
    options = tuple((Button(f"which:{n}:{i}", f"{i + 1} {option.name}"),) for i, option in enumerate(draft.options))
    return (*options, (Button(f"none:{n}", "都不是，请工作人员看"), Button(f"cancel:{n}", "取消")))


def where_buttons(draft: Draft) -> Rows:
    unsaid = "不说地点" if is_legal(draft) else "说不清地点"
    return ((Button(f"nowhere:{draft.key}", unsaid), Button(f"cancel:{draft.key}", "取消")),)


def either(draft: Draft) -> str:
    return f"“{draft.place}”有好几处，是哪一处？"


def either_buttons(draft: Draft) -> Rows:
    spots = tuple(
        (Button(f"spot:{draft.key}:{i}", " ".join(part for part in spot if part)),)
        for i, spot in enumerate(draft.either[:6])
    )
    return (*spots, (Button(f"nospot:{draft.key}", "都不是"),))


def outside(draft: Draft) -> str:
    return (
        f"“{draft.place}”好像在{_full_width(draft.outside)}，不归姑苏区管。请拨打 12345，他们会转给当地。\n"
        "要是其实在姑苏区，请按下面的按钮。"
    )


def _full_width(name: str) -> str:
    return name.replace("(", "（").replace(")", "）")


def outside_buttons(draft: Draft) -> Rows:
    return (
        (
            Button(f"inside:{draft.key}", "就在姑苏区"),
            Button(f"where:{draft.key}", "改地点"),
            Button(f"cancel:{draft.key}", "知道了，不报了"),
        ),
    )


ALIKE = {
    "item": "同一类事",
    "kin": "差不多的事",
    "point": "定位很近",
    "place": "同一个地方",
    "grid": "同一片",
    "community": "同一个社区",
    "words": "说得也像",
}


def same(draft: Draft) -> str:
    known = draft.known
    why = "、".join(ALIKE[reason] for reason in known["why"] if reason in ALIKE)
    return (
        f"邻居 {day(known['reported_at'])}报过一件：{known['name']}，{known['place']}。"
        f"{'（' + why + '）' if why else ''}\n"
        f"现在办到“{SEVEN[known['step'] - 1]}”。是同一件的话，一起跟进吗？每一步也告诉您，人多了会办得更急。"
    )


def same_buttons(draft: Draft) -> Rows:
    n = draft.key
    return (
        (Button(f"join:{n}", "一起跟进"),),
        (Button(f"apart:{n}", "不是同一件，另报"), Button(f"cancel:{n}", "取消")),
    )


def clerk_buttons() -> Rows:
    return ((Button("clerk", "我有事要反映，请工作人员看"),),)


def change_buttons(draft: Draft) -> Rows:
    return (
        (
            Button(f"what:{draft.key}", "改事项"),
            Button(f"where:{draft.key}", "改地点"),
            Button(f"cancel:{draft.key}", "取消"),
        ),
    )
