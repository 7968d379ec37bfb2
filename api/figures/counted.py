"""What is counted of a period and can be added up: a quarter is the sum of its days."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api import appraisal
from api.appraisal import Said
from api.figures import volume
from api.figures.accuracy import NOBODYS, Hands, hands, together
from api.figures.asked import Question
from api.figures.seen import Figure
from api.figures.volume import Cube

BY_TICKET = {Figure.ITEMS, Figure.STREETS, Figure.PROMISES, Figure.SATISFACTION}
BY_EVENT = {Figure.CLOSURES, Figure.CONTRACTORS}
BY_HOUR = {Figure.DAYS, Figure.HOURS}


@dataclass(frozen=True, slots=True)
class Counted:
    """By ticket and by hour those reported in the period; by event and by hand what happened in it."""

    cube: Cube = field(default_factory=dict)
    hours: Counter[datetime] = field(default_factory=Counter)
    said: Sequence[Said] = ()
    hands: Hands = NOBODYS


async def count(session: AsyncSession, question: Question, wanted: set[Figure]) -> Counted:
    """Each source read once, and only for a figure that is wanted."""
    return Counted(
        await volume.cube(session, question) if wanted & BY_TICKET else {},
        await volume.hours(session, question) if wanted & BY_HOUR else Counter(),
        await _said(session, question) if wanted & BY_EVENT else (),
        await hands(session, question) if Figure.ACCURACY in wanted else NOBODYS,
    )


async def _said(session: AsyncSession, question: Question) -> list[Said]:
    period = question.period
    return await appraisal.said(session, question.actor, period.since, period.until, question.street)


def added(parts: Sequence[Counted], wanted: set[Figure]) -> Counted:
    """Of parts that have no day in common."""
    return Counted(
        volume.joined(part.cube for part in parts) if wanted & BY_TICKET else {},
        Counter({hour: many for part in parts for hour, many in part.hours.items()}),
        appraisal.joined(row for part in parts for row in part.said) if wanted & BY_EVENT else (),
        together(part.hands for part in parts),
    )
