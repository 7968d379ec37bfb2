"""The seven steps as they are shown: each with the times in which its clock stood."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.lifecycle import Action
from api.models import Pause
from api.schemas import Moment, StepOut


@dataclass(frozen=True, slots=True)
class Stood:
    """A question to the resident, or a mediation. `seconds`: how long the clock stood; `ended` "": it stands still."""

    question: str
    of_mediation: bool
    opened_at: datetime
    ended: str
    seconds: float


@dataclass(frozen=True, slots=True)
class StepLine:
    step: StepOut
    stood: Sequence[Stood]


ENDED = {Action.REPLY: "居民答复了", Action.RESUME: "没有等到答复"}
DROPPED, MEDIATED = "不用再等", "调解结束了"
AT_ONCE = timedelta(seconds=30)  # the longest that a transaction lasts


def lines(
    steps: Iterable[StepOut], pauses: Iterable[Pause], moments: Iterable[Moment], now: datetime
) -> list[StepLine]:
    """A pause stands with the step that was waited for while it lasted."""
    ends = [moment for moment in moments if moment.action in ENDED]
    left, found = sorted(pauses, key=lambda pause: pause.opened_at), []
    for step in steps:
        reached = step.reached_at
        mine = [pause for pause in left if reached is None or pause.opened_at < reached]
        left = [pause for pause in left if pause not in mine]
        found.append(StepLine(step, [_stood(pause, ends, now) for pause in mine]))
    return found


def _stood(pause: Pause, ends: Sequence[Moment], now: datetime) -> Stood:
    closed = pause.closed_at
    seconds = ((closed or now) - pause.opened_at).total_seconds()
    return Stood(pause.question, pause.of_mediation, pause.opened_at, _ended(pause, ends) if closed else "", seconds)


def _ended(pause: Pause, ends: Sequence[Moment]) -> str:
    """The event is written a moment after the pause was closed."""
    if pause.of_mediation:
        return MEDIATED
    first = next((moment for moment in ends if moment.at >= pause.opened_at), None)
    is_its = first and pause.closed_at and abs(first.at - pause.closed_at) < AT_ONCE
    return ENDED[Action(first.action)] if first and is_its else DROPPED
