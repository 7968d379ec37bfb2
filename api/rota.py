"""When somebody is on duty, or a rule holds: days and hours in the district's time. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from api.deadlines import SHANGHAI, Calendar

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKDAY, DAYOFF = "workday", "dayoff"  # by the calendar: with its holidays and make-up days
HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
WHOLE_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Times:
    """`days`: of WEEK, WORKDAY, DAYOFF, or a date (2026-10-01); empty: any. `begin` and `end` are minutes of the day;
    an `end` that is no later than `begin` is that of the next morning, which still belongs to the day before."""

    days: frozenset[str] = frozenset()
    begin: int = 0
    end: int = WHOLE_DAY


def read(days: Sequence[str] = (), hours: str = "") -> Times:
    """`hours`: 17:30-08:30; empty: the whole day. Raises ValueError."""
    for day in days:
        if day not in (*WEEK, WORKDAY, DAYOFF) and not _is_date(day):
            raise ValueError(f"'{day}' is none of {', '.join(WEEK)}, {WORKDAY}, {DAYOFF}, and no date like 2026-10-01")
    if not hours:
        return Times(frozenset(days))
    found = HOURS.fullmatch(hours)
    if not found:
        raise ValueError(f"'{hours}' is not like 17:30-08:30")
    begin, end = int(found[1]) * 60 + int(found[2]), int(found[3] or 24) * 60 + int(found[4] or 0)
    if begin == end:
        raise ValueError(f"'{hours}' begins when it ends: leave it out for the whole day")
    return Times(frozenset(days), begin, end)


def _is_date(day: str) -> bool:
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False


def holds(times: Sequence[Times], at: datetime, calendar: Calendar) -> bool:
    """No times at all: always."""
    return not times or any(_holds(one, at.astimezone(SHANGHAI), calendar) for one in times)


def _holds(times: Times, at: datetime, calendar: Calendar) -> bool:
    minute, today = at.hour * 60 + at.minute, at.date()
    if times.begin < times.end:
        return times.begin <= minute < times.end and _is_of(times, today, calendar)
    if minute >= times.begin:
        return _is_of(times, today, calendar)
    return minute < times.end and _is_of(times, today - timedelta(days=1), calendar)


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes of a day, from `begin` until before `end`, in which the same people are on duty."""

    begin: int
    end: int
    names: tuple[str, ...]


def spans(shifts: Sequence[tuple[str, Sequence[Times]]], day: date, calendar: Calendar) -> list[Span]:
    """The whole day in the district's time, in order, to the minute; where nobody is there, with no names."""
    times = [one for _, those in shifts for one in those]
    edges = sorted({0, WHOLE_DAY, *(one.begin for one in times), *(one.end for one in times)})
    begin_of_day, found = datetime.combine(day, time(), SHANGHAI), list[Span]()
    for begin, end in pairwise(edges):
        at = begin_of_day + timedelta(minutes=begin)
        names = tuple(dict.fromkeys(name for name, those in shifts if holds(those, at, calendar)))
        if found and found[-1].names == names:
            begin = found.pop().begin
        found.append(Span(begin, end, names))
    return found


def _is_of(times: Times, day: date, calendar: Calendar) -> bool:
    kind = WORKDAY if calendar.works_on(day) else DAYOFF
    return not times.days or not times.days.isdisjoint({WEEK[day.weekday()], kind, day.isoformat()})
