"""Words that belong to a ticket which exists: an answer, a comment, a reason to reopen it. Pure."""

from dataclasses import replace

from bot import texts
from bot.drafting import MOST_WORDS, begin, is_matter, then, with_pictures
from bot.events import Act, AttachPhoto, Command, Event, Heard, Located, Pictured, Said, Say
from bot.mediation_texts import NAME_AGAIN
from bot.state import Dialogue, Turn
from bot.ticket_buttons import sure_to_withdraw

NOTHING_HEARD = Heard()
NO_MORE = frozenset({"不用", "不用了", "没有", "没有了", "没了", "不了"})


def telling(dialogue: Dialogue, event: Event) -> Turn:
    match event:
        case Said() | Located() if dialogue.purpose == "consent":
            return dialogue, [Say(NAME_AGAIN)]
        case Said(edited=True) if dialogue.purpose not in ("clerk", "add"):
            return dialogue, [Say(texts.EDIT_TOO_LATE)]
        case Said(heard=Heard(kind="act", label="act:deny", sureness="sure")) if dialogue.purpose == "add":
            return dialogue, [sure_to_withdraw(dialogue.subject)]
        case Said(text=text, heard=heard) if dialogue.purpose == "clerk":
            return to_clerk(replace(dialogue, purpose=""), text, heard)
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
        case Pictured(photo=photo):
            return with_pictures(dialogue, (photo,)), [Say(texts.PHOTO_FIRST)]
        case Located(lat=lat, lon=lon):
            return replace(dialogue, spot=(lat, lon)), [Say(texts.LOCATION_FIRST)]
        case _:
            return then(dialogue, [Say(texts.NOTHING_ASKED)])


def _nothing_to_add(text: str, heard: Heard) -> bool:
    return text.strip() in NO_MORE or (heard.kind == "act" and heard.label in ("act:thanks", "act:goodbye", "act:deny"))


WORDS_GO_TO = {
    "dispute": ("dispute", "reason"),
    "reopen": ("reopen", "reason"),
    "reply": ("reply", "note"),
    "follow_up": ("follow_up", "note"),
    "unsolved": ("unsolved", "note"),
    "comment": ("note", "text"),
    "add": ("note", "text"),
}


def tell(dialogue: Dialogue, words: str) -> Turn:
    """Carries the words to the ticket they belong to, then goes on where the conversation was."""
    return then(*carry(dialogue, words))


def carry(dialogue: Dialogue, words: str) -> Turn:
    """The pictures that came with the words go with them."""
    action, name = WORDS_GO_TO[dialogue.purpose]
    number, count = dialogue.subject, dialogue.count + 1
    asked = "" if dialogue.asked == number else dialogue.asked
    pictures: list[Command] = [AttachPhoto(number, photo) for photo in dialogue.photos]
    act = Act(number, action, str(count), {name: words[:MOST_WORDS]})
    return replace(dialogue, count=count, asked=asked, photos=()), [act, *pictures]


def note(dialogue: Dialogue, number: str, words: str) -> Turn:
    """Puts words on a ticket's record; the conversation stays where it is."""
    count = dialogue.count + 1
    return replace(dialogue, count=count), [Act(number, "note", str(count), {"text": words[:MOST_WORDS]})]


def to_clerk(dialogue: Dialogue, words: str, heard: Heard = NOTHING_HEARD) -> Turn:
    """A draft that a clerk will sort: nothing a resident wants to report is turned away. Where it is may be known."""
    place = Heard(
        place=heard.place,
        street=heard.street,
        community=heard.community,
        outside=heard.outside,
        either=heard.either,
    )
    return begin(replace(dialogue, unfiled=""), Said(words, place))
