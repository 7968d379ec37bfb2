"""The working calendar as data: public holidays and make-up days of the State Council's notices, by `chinesecalendar`.
The district's own days stand beside it (`own_days`).

Working hours 9-12 and 13-17 are assumed until the district confirms its own. Past the last year the package knows,
Monday to Friday count as working days, 暂定.
"""

from dataclasses import dataclass
from datetime import date

from chinese_calendar import constants

from api.deadlines import Calendar


def district_calendar() -> Calendar:
    return Calendar(holidays=frozenset(constants.holidays), make_up_days=frozenset(constants.workdays))


def last_known_year() -> int:
    years: list[int] = [day.year for day in constants.holidays]
    return max(years)


SOURCE = "国务院办公厅关于节假日安排的通知"
NAMES: dict[str, str] = {one.value: one.chinese for one in constants.Holiday}


@dataclass(frozen=True, slots=True)
class Festival:
    """A public holiday of one year: its days off, the days worked for it."""

    name: str
    off: tuple[date, ...]
    worked: tuple[date, ...]


def festivals(year: int) -> list[Festival]:
    """In their order; none of a year that is not known."""
    off, worked = _by_name(constants.holidays, year), _by_name(constants.workdays, year)
    found = [Festival(NAMES.get(name, name), tuple(days), tuple(worked.get(name, ()))) for name, days in off.items()]
    return sorted(found, key=lambda one: one.off)


def _by_name(days: dict[date, str], year: int) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for day in sorted(days):
        if day.year == year:
            found.setdefault(days[day], []).append(day)
    return found
