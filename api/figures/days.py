"""Figures of whole days, kept in memory for who sees every public ticket: few days change, and a quarter has many.

The feed tells which tickets changed since; the days on which those count are counted anew.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta

import structlog
from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api import appraisal
from api.actors import SYSTEM
from api.db import Database
from api.feed import rows
from api.feed.place import Place
from api.figures import accuracy
from api.figures.asked import Question
from api.figures.counted import Counted, count
from api.figures.period import MOST, Period, today
from api.figures.seen import Figure
from api.lifecycle import Action, Role
from api.models import Event, Ticket
from api.office import Clock

log = structlog.get_logger()
KEPT_FOR = (Role.TRIAGE, Role.VERIFIER, Role.SUPERVISOR, Role.ADMIN)
MOST_KEPT = 4 * MOST  # days; a quarter, the one before it, and others that were looked at
EVERY = 60.0  # seconds between two looks at what changed
AT_ONCE = 500  # tickets whose days are looked up by one query
COUNTS = (Action.REPORT_BACK, *appraisal.JUDGED, *accuracy.BY_CLERK)  # events that count on their own day


def sees_all(question: Question) -> bool:
    """Of the public tickets; what is asked of one street alone is counted as it is asked."""
    actor = question.actor
    return actor.role in KEPT_FOR and not (actor.streets or actor.communities or question.street)


class Days:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._turn = asyncio.Lock()
        self._place: Place | None = None
        self._kept: dict[date, Counted] = {}

    async def of(self, session: AsyncSession, period: Period) -> list[Counted] | None:
        """Each day's, with all that was changed before this was called. None: so few are kept that the period is
        counted sooner as a whole."""
        async with self._alone(session):
            await self._forget_changed(session)
            missing = self._missing(period)
            if 2 * len(missing) > period.days:
                return None
            for day in missing:
                await self._count(session, day)
            return [self._kept[day] for day in period.each_day()]

    async def keep(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.refresh()
            except Exception:  # a database that is away: counted once it is back
                log.exception("days_not_counted")

    async def refresh(self) -> None:
        """All that the longest span needs, before anybody asks; day by day, so that who asks need not wait for it."""
        now = today(self._clock())
        async with self._db.reading() as session, self._alone(session):
            await self._forget_changed(session)
            missing = self._missing(Period(now - timedelta(days=2 * MOST - 1), now))
            first = await _first_day(session) or now
        self._kept.update({day: Counted() for day in missing if day < first})
        for day in sorted({*missing} - self._kept.keys(), reverse=True):
            async with self._db.reading() as session, self._alone(session):
                await self._forget_changed(session)
                await self._count(session, day)

    @asynccontextmanager
    async def _alone(self, session: AsyncSession) -> AsyncIterator[None]:
        """Whoever has the turn has a connection already: those who wait hold one each, and there are only so many."""
        await session.connection()
        async with self._turn:
            yield

    def _missing(self, period: Period) -> list[date]:
        return [day for day in period.each_day() if day not in self._kept]

    async def _count(self, session: AsyncSession, day: date) -> None:
        self._kept[day] = await count(session, Question(SYSTEM, Period(day, day)), set(Figure))
        if len(self._kept) > MOST_KEPT:
            del self._kept[min(self._kept)]

    async def _forget_changed(self, session: AsyncSession) -> None:
        """The place moves on last: who goes away in between leaves nothing that is out of date."""
        place, newest = self._place, await rows.newest(session)
        if place is None or not await rows.reaches_back(session, place):
            self._kept.clear()
        elif place != newest and self._kept:
            changed = await rows.tickets_between(session, place, newest)
            for at in range(0, len(changed), AT_ONCE):
                for day in await _days_of(session, changed[at : at + AT_ONCE]):
                    self._kept.pop(day, None)
        self._place = newest


async def _first_day(session: AsyncSession) -> date | None:
    """Before it nobody reported anything."""
    first = (await (await session.connection()).execute(select(func.min(Ticket.reported_at)))).scalar_one()
    return today(first) if first else None


async def _days_of(session: AsyncSession, ids: Sequence[int]) -> set[date]:
    """On which these tickets count."""
    reported = select(col(Ticket.reported_at)).where(col(Ticket.id).in_(ids))
    happened = select(col(Event.at)).where(col(Event.ticket_id).in_(ids), col(Event.action).in_(COUNTS))
    connection = await session.connection()
    return {today(at) for query in (reported, happened) for at in (await connection.execute(query)).scalars()}
