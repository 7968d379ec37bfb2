"""When nothing is under way: something to report, small talk, or the answer that a handler waits for. Pure."""

import re
from dataclasses import replace

from bot import cards, texts
from bot.after_answer import heard_of_answer
from bot.drafting import begin, is_matter, with_pictures
from bot.events import Button, Event, Heard, ListMine, Located, Pictured, Said, Say
from bot.mixed import ask_the_law, leave_the_law
from bot.short_answers import YES, is_opening
from bot.state import Answer, Dialogue, Step, Turn
from bot.telling import tell

A_MATTER_TAKES = 3  # characters beside the place: 靠自行车棚那盏 is all place, 车棚灯坏了 is a report
AN_ANSWER_IS_SHORTER = 20  # characters: 两盏路灯都不亮 answers "几盏?", it is no second report
HAN = re.compile(r"[\u3400-\u9fff]")


def idle(dialogue: Dialogue, event: Event) -> Turn:
    match event:
        case Said(edited=True) if dialogue.last and not dialogue.unfiled:
            return dialogue, [Say(texts.EDIT_TOO_LATE)]
        case Said(text=text, heard=heard) if dialogue.asked and _may_answer(text, heard):
            return tell(_for_the_asker(dialogue), text)
        case Said(text=text, heard=heard) if of_answer := heard_of_answer(dialogue, text, heard):
            return of_answer
        case Said(text=text) if dialogue.aside.text and _plain(text) in ALSO:
            return ALSO[_plain(text)](dialogue, dialogue.aside.interview.beside)
        case Said(text=text) if is_opening(text):
            return dialogue, [Say(texts.GO_ON)]
        case Said(heard=Heard(kind="act", label=label)):
            return ACTS.get(label, _nothing_asked)(dialogue, event)
        case Said(text=text, heard=Heard(kind="other")) if not HAN.search(text):
            return replace(dialogue, unfiled=text), [Say(texts.ONLY_CHINESE, cards.clerk_buttons())]
        case Said(text=text, heard=Heard(kind="other", sureness="sure")):
            return replace(dialogue, unfiled=text), [Say(texts.OUTSIDE_OUR_WORK, cards.clerk_buttons())]
        case Said(text=text, heard=heard) if not heard.options or heard.sureness == "lost":
            return replace(dialogue, unfiled=text), [Say(texts.NOT_UNDERSTOOD, cards.clerk_buttons())]
        case Said():
            return begin(replace(dialogue, answered=""), event)
        case Pictured() if dialogue.asked:
            return tell(_for_the_asker(with_pictures(dialogue, (event.photo,))), texts.SEE_PHOTO)
        case Pictured(photo=photo):
            to_last = ((Button(f"attach:{dialogue.last}", f"加到 {dialogue.last}"),),) if dialogue.last else ()
            return with_pictures(dialogue, (photo,)), [Say(texts.PHOTO_FIRST, to_last)]
        case Located(lat=lat, lon=lon):
            return replace(dialogue, spot=(lat, lon)), [Say(texts.LOCATION_FIRST)]
        case _:
            return dialogue, [Say(texts.STALE)]


def _plain(text: str) -> str:
    return text.strip().rstrip("。.!！~～了吧")


ALSO = {
    **dict.fromkeys((*YES, "要", "要的", "转", "转给法律顾问", "也转", "好的呀"), ask_the_law),
    **dict.fromkeys(("不用", "不要", "不", "不转", "勿要", "算", "先不"), leave_the_law),
}


def _for_the_asker(dialogue: Dialogue) -> Dialogue:
    return replace(dialogue, subject=dialogue.asked, purpose="reply")


def _may_answer(text: str, heard: Heard) -> bool:
    """Words that may be the answer a handler waits for: neither a new matter nor small talk."""
    small_talk = heard.kind == "act" and heard.label not in ("act:affirm", "act:deny", "act:supplement", "act:rate")
    says_where_and_what = bool(heard.place) and len(text) - len(heard.place) >= A_MATTER_TAKES
    return not small_talk and not (is_matter(heard) and (says_where_and_what or len(text) > AN_ANSWER_IS_SHORTER))


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


def _perhaps_cancelled(dialogue: Dialogue, event: Event) -> Turn:
    """Who surely cancels has been answered before: 再不来我就投诉你们 only sounds like it."""
    words = event.text if isinstance(event, Said) else ""
    return replace(dialogue, unfiled=words), [Say(texts.NOT_UNDERSTOOD, cards.clerk_buttons())]


def _simply(words: str) -> Answer:
    return lambda dialogue, event: (dialogue, [Say(words)])


ACTS: dict[str, Answer] = {
    "act:greet": lambda dialogue, event: (dialogue, [Say(texts.GREETING if dialogue.count else texts.HELLO)]),
    "act:help": _simply(texts.HELP),
    "act:thanks": _simply(texts.THANKS),
    "act:goodbye": _simply(texts.GOODBYE),
    "act:affirm": _nothing_asked,
    "act:deny": _nothing_asked,
    "act:cancel": _perhaps_cancelled,
    "act:status": lambda dialogue, event: (dialogue, [ListMine()]),
    "act:supplement": _supplement,
    "act:human": _human,
    "act:rate": _simply(texts.NOTHING_TO_RATE),
    "act:complain_about_service": _complaint,
}
