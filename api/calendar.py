"""The working calendar as data: public holidays and make-up days of the State Council's notices, by `chinesecalendar`.

Working hours 9-12 and 13-17 are assumed until the district confirms its own. Past the last year the package knows,
Monday to Friday count as working days, 暂定.
"""

from chinese_calendar import constants

from api.deadlines import Calendar


def district_calendar() -> Calendar:
    return Calendar(holidays=frozenset(constants.holidays), make_up_days=frozenset(constants.workdays))


def last_known_year() -> int:
    years: list[int] = [day.year for day in constants.holidays]
    return max(years)
