"""研判预警 on the tickets: the cells counted for `early_warning`, and the tickets behind each alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, and_, case
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.early_warning import LEAST, LEAST_WEEKS, WEEKS, Alarm, Cell, alarms
from api.figures.asked import Question
from api.lifecycle import Lane
from api.models import Area, Ticket

WEEK = timedelta(days=7)
GRIDDED = 0.9  # of each week's tickets; else grids would seem to rise as more tickets get one
SHOWN, TICKETS = 12, 6


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


def _weeks(end: datetime, weeks: int) -> list[ColumnElement[Any]]:
    """Sums of a query's rows by week, the present one first."""
    at = col(Ticket.reported_at)
    edges = [end - WEEK * ago for ago in range(weeks + 2)]
    return [func.sum(case((and_(at >= begin, at < over), 1), else_=0)) for over, begin in pairwise(edges)]


def _looked_at(question: Question, end: datetime, weeks: int) -> list[ColumnElement[bool]]:
    at, known = col(Ticket.reported_at), col(Ticket.community) != ""
    return [*question.tickets, at >= end - WEEK * (weeks + 1), at < end, known]


async def _gridded(session: AsyncSession, question: Question, end: datetime, weeks: int) -> bool:
    has: Any = col(Ticket.grid) != ""
    columns: list[Any] = [has, *_weeks(end, weeks)]
    query: Any = select(*columns).where(*_looked_at(question, end, weeks)).group_by(has)
    counted = {bool(found): sums for found, *sums in (await session.exec(query)).all()}
    without, within = (counted.get(found, [0] * (weeks + 1)) for found in (False, True))
    return all(some >= GRIDDED * (some + none) for some, none in zip(within, without, strict=True)) and sum(within) > 0


async def _cells(session: AsyncSession, question: Question, end: datetime, weeks: int, of_grids: bool) -> list[Cell]:
    """Those that can raise an alarm. Communities of one name in two streets are two."""
    where: list[Any] = [col(Ticket.grid)] if of_grids else [col(Ticket.street), col(Ticket.community)]
    columns: list[Any] = [col(Ticket.label), *_weeks(end, weeks), *where]
    query: Any = (
        select(*columns)
        .where(*_looked_at(question, end, weeks))
        .group_by(col(Ticket.label), *where)
        .having(func.count() >= LEAST)
    )
    rows = (await session.exec(query)).all()
    return [
        Cell(" ".join(row[weeks + 2 :]), row[0], tuple(map(int, row[2 : weeks + 2])), int(row[1]))
        for row in rows
        if row[-1]
    ]


async def _warned(session: AsyncSession, question: Question, alarm: Alarm, end: datetime, of_grids: bool) -> Warned:
    street, _, community = alarm.cell.area.partition(" ")
    here = [col(Ticket.grid) == street] if of_grids else [Ticket.street == street, Ticket.community == community]
    numbers = (
        select(Ticket.number)
        .where(*_looked_at(question, end, 0), col(Ticket.label) == alarm.cell.label, *here)
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
