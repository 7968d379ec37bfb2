"""Days and hours as a form asks for them. Pure but for its error.

A form has several lines: `days` are sent as "line:day", dates and hours as one field a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api import rota
from api.errors import AppError
from api.pages.rule_words import DAYS

MOST_DATES = 60
SEPARATORS = str.maketrans("，、；,;", "     ")


class BadTimes(AppError):
    """`why`: dates (too many of them), hours (a half of them is missing; they end when they begin)."""

    code, status, title = "bad_times", 422, "days or hours that cannot be read"


@dataclass(frozen=True, slots=True)
class Line:
    """As it was typed."""

    days: tuple[str, ...] = ()
    dates: str = ""
    begin: str = ""
    end: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Line()


def lines(days: Sequence[str], dates: Sequence[str], begin: Sequence[str], end: Sequence[str]) -> list[Line]:
    ticked = [one.partition(":") for one in days]
    return [
        Line(
            tuple(day for at, _, day in ticked if at == str(number)),
            _at(dates, number).strip(),
            _at(begin, number).strip(),
            _at(end, number).strip(),
        )
        for number in range(max(len(dates), len(begin), len(end)))
    ]


def _at(given: Sequence[str], number: int) -> str:
    return given[number] if number < len(given) else ""


def of_stored(stored: Mapping[str, Any]) -> Line:
    hours = "" if stored["hours"] == "00:00-24:00" else str(stored["hours"])
    begin, _, end = hours.partition("-")
    days = tuple(day for day in stored["days"] if day in DAYS)
    dates = " ".join(day for day in stored["days"] if day not in DAYS)
    return Line(days, dates, begin, "00:00" if end == "24:00" else end)  # which is the same moment


def read(line: Line) -> dict[str, Any]:
    """In the shape that is stored. Raises BadTimes."""
    dates = line.dates.translate(SEPARATORS).split()
    if len(dates) > MOST_DATES:
        raise BadTimes(why="many")
    if bool(line.begin) != bool(line.end):
        raise BadTimes(why="half")
    if line.begin and line.begin == line.end:
        raise BadTimes(why="same")
    days, hours = [*line.days, *dates], f"{line.begin}-{line.end}" if line.begin else ""
    for why, given in (("dates", (days, "")), ("hours", ((), hours))):
        try:
            rota.read(*given)
        except ValueError:
            raise BadTimes(why=why) from None
    return {"days": days, "hours": hours}
