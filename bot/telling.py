"""Words that belong to a ticket which exists: an answer, a comment, a reason to reopen it. Pure."""

from dataclasses import replace

from bot import texts
from bot.drafting import begin, is_matter, then
from bot.events import Act, AttachPhoto, Event, Heard, Located, Pictured, Said, Say
from bot.state import Dialogue, Turn

NO_MORE = frozenset({"不用", "不用了", "没有", "没有了", "没了", "不了"})


def telling(dialogue: Dialogue, event: Event) -> Turn:
    match event:
        case Said(text=text) if dialogue.purpose == "clerk":
            return to_clerk(replace(dialogue, purpose=""), text)
        case Said(heard=heard) if dialogue.purpose in ("comment", "add") and is_matter(heard) and not heard.urgent:
            return begin(replace(dialogue, subject="", purpose=""), event)
        case Said(text=text, heard=heard) if dialogue.purpose == "comment" and _nothing_to_add(text, heard):
            return then(dialogue, [Say(texts.THANKS)])
        case Said(text=text):
            return tell(dialogue, text)
        case Pictured(photo=photo) if dialogue.subject:
            return dialogue, [AttachPhoto(dialogue.subject, photo)]
        case Located(lat=lat, lon=lon) if dialogue.subject:
            return tell(dialogue, texts.spot(lat, lon))
        case _:
            return then(dialogue, [Say(texts.NOTHING_ASKED)])


def _nothing_to_add(text: str, heard: Heard) -> bool:
    return text.strip() in NO_MORE or (heard.kind == "act" and heard.label in ("act:thanks", "act:goodbye", "act:deny"))


WORDS_GO_TO = {
    "dispute": ("dispute", "reason"),
    "reopen": ("reopen", "reason"),
    "reply": ("reply", "note"),
    "follow_up": ("follow_up", "note"),
    "comment": ("note", "text"),
    "add": ("note", "text"),
}


def tell(dialogue: Dialogue, words: str) -> Turn:
    """Carries the words to the ticket they belong to, then goes on where the conversation was."""
    action, name = WORDS_GO_TO[dialogue.purpose]
    key = str(dialogue.count + 1)
    asked = "" if dialogue.asked == dialogue.subject else dialogue.asked
    command = Act(dialogue.subject, action, key, {name: words[:4000]})
    return then(replace(dialogue, count=dialogue.count + 1, asked=asked), [command])


def to_clerk(dialogue: Dialogue, words: str) -> Turn:
    """A draft that a clerk will sort: nothing a resident wants to report is turned away."""
    said = Said(words, Heard())
    return begin(replace(dialogue, unfiled=""), said)
