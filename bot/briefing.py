"""What is said once, as soon as a draft turns out to be a legal matter: dangers, who reads it, time limits. Pure."""

from dataclasses import replace

from bot import cards, legal_texts
from bot.case_events import FindCases
from bot.events import Command, Draft, Say
from bot.legal import Interview, Warned
from bot.state import Dialogue, Turn

MOST_QUESTIONS = 3  # of one matter, that for the place among them
MOST_LIMITS = 3  # at a time: more would not be read


def briefed(dialogue: Dialogue) -> Turn:
    """The draft under way with its questions ready, and what its resident has to hear before the next one; of a
    new matter last the search for cases like it."""
    draft = dialogue.draft
    if not cards.is_legal(draft) or draft.chosen is None or draft.repair:  # the repair is decided about first
        return dialogue, []
    is_new = draft.interview.topic != draft.chosen.label
    interview = _begun(draft) if is_new else draft.interview
    fits = [one for one in draft.touched if _topic(draft) in one.topics and one.id not in interview.warned]
    interview = replace(interview, warned=(*interview.warned, *(one.id for one in fits)))
    opened = replace(draft, interview=interview)
    said = [*_alerts(fits), *([_opening(opened)] if is_new else []), *_limits(fits)]
    said += [FindCases(draft.key, interview.topic, draft.text)] if is_new and not _in_danger(draft) else []
    return replace(dialogue, draft=opened), said


def _begun(draft: Draft) -> Interview:
    """Also of another topic than before: what was told stays, and the questions in all stay few."""
    had, asks = draft.interview, draft.chosen.facts if draft.chosen else ()
    where = not (draft.place or draft.nowhere or draft.lat is not None)
    left = MOST_QUESTIONS - where - len(had.told) - had.skipped
    topic = draft.chosen.label if draft.chosen else ""
    return replace(had, topic=topic, left=asks[: max(left, 0)], puzzled=False, offers=(), reading=-1)


def _in_danger(draft: Draft) -> bool:
    """Nobody in danger reads cases first."""
    return draft.urgent or any(one.first for one in draft.touched)


def _topic(draft: Draft) -> str:
    return draft.chosen.label.partition(":")[2] if draft.chosen else ""


def _alerts(fits: list[Warned]) -> list[Command]:
    return [Say(f"⚠️ {one.says}", urgent=True) for one in fits if one.first]


def _opening(draft: Draft) -> Command:
    asked = len(draft.interview.left) + (not (draft.place or draft.nowhere or draft.lat is not None))
    assert draft.chosen is not None
    words = legal_texts.opening(draft.chosen, asked)
    return Say(words, legal_texts.opening_buttons(draft), confidential=True)


def _limits(fits: list[Warned]) -> list[Command]:
    limits = tuple(one for one in fits if not one.first)[:MOST_LIMITS]
    return [Say(legal_texts.limits(limits))] if limits else []
