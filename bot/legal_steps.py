"""FACT: what the adviser has to know is asked, one thing at a time. Pure. Nearly everything said is an answer."""

import re

from bot import texts
from bot.amending import with_draft
from bot.drafting import is_matter, queue_up, then
from bot.events import Event, Heard, Pressed, Said, Say
from bot.legal_answers import put_right, puzzled, told
from bot.presses import press
from bot.short_answers import ADDS, DIGITS
from bot.state import Dialogue, Turn

A_MATTER_TAKES = 3  # characters beside the place, before an answer is a report of its own
SENSE = re.compile(r"[\u3400-\u9fff\d]")  # a Chinese character or a figure


def fact(dialogue: Dialogue, event: Event) -> Turn:
    interview = dialogue.draft.interview
    match event:
        case Said(edited=True, text=text, heard=heard) if interview.told and not is_matter(heard):
            return put_right(dialogue, text)
        case _ if common := with_draft(dialogue, event, fact):
            return common
        case Said(heard=Heard(kind="act", label="act:thanks" | "act:greet" | "act:goodbye", place="", street="")):
            return then(dialogue, [])
        case Said() if _is_another(dialogue, event):
            return then(queue_up(dialogue, event), [Say(texts.KEPT_FOR_LATER)])
        case Said(text=text) if (choice := _choice(dialogue, text)) is not None:
            return told(dialogue, choice)
        case Said(text=text) if not SENSE.search(text) and not interview.puzzled:
            return puzzled(dialogue)
        case Said(text=text, heard=heard):
            return told(dialogue, text, heard)
        case Pressed(button=button):
            return press(dialogue, button)
        case _:
            return then(dialogue, [])


def _is_another(dialogue: Dialogue, said: Said) -> bool:
    """Something to repair, with where it is; not more of what the question is about."""
    heard, own = said.heard, {option.label for option in dialogue.draft.options}
    if not is_matter(heard) or heard.kind == "legal" or heard.label in own:
        return False
    where_and_what = bool(heard.place) and len(said.text) - len(heard.place) >= A_MATTER_TAKES
    return where_and_what or bool(ADDS.search(said.text))


def _choice(dialogue: Dialogue, text: str) -> str | None:
    """第二个, 2: the number of a button."""
    choices, words = dialogue.draft.interview.left[0].choices, text.strip().rstrip("。.,，")
    at = DIGITS.get(words, len(choices))
    return choices[at] if at < len(choices) else None
