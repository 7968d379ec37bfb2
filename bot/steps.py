"""What an event means at each step of a conversation. Pure. Each function ends in a case that answers everything."""

import re
from dataclasses import replace

from bot import cards, texts
from bot.drafting import MOST_PHOTOS, add_words, begin, change, file, is_matter, queue_up, then
from bot.events import (
    Button,
    Command,
    Event,
    FileTicket,
    Heard,
    ListMine,
    Located,
    Pictured,
    Pressed,
    Said,
    Say,
)
from bot.presses import press
from bot.state import Answer, Dialogue, Step, Turn
from bot.telling import tell, telling

YES = frozenset({"确认", "提交", "确认提交", "对", "对的", "是", "是的", "好", "好的", "没错", "可以", "嗯", "行"})
NEITHER = frozenset({"都不是", "不是", "都不对", "没有"})
DIGITS = {"1": 0, "2": 1, "3": 2, "一": 0, "二": 1, "三": 2, "第一个": 0, "第二个": 1, "第三个": 2}
CORRECTS = re.compile(r"不是|弄错|搞错|说错|不对|勿是|改成|更正")
AN_ADDRESS_IS_SHORTER = 60


def idle(dialogue: Dialogue, event: Event) -> Turn:
    match event:
        case Said(edited=True):
            return dialogue, [Say(texts.EDIT_TOO_LATE)]
        case Said(text=text, heard=heard) if dialogue.asked and _may_answer(heard):
            return tell(replace(dialogue, subject=dialogue.asked, purpose="reply"), text)
        case Said(heard=Heard(kind="act", label=label)):
            return ACTS.get(label, _nothing_asked)(dialogue, event)
        case Said(text=text, heard=heard) if not heard.options or (heard.kind == "other" and heard.sureness == "sure"):
            words = (
                texts.OUTSIDE_OUR_WORK if heard.kind == "other" and heard.sureness == "sure" else texts.NOT_UNDERSTOOD
            )
            return replace(dialogue, unfiled=text), [Say(words, cards.clerk_buttons())]
        case Said():
            return begin(dialogue, event)
        case Pictured(photo=photo):
            kept = replace(dialogue, photos=(*dialogue.photos, photo)[:MOST_PHOTOS])
            to_last = ((Button(f"attach:{dialogue.last}", f"加到 {dialogue.last}"),),) if dialogue.last else ()
            return kept, [Say(texts.PHOTO_FIRST, to_last)]
        case Located(lat=lat, lon=lon):
            return replace(dialogue, spot=(lat, lon)), [Say(texts.LOCATION_FIRST)]
        case _:
            return dialogue, [Say(texts.STALE)]


def _may_answer(heard: Heard) -> bool:
    """Words that may be the answer a handler waits for: neither a new matter nor small talk."""
    small_talk = heard.kind == "act" and heard.label not in ("act:affirm", "act:deny", "act:supplement", "act:rate")
    return not small_talk and not is_matter(heard)


def _nothing_asked(dialogue: Dialogue, event: Event) -> Turn:
    return dialogue, [Say(texts.NOTHING_ASKED)]


def _supplement(dialogue: Dialogue, event: Event) -> Turn:
    if dialogue.last and isinstance(event, Said):
        return tell(replace(dialogue, subject=dialogue.last, purpose="add"), event.text)
    return _nothing_asked(dialogue, event)


def _human(dialogue: Dialogue, event: Event) -> Turn:
    return replace(dialogue, step=Step.TELLING, purpose="clerk"), [Say(texts.HUMAN)]


def _complaint(dialogue: Dialogue, event: Event) -> Turn:
    words = event.text if isinstance(event, Said) else ""
    return replace(dialogue, unfiled=words), [Say(texts.ABOUT_US, cards.clerk_buttons())]


def _simply(words: str) -> Answer:
    return lambda dialogue, event: (dialogue, [Say(words)])


ACTS: dict[str, Answer] = {
    "act:greet": lambda dialogue, event: (dialogue, [Say(texts.GREETING if dialogue.count else texts.HELLO)]),
    "act:help": _simply(texts.HELP),
    "act:thanks": _simply(texts.THANKS),
    "act:goodbye": _simply(texts.GOODBYE),
    "act:affirm": _nothing_asked,
    "act:deny": _nothing_asked,
    "act:cancel": _simply(texts.NOTHING_TO_CANCEL),
    "act:status": lambda dialogue, event: (dialogue, [ListMine()]),
    "act:supplement": _supplement,
    "act:human": _human,
    "act:rate": _simply(texts.NOTHING_TO_RATE),
    "act:complain_about_service": _complaint,
}


def with_draft(dialogue: Dialogue, event: Event) -> Turn | None:
    """What holds at every step that asks about a draft; None when the step itself must answer."""
    match event:
        case Said(edited=True):
            again = replace(dialogue, draft=replace(dialogue.draft, key=""), photos=dialogue.draft.photos)
            turn, commands = begin(again, event)
            return turn, [Say(texts.EDITED), *commands]
        case Said(heard=Heard(kind="act", label="act:help", sureness="sure")):
            return then(dialogue, [Say(texts.HELP)])
        case Said(heard=Heard(kind="act", label="act:human", sureness="sure")):
            return change(dialogue, chosen=None, settled=True)
        case Pictured(photo=photo):
            if len(dialogue.draft.photos) >= MOST_PHOTOS:
                return dialogue, [Say(texts.NO_MORE_PHOTOS)]
            return replace(dialogue, draft=replace(dialogue.draft, photos=(*dialogue.draft.photos, photo))), [
                Say(texts.PHOTO_KEPT)
            ]
        case Located(lat=lat, lon=lon):
            return change(dialogue, lat=lat, lon=lon, either=(), outside="", nowhere=False)
        case Said(photos=photos) if photos:
            more = replace(dialogue.draft, photos=(*dialogue.draft.photos, *photos)[:MOST_PHOTOS])
            return STEPS[dialogue.step](replace(dialogue, draft=more), replace(event, photos=()))
        case _:
            return None


def which(dialogue: Dialogue, event: Event) -> Turn:
    if common := with_draft(dialogue, event):
        return common
    draft = dialogue.draft
    match event:
        case Said(text=text) if text.strip() in NEITHER:
            return change(dialogue, chosen=None, settled=True)
        case Said(text=text) if (choice := _choice(text, dialogue)) is not None:
            return change(dialogue, chosen=draft.options[choice], settled=True)
        case Said(text=text, heard=heard) if is_matter(heard):
            return change(
                dialogue,
                chosen=heard.options[0],
                settled=True,
                options=heard.options,
                text=add_words(draft, text),
                **_place(dialogue, heard),
            )
        case Said(text=text, heard=heard):
            given_up = draft.asked > 0
            return change(
                dialogue,
                text=add_words(draft, text),
                asked=draft.asked + 1,
                settled=given_up,
                **_place(dialogue, heard),
            )
        case Pressed(button=button):
            return press(dialogue, button)
        case _:
            return then(dialogue, [])


def _choice(text: str, dialogue: Dialogue) -> int | None:
    words = text.strip().rstrip("。.,，")
    if words in DIGITS and DIGITS[words] < len(dialogue.draft.options):
        return DIGITS[words]
    names = [option.name for option in dialogue.draft.options]
    return names.index(words) if words in names else None


def _place(dialogue: Dialogue, heard: Heard) -> dict[str, object]:
    """The place named in later words, when there was none before."""
    if dialogue.draft.place or not heard.place:
        return {}
    return _at(heard, heard.place)


def _at(heard: Heard, place: str) -> dict[str, object]:
    return {
        "place": place,
        "street": heard.street,
        "community": heard.community,
        "outside": heard.outside,
        "either": heard.either,
        "nowhere": False,
    }


def where(dialogue: Dialogue, event: Event) -> Turn:
    """Nearly everything said here is an address; a clear new matter that names no place is not."""
    if common := with_draft(dialogue, event):
        return common
    match event:
        case Said(text=text, heard=heard) if is_matter(heard) and not heard.place and heard.label != _label(dialogue):
            return then(queue_up(dialogue, event), [Say(texts.KEPT_FOR_LATER)])
        case Said(heard=Heard(kind="act", label="act:greet" | "act:thanks" | "act:affirm")):
            return dialogue, [Say(texts.WHERE_AGAIN, cards.where_buttons(dialogue.draft))]
        case Said(heard=Heard(kind="act", label="act:deny")):
            return change(dialogue, nowhere=True)
        case Said(text=text, heard=heard):
            place = (
                text.strip()
                if len(text) <= AN_ADDRESS_IS_SHORTER and not is_matter(heard)
                else heard.place or text.strip()[:AN_ADDRESS_IS_SHORTER]
            )
            return change(
                dialogue,
                text=add_words(dialogue.draft, text) if len(text) > len(place) else dialogue.draft.text,
                **_at(heard, place),
            )
        case Pressed(button=button):
            return press(dialogue, button)
        case _:
            return then(dialogue, [])


def _label(dialogue: Dialogue) -> str:
    return dialogue.draft.chosen.label if dialogue.draft.chosen else ""


def confirm(dialogue: Dialogue, event: Event) -> Turn:
    if common := with_draft(dialogue, event):
        return common
    draft = dialogue.draft
    match event:
        case Said(text=text) if text.strip().rstrip("。！!") in YES:
            return file(dialogue)
        case Said(heard=Heard(kind="act", label="act:affirm")):
            return file(dialogue)
        case Said(text=text, heard=heard) if CORRECTS.search(text) and is_matter(heard):
            return change(
                dialogue,
                chosen=heard.options[0],
                options=heard.options,
                text=add_words(draft, text),
                **_place(dialogue, heard),
            )
        case Said(heard=Heard(kind="act", label="act:deny")):
            return dialogue, [Say(texts.WHAT_TO_CHANGE, cards.change_buttons(draft))]
        case Said(heard=heard) if is_matter(heard) and heard.label != _label(dialogue):
            return then(queue_up(dialogue, event), [Say(texts.KEPT_FOR_LATER)])
        case Said(text=text, heard=heard) if heard.place and (not draft.place or CORRECTS.search(text)):
            return change(dialogue, text=add_words(draft, text), **_at(heard, heard.place))
        case Said(text=text):
            return change(dialogue, text=add_words(draft, text))
        case Pressed(button=button):
            return press(dialogue, button)
        case _:
            return then(dialogue, [Say(texts.NO_BUTTON)])


def choose_place(dialogue: Dialogue, event: Event) -> Turn:
    """EITHER and OUTSIDE: a button, a number, or another address."""
    match event:
        case Said(text=text) if dialogue.step is Step.EITHER and text.strip() in DIGITS:
            return press(dialogue, f"spot:{dialogue.draft.key}:{DIGITS[text.strip()]}")
        case _:
            return where(dialogue, event)


def filing(dialogue: Dialogue, event: Event) -> Turn:
    """Kept for afterwards; the report is sent again with its own key, which cannot double it."""
    again: list[Command] = [FileTicket(dialogue.draft)]
    match event:
        case Pressed(button=button) if button.endswith(f":{dialogue.draft.key}"):
            return dialogue, again
        case Said(heard=heard) if heard.urgent:
            kept = replace(dialogue, waiting=(*dialogue.waiting, replace(event, warned=True)))
            return kept, [Say(texts.urgent(heard.numbers), urgent=True), *again]
        case _:
            return replace(dialogue, waiting=(*dialogue.waiting, event)), again


STEPS: dict[Step, Answer] = {
    Step.IDLE: idle,
    Step.WHICH: which,
    Step.WHERE: where,
    Step.EITHER: choose_place,
    Step.OUTSIDE: choose_place,
    Step.CONFIRM: confirm,
    Step.FILING: filing,
    Step.TELLING: telling,
}
