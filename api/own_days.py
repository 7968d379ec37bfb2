"""The district's own days off and days worked, beside the State Council's calendar.

A promise counts by the calendar that was in force when it began: what was promised to a resident never gets later, nor
earlier, by a day that was entered or dropped since."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.db import Database
from api.deadlines import Calendar
from api.models import OwnDay

log = structlog.get_logger()
READ_EVERY = 10.0  # seconds
IN_FORCE_AFTER = timedelta(minutes=1)  # by when every process has read it, so that all count alike


@dataclass
class OwnDays:
    """As they were last read; one for all copies of an office."""

    days: Sequence[OwnDay] = ()
    _calendars: dict[tuple[int, ...], Calendar] = field(default_factory=dict)

    async def read(self, db: Database) -> None:
        async with db.reading() as session:
            self.days, self._calendars = await everything(session), {}

    def over(self, known: Calendar, moment: datetime) -> Calendar:
        """The calendar that is in force at this moment."""
        there = [one for one in self.days if holds_at(one, moment)]
        if not there:
            return known
        key = tuple(one.id for one in there)
        if key not in self._calendars:
            self._calendars[key] = with_days(known, there)
        return self._calendars[key]


def holds_at(one: OwnDay, moment: datetime) -> bool:
    return one.since <= moment and (one.until is None or moment < one.until)


def with_days(known: Calendar, days: Iterable[OwnDay]) -> Calendar:
    said = {one.day: one.worked for one in days}
    worked = {day for day, is_worked in said.items() if is_worked}
    return known.changed(worked, said.keys() - worked)


async def everything(session: AsyncSession) -> Sequence[OwnDay]:
    """In the order in which they were entered, those that were dropped too."""
    return (await session.exec(select(OwnDay).order_by(col(OwnDay.id)))).all()


async def keep_reading(db: Database, own: OwnDays) -> None:
    """What another process entered is known here soon. Ends by being cancelled."""
    while True:
        await asyncio.sleep(READ_EVERY)
        try:
            await own.read(db)
        except Exception:
            log.exception("own_days_unread")
