"""The buttons of the card under way. Pure. A button of a card that is gone is said to be so."""

from collections.abc import Callable
from dataclasses import replace

from bot import cards, texts
from bot.cases import CASE_PRESSES
from bot.drafting import change, drop, file, settle, then
from bot.events import Say
from bot.legal_answers import LEGAL_PRESSES
from bot.mixed import BOTH_PRESSES
from bot.state import Dialogue, Step, Turn


def press(dialogue: Dialogue, button: str) -> Turn:
    """The buttons of the draft under way; the last part of an id may name one of its options."""
    verb, _, rest = button.partition(":")
    key, _, index = rest.partition(":")
    if key != dialogue.draft.key or verb not in PRESSES:
        return then(dialogue, [Say(texts.STALE)])
    return PRESSES[verb](dialogue, index)


def _pick(dialogue: Dialogue, index: str) -> Turn:
    options = dialogue.draft.options
    if not index.isdecimal() or int(index) >= len(options):
        return then(dialogue, [Say(texts.STALE)])
    return change(dialogue, chosen=options[int(index)], settled=True)


def _spot(dialogue: Dialogue, index: str) -> Turn:
    places = dialogue.draft.either
    if not index.isdecimal() or int(index) >= len(places):
        return then(dialogue, [Say(texts.STALE)])
    street, community = places[int(index)]
    place = f"{dialogue.draft.place}（{street}{community}）"  # the words alone would be as ambiguous to the API
    return change(dialogue, place=place, street=street, community=community, either=())


def _what(dialogue: Dialogue, index: str) -> Turn:
    draft = dialogue.draft
    others = tuple(option for option in draft.options if option != draft.chosen)
    return change(dialogue, options=others, chosen=None, settled=False, asked=0)


def _where(dialogue: Dialogue, index: str) -> Turn:
    cleared = replace(
        dialogue.draft, place="", street="", community="", outside="", either=(), lat=None, lon=None, nowhere=False
    )
    asking = replace(dialogue, draft=cleared, step=Step.WHERE)
    return asking, [Say(texts.CHANGE_PLACE, cards.where_buttons(cleared))]


def _settle(dialogue: Dialogue, *, same: bool) -> Turn:
    return settle(dialogue, same) if dialogue.step is Step.SAME else then(dialogue, [Say(texts.STALE)])


PRESSES: dict[str, Callable[[Dialogue, str], Turn]] = {
    "ok": lambda dialogue, index: (
        file(dialogue) if dialogue.step is Step.CONFIRM else then(dialogue, [Say(texts.STALE)])
    ),
    "join": lambda dialogue, index: _settle(dialogue, same=True),
    "apart": lambda dialogue, index: _settle(dialogue, same=False),
    "what": _what,
    "where": _where,
    "cancel": lambda dialogue, index: drop(dialogue, Say(texts.CANCELLED)),
    "which": _pick,
    "none": lambda dialogue, index: change(dialogue, chosen=None, settled=True),
    "nowhere": lambda dialogue, index: change(dialogue, nowhere=True),
    "inside": lambda dialogue, index: change(dialogue, outside=""),
    "spot": _spot,
    "nospot": lambda dialogue, index: change(dialogue, either=()),
    **LEGAL_PRESSES,
    **CASE_PRESSES,
    **BOTH_PRESSES,
}
