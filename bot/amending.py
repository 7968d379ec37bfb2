"""What holds at every step that asks about a draft: buttons in words, pictures, help, a message edited. Pure."""

from dataclasses import replace

from bot import texts
from bot.drafting import MOST_PHOTOS, TICKETED, add_words, begin, button_named, change, is_matter, then, with_pictures
from bot.events import Draft, Event, Heard, Located, Pictured, Said, Say
from bot.presses import press
from bot.state import Answer, Dialogue, Step, Turn


def with_draft(dialogue: Dialogue, event: Event, step: Answer) -> Turn | None:
    """What holds at every `step` that asks about a draft; None when the step itself must answer."""
    match event:
        case Said(edited=True):
            return _edited(dialogue, replace(event, edited=False), step)
        case Said(text=text) if button := button_named(dialogue, text.strip()):
            return press(dialogue, button)
        case Said(heard=Heard(kind="act", label="act:help", sureness="sure")):
            return then(dialogue, [Say(texts.HELP)])
        case Said(heard=Heard(kind="act", label="act:human", sureness="sure")):
            return change(dialogue, chosen=None, settled=True)
        case Pictured(photo=photo):
            full = len(dialogue.draft.photos) >= MOST_PHOTOS
            return with_pictures(dialogue, (photo,)), [Say(texts.NO_MORE_PHOTOS if full else texts.PHOTO_KEPT)]
        case Located(lat=lat, lon=lon):
            return change(dialogue, lat=lat, lon=lon, either=(), outside="", nowhere=False)
        case _:
            return None


def _edited(dialogue: Dialogue, said: Said, step: Answer) -> Turn:
    """The matter told anew, or a detail of it put right."""
    matter = said.heard.kind in TICKETED and bool(said.heard.options)
    if is_matter(said.heard) or (matter and dialogue.step is Step.WHICH):
        return _told_anew(dialogue, said)
    if said.heard.place:
        words = add_words(dialogue.draft, said.text)
        return change(dialogue, Say(texts.EDITED), text=words, **at(said.heard, said.heard.place))
    return step(dialogue, said)


PLACE = ("place", "street", "community", "outside", "either")


def _told_anew(dialogue: Dialogue, said: Said) -> Turn:
    """A draft of its own, with what the old one had besides words; the same matters do not wait in the queue twice."""
    old, heard = dialogue.draft, said.heard
    if not heard.place:
        heard = replace(heard, **{name: getattr(old, name) for name in PLACE})
    told = {heard.label, *(matter.label for matter in heard.matters)}
    queue = tuple(draft for draft in dialogue.queue if draft.chosen is None or draft.chosen.label not in told)
    spot = (old.lat, old.lon) if old.lat is not None and old.lon is not None else None
    cleared = replace(dialogue, draft=Draft(), queue=queue, photos=old.photos, spot=spot)
    begun, commands = begin(cleared, replace(said, heard=heard))
    return begun, [Say(texts.EDITED), *commands]


def place_named(dialogue: Dialogue, heard: Heard) -> dict[str, object]:
    """The place named in later words, when there was none before."""
    if dialogue.draft.place or not heard.place:
        return {}
    return at(heard, heard.place)


def at(heard: Heard, place: str) -> dict[str, object]:
    return {
        "place": place,
        "street": heard.street,
        "community": heard.community,
        "outside": heard.outside,
        "either": heard.either,
        "nowhere": False,
    }
