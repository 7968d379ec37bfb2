"""研判预警 on the tickets: the cells counted for `early_warning`, and the tickets behind each alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, literal_column, union_all
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.early_warning import LEAST, LEAST_WEEKS, WEEKS, Alarm, Cell, alarms
from api.figures.asked import Question
from api.lifecycle import Lane
from api.models import Area, Ticket

WEEK = timedelta(days=7)
GRIDDED = 0.9  # of each week's tickets; else grids would seem to rise as more tickets get one
SHOWN, TICKETS = 12, 6
BETWEEN = "\t"  # street and community


@dataclass(frozen=True, slots=True)
class Warned:
    """An alarm with the area's name and the newest tickets that raised it. `where` is what the queue is filtered by."""

    alarm: Alarm
    where: str
    area: str
    numbers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Unusual:
    """`weeks` of the past were looked at; with too few nothing was. `of_grids`: else of communities."""

    since: datetime
    weeks: int
    of_grids: bool = False
    more: int = 0  # alarms that are not listed
    warned: Sequence[Warned] = ()

    @property
    def known(self) -> bool:
        return self.weeks >= LEAST_WEEKS


async def unusual(session: AsyncSession, question: Question, now: datetime) -> Unusual:
    """Of the seven days that end with the period, or now."""
    end = min(question.period.until, now)
    weeks = await _whole_weeks(session, end - WEEK)
    if weeks < LEAST_WEEKS:
        return Unusual(end - WEEK, weeks)
    of_grids = await _gridded(session, question, end, weeks)
    raised = alarms(await _cells(session, question, end, weeks, of_grids))
    shown = [await _warned(session, question, alarm, end, of_grids) for alarm in raised[:SHOWN]]
    return Unusual(end - WEEK, weeks, of_grids, len(raised) - len(shown), shown)


async def _whole_weeks(session: AsyncSession, before: datetime) -> int:
    """Since the first report of all: earlier there was nobody to tell of anything."""
    first = (await session.exec(select(func.min(Ticket.reported_at)).where(Ticket.lane == Lane.PUBLIC))).one()
    return max(0, min(WEEKS, (before - first) // WEEK)) if first else 0


def _week(question: Question, end: datetime, ago: int = 0) -> list[ColumnElement[bool]]:
    at, known = col(Ticket.reported_at), col(Ticket.community) != ""
    return [*question.tickets, at >= end - WEEK * (ago + 1), at < end - WEEK * ago, known]


async def _gridded(session: AsyncSession, question: Question, end: datetime, weeks: int) -> bool:
    within = func.count(func.nullif(col(Ticket.grid), ""))
    each = [select(func.count(), within).where(*_week(question, end, ago)) for ago in range(weeks + 1)]
    counted: Any = (await session.exec(union_all(*each))).all()  # type: ignore[call-overload]
    return all(some >= GRIDDED * every for every, some in counted) and any(some for _, some in counted)


async def _cells(session: AsyncSession, question: Question, end: datetime, weeks: int, of_grids: bool) -> list[Cell]:
    """Those that can raise an alarm. Communities of one name in two streets are two. Counted week by week first: nine
    conditions on every ticket take longer."""
    where = [col(Ticket.grid)] if of_grids else [col(Ticket.street), col(Ticket.community)]
    key: list[Any] = [col(Ticket.label).label("label"), *(name.label(f"where_{at}") for at, name in enumerate(where))]
    counted = union_all(*(_counted(key, _week(question, end, ago), ago) for ago in range(weeks + 1))).subquery()
    cell = [counted.c.label, *(counted.c[f"where_{at}"] for at in range(len(where)))]
    by_week = [func.sum(case((counted.c.ago == ago, counted.c.many), else_=0)) for ago in range(weeks + 1)]
    columns: list[Any] = [*by_week, *cell]
    query: Any = select(*columns).group_by(*cell).having(func.sum(counted.c.many) >= LEAST)
    return [
        Cell(BETWEEN.join(area), label, tuple(map(int, sums[1:])), int(sums[0]))
        for *sums, label, area in [(*row[: weeks + 2], row[weeks + 2 :]) for row in (await session.exec(query)).all()]
        if all(area)
    ]


def _counted(key: Sequence[Any], week: Sequence[ColumnElement[bool]], ago: int) -> Any:
    columns: list[Any] = [*key, literal_column(str(ago)).label("ago"), func.count().label("many")]
    return select(*columns).where(*week).group_by(*key)


async def _warned(session: AsyncSession, question: Question, alarm: Alarm, end: datetime, of_grids: bool) -> Warned:
    street, _, community = alarm.cell.area.partition(BETWEEN)
    here = [col(Ticket.grid) == street] if of_grids else [Ticket.street == street, Ticket.community == community]
    numbers = (
        select(Ticket.number)
        .where(*_week(question, end), col(Ticket.label) == alarm.cell.label, *here)
        .order_by(col(Ticket.reported_at).desc(), col(Ticket.id).desc())
        .limit(TICKETS)
    )
    found = list((await session.exec(numbers)).all())
    name = await _of_grid(session, street) if of_grids else f"{street} {community}"
    return Warned(alarm, street if of_grids else community, name, found)


async def _of_grid(session: AsyncSession, code: str) -> str:
    """With its community: grids are called 第一网格 in every one of them."""
    found = (await session.exec(select(Area).where(col(Area.code) == code))).first()
    above = await session.get(Area, found.parent) if found else None
    return f"{above.name if above else ''} {found.name}".strip() if found else code
