"""Which days are counted. Pure: days of the district, whatever the machine's zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from api.deadlines import SHANGHAI
from api.errors import Malformed

USUAL, MOST = 7, 92  # days; a quarter
EARLIEST = date(2019, 10, 23)  # the bulletin that made the seven steps
WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of `first` to the end of `last`."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), SHANGHAI)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def week(self) -> str:
        """2026-W47, of its first day."""
        year, number, _ = self.first.isocalendar()
        return f"{year}-W{number:02d}"

    @property
    def quarter(self) -> str:
        """2026-Q4, of its first day."""
        return f"{self.first.year}-Q{(self.first.month + 2) // 3}"

    def each_day(self) -> Iterator[date]:
        return (self.first + timedelta(days=after) for after in range(self.days))

    def moved(self, lengths: int) -> "Period":
        by = timedelta(days=self.days * lengths)
        return Period(self.first + by, self.last + by)


def today(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


def asked(first: str, last: str, now: datetime) -> Period:
    """Left empty: the week up to today. Raises Malformed for what is no day, is to come, or is over a quarter."""
    end = _day(last, "to") if last else today(now)
    begin = _day(first, "from") if first else max(EARLIEST, end - timedelta(days=USUAL - 1))
    if not EARLIEST <= begin <= end <= today(now) or (end - begin).days >= MOST:
        raise Malformed(at="from")
    return Period(begin, end)


def _day(given: str, at: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Malformed(at=at) from None


def week(of: str, now: datetime) -> Period:
    """Monday to Sunday; left empty: the last one that is over. Raises Malformed."""
    if not of:
        monday = today(now) - timedelta(days=today(now).weekday() + 7)
        return Period(monday, monday + timedelta(days=6))
    found = WEEK.fullmatch(of)
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else date.max
    except ValueError:
        raise Malformed(at="of") from None
    if not EARLIEST <= monday <= today(now):
        raise Malformed(at="of")
    return Period(monday, monday + timedelta(days=6))


def quarter(of: str, now: datetime) -> Period:
    """Three months; left empty: the one under way. Raises Malformed."""
    found = QUARTER.fullmatch(of) if of else None
    if of and not found:
        raise Malformed(at="of")
    year, number = (int(found[1]), int(found[2])) if found else (today(now).year, (today(now).month + 2) // 3)
    try:
        first, after = date(year, 3 * number - 2, 1), date(year + number // 4, 3 * number % 12 + 1, 1)
    except ValueError:
        raise Malformed(at="of") from None
    if not EARLIEST.replace(month=10, day=1) <= first <= today(now):
        raise Malformed(at="of")
    return Period(first, after - timedelta(days=1))
