"""The figures of one page, each source read once and only if it is asked for."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api import appraisal
from api.appraisal import Said
from api.figures import volume
from api.figures.accuracy import Accuracy, accuracy
from api.figures.asked import Question
from api.figures.period import Period
from api.figures.seen import Figure
from api.figures.unusual import Unusual, unusual
from api.figures.volume import Cube

BY_TICKET = {Figure.ITEMS, Figure.STREETS, Figure.PROMISES, Figure.SATISFACTION}
BY_EVENT = {Figure.CLOSURES, Figure.CONTRACTORS}
BY_HOUR = {Figure.DAYS, Figure.HOURS}


@dataclass(frozen=True, slots=True)
class Found:
    """`before`: the period as long that ended where this one begins."""

    period: Period
    cube: Cube = field(default_factory=dict)
    before: Cube = field(default_factory=dict)
    hours: Counter[datetime] = field(default_factory=Counter)
    said: Sequence[Said] = ()
    accuracy: Accuracy = field(default_factory=Accuracy)
    unusual: Unusual | None = None


async def gather(session: AsyncSession, question: Question, now: datetime, figures: Collection[Figure]) -> Found:
    wanted, period = {*figures}, question.period
    by_ticket = bool(wanted & BY_TICKET)
    return Found(
        period=period,
        cube=await volume.cube(session, question) if by_ticket else {},
        before=await volume.cube(session, question.of(period.moved(-1))) if by_ticket else {},
        hours=await volume.hours(session, question) if wanted & BY_HOUR else Counter(),
        said=await _said(session, question) if wanted & BY_EVENT else (),
        accuracy=await accuracy(session, question) if Figure.ACCURACY in wanted else Accuracy(),
        unusual=await unusual(session, question, now) if Figure.WARNINGS in wanted else None,
    )


async def _said(session: AsyncSession, question: Question) -> list[Said]:
    period = question.period
    return await appraisal.said(session, question.actor, period.since, period.until, question.street)
