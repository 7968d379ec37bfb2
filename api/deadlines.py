"""Every promise in time. Pure: the standard library only; `now` and the calendar are arguments.

All moments are aware. Working time is counted in Asia/Shanghai, whatever the machine's zone.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991, so no zone database is needed
FURTHEST = timedelta(days=3660)  # no promise is longer: the search for working time ends there


class Unit(StrEnum):
    MINUTE = "minute"
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Limit:
    value: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked and when. `holidays` and `make_up_days` override Monday to Friday."""

    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    hours: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13), time(17)))

    def works_on(self, day: date) -> bool:
        return day in self.make_up_days or (day.weekday() < 5 and day not in self.holidays)

    def changed(self, worked: Collection[date], off: Collection[date]) -> "Calendar":
        """With these days worked and those off, whatever it said of them before."""
        return Calendar(
            holidays=(self.holidays - frozenset(worked)) | frozenset(off),
            make_up_days=(self.make_up_days - frozenset(off)) | frozenset(worked),
            hours=self.hours,
        )

    def day_length(self) -> timedelta:
        spans = (_span(date.min.replace(year=2000), hours) for hours in self.hours)
        return sum((end - begin for begin, end in spans), timedelta())


Span = tuple[datetime, datetime]


def due(
    start: datetime,
    limit: Limit,
    calendar: Calendar,
    pauses: Sequence[tuple[datetime, datetime | None]] = (),
    share: float = 1.0,
) -> datetime | None:
    """When `share` of `limit`, counted from `start`, has run out; None while a pause is open (the clock stands).

    A pause is (opened, closed or None). A working day is as long as the calendar's working hours, so five working days
    that begin on Monday at 15:00 end on the next Monday at 15:00.
    """
    whole, worked_only = _length(limit, calendar)
    left = whole * share
    for begin, end in _running(start, pauses, calendar, worked_only):
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return None


def _length(limit: Limit, calendar: Calendar) -> tuple[timedelta, bool]:
    match limit.unit:
        case Unit.MINUTE:
            return timedelta(minutes=limit.value), False
        case Unit.DAY:
            return timedelta(days=limit.value), False
        case Unit.WORKING_HOUR:
            return timedelta(hours=limit.value), True
        case Unit.WORKING_DAY:
            return calendar.day_length() * limit.value, True


def _running(
    start: datetime, pauses: Sequence[tuple[datetime, datetime | None]], calendar: Calendar, worked_only: bool
) -> Iterator[Span]:
    """The spans after `start` in which the clock runs, in order."""
    far = min([start + FURTHEST, *(opened for opened, closed in pauses if closed is None)])
    closed_pauses = [(opened, closed) for opened, closed in pauses if closed is not None]
    for span in _working(start, far, calendar) if worked_only else iter([(start, far)]):
        yield from _without(span, closed_pauses)


def _working(start: datetime, far: datetime, calendar: Calendar) -> Iterator[Span]:
    day = start.astimezone(SHANGHAI).date()
    while day <= far.astimezone(SHANGHAI).date():
        for begin, end in (_span(day, hours) for hours in calendar.hours if calendar.works_on(day)):
            if max(begin, start) < min(end, far):
                yield max(begin, start), min(end, far)
        day += timedelta(days=1)


def _span(day: date, hours: tuple[time, time]) -> Span:
    begin, end = (datetime.combine(day, moment, SHANGHAI) for moment in hours)
    return begin, end


def _without(span: Span, pauses: list[Span]) -> Iterator[Span]:
    begin, end = span
    for opened, closed in sorted(pauses):
        if begin < opened < end:
            yield begin, opened
        if opened < end and closed > begin:
            begin = min(max(begin, closed), end)
    if begin < end:
        yield begin, end
