"""Cases like a legal matter in the making: found, read, and either all that was needed or not. Pure."""

from collections.abc import Callable
from dataclasses import replace

from bot import case_texts, texts
from bot.case_events import CasesFound, CountCase
from bot.drafting import drop, then
from bot.events import Command, Say
from bot.state import Dialogue, Step, Turn


def found(dialogue: Dialogue, event: CasesFound) -> Turn:
    """Too late, they are not offered any more: the resident went on."""
    if dialogue.step is not Step.SEEKING or event.key != dialogue.draft.key:
        return dialogue, []
    return then(_with(dialogue, offers=event.cases), [])


def read(dialogue: Dialogue, place: int) -> Turn:
    case = dialogue.draft.interview.offers[place]
    told: list[Command] = [Say(case_texts.case_told(case)), CountCase(case.id, "shown")]
    return then(_with(dialogue, reading=place), told)


def solved(dialogue: Dialogue) -> Turn:
    """By the case that was read last: nothing is filed."""
    told = dialogue.draft.interview
    return drop(
        dialogue,
        Say(case_texts.THANKS, case_texts.offer_topic(dialogue.draft)),
        CountCase(told.offers[told.reading].id, "helped"),
    )


def go_on(dialogue: Dialogue) -> Turn:
    """To the adviser, with all that was told."""
    return then(_with(dialogue, offers=(), reading=-1), [Say(case_texts.ASK_ON)])


def _with(dialogue: Dialogue, **changes: object) -> Dialogue:
    interview = replace(dialogue.draft.interview, **changes)  # type: ignore[arg-type]
    return replace(dialogue, draft=replace(dialogue.draft, interview=interview))


def _stale(dialogue: Dialogue) -> Turn:
    return then(dialogue, [Say(texts.STALE)])


def _read(dialogue: Dialogue, place: str) -> Turn:
    there = place.isascii() and place.isdecimal() and int(place) < len(dialogue.draft.interview.offers)
    return read(dialogue, int(place)) if there and dialogue.step is Step.CASES else _stale(dialogue)


def _solved(dialogue: Dialogue, _: str) -> Turn:
    is_read = dialogue.step is Step.CASES and dialogue.draft.interview.reading >= 0
    return solved(dialogue) if is_read else _stale(dialogue)


def _adviser(dialogue: Dialogue, _: str) -> Turn:
    return go_on(dialogue) if dialogue.step is Step.CASES else _stale(dialogue)


CASE_PRESSES: dict[str, Callable[[Dialogue, str], Turn]] = {"case": _read, "solved": _solved, "adviser": _adviser}
