"""The figures of one page."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.figures.accuracy import Accuracy, accuracy_of
from api.figures.asked import Question
from api.figures.counted import BY_TICKET, Counted, added, count
from api.figures.days import Days, sees_all
from api.figures.period import Period
from api.figures.seen import Figure
from api.figures.unusual import Unusual, unusual
from api.figures.volume import Cube


@dataclass(frozen=True, slots=True)
class Found:
    """`before`: the period as long that ended where this one begins."""

    period: Period
    counted: Counted
    accuracy: Accuracy
    before: Cube = field(default_factory=dict)
    unusual: Unusual | None = None


async def gather(
    session: AsyncSession, days: Days, question: Question, now: datetime, figures: Collection[Figure]
) -> Found:
    wanted = {*figures}
    counted = await _counted(session, days, question, wanted)
    return Found(
        period=question.period,
        counted=counted,
        accuracy=accuracy_of(counted.hands),
        before=(await _counted(session, days, question.of(question.period.moved(-1)), wanted & BY_TICKET)).cube,
        unusual=await unusual(session, question, now) if Figure.WARNINGS in wanted else None,
    )


async def _counted(session: AsyncSession, days: Days, question: Question, wanted: set[Figure]) -> Counted:
    kept = await days.of(session, question.period) if wanted and sees_all(question) else None
    return await count(session, question, wanted) if kept is None else added(kept, wanted)
