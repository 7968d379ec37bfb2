"""CASES: read one of the cases that are offered, or ask the adviser? Pure. Words that are no answer tell more of it."""

import re
from dataclasses import replace

from bot import texts
from bot.amending import place_named, with_draft
from bot.cases import go_on, read, solved
from bot.drafting import add_words, is_matter, queue_up, then
from bot.events import Event, Heard, Pressed, Said, Say
from bot.presses import press
from bot.short_answers import ADDS, DIGITS, YES
from bot.state import Dialogue, Turn

ON = re.compile(r"^(还是|我要|我想|直接)?(问|找|转)一?下?(顾问|律师)|^(不看|不用|没用|没解决|没有解决|不一样|都不是)")
SOLVED = re.compile(r"^\W*(谢谢\W*)?(解决|懂|明白|晓得|知道|清楚)(了|哉|啦)\W*(谢谢.{0,4})?\W*$")
MORE_THAN_A_PLACE = 3  # characters beside it
READS = re.compile(r"^(看|看看|看解答|先看看|给我看看)\W*$")


def offered(dialogue: Dialogue, event: Event) -> Turn:
    told = dialogue.draft.interview
    if common := with_draft(dialogue, event, offered):
        return common
    match event:
        case Said(text=text) if (place := DIGITS.get(text.strip().rstrip("。.,，"), -1)) in range(len(told.offers)):
            return read(dialogue, place)
        case Said(text=text) if told.reading >= 0 and SOLVED.match(text):
            return solved(dialogue)
        case Said(text=text) if told.reading < 0 and (READS.match(text) or text.strip().rstrip("。！!") in YES):
            return read(dialogue, 0)
        case Said(text=text, heard=heard) if ON.match(text.strip()) or heard.label == "act:deny":
            return go_on(dialogue)
        case Said(heard=Heard(kind="act", place="", street="")):
            return then(dialogue, [])
        case Said(heard=heard) if _is_another(dialogue, event):
            return then(queue_up(dialogue, event), [Say(texts.KEPT_FOR_LATER)])
        case Said():
            return go_on(_told(dialogue, event))
        case Pressed(button=button):
            return press(dialogue, button)
        case _:
            return then(dialogue, [])


def _is_another(dialogue: Dialogue, said: Said) -> bool:
    """Something to repair; a legal question is more of this one, unless it says that it is another."""
    own = {option.label for option in dialogue.draft.options}
    if not is_matter(said.heard) or said.heard.label in own:
        return False
    return said.heard.kind != "legal" or bool(ADDS.search(said.text))


def _told(dialogue: Dialogue, said: Said) -> Dialogue:
    """What is only an address is where it is, not what is asked."""
    only_where = bool(said.heard.place) and len(said.text.strip()) - len(said.heard.place) < MORE_THAN_A_PLACE
    draft = replace(
        dialogue.draft,
        text=dialogue.draft.text if only_where else add_words(dialogue.draft, said.text),
        touched=tuple(dict.fromkeys((*dialogue.draft.touched, *said.heard.touched))),
    )
    told = replace(dialogue, draft=draft)
    return replace(told, draft=replace(draft, **place_named(told, said.heard)))  # type: ignore[arg-type]
