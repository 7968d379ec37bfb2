"""BOTH: is what a legal question tells of to be reported, too? Pure. Asked once, before the first word of the law."""

from bot.amending import place_named, with_draft
from bot.drafting import add_words, change, then
from bot.events import Event, Heard, Pressed, Said
from bot.mixed import only_the_law, report_it
from bot.presses import press
from bot.short_answers import NEITHER, YES
from bot.state import Dialogue, Turn


def both(dialogue: Dialogue, event: Event) -> Turn:
    if common := with_draft(dialogue, event, both):
        return common
    match event:
        case Said(text=text) if text.strip().rstrip("。！!") in YES:
            return report_it(dialogue)
        case Said(heard=Heard(kind="act", label="act:affirm", sureness="sure")):
            return report_it(dialogue)
        case Said(text=text, heard=heard) if text.strip().rstrip("。！!") in NEITHER or heard.label == "act:deny":
            return only_the_law(dialogue)
        case Said(heard=Heard(kind="act", place="", street="")):
            return then(dialogue, [])
        case Said(text=text, heard=heard):  # more of the question; what is to be repaired may be told at any time
            more = add_words(dialogue.draft, text)
            return change(dialogue, repair=None, text=more, **place_named(dialogue, heard))
        case Pressed(button=button):
            return press(dialogue, button)
        case _:
            return then(dialogue, [])
