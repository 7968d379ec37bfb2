"""When somebody is on duty: nights that end in the morning, holidays, make-up days."""

from datetime import date, datetime

import pytest

from api.calendar import district_calendar
from api.deadlines import SHANGHAI
from api.rota import Span, holds, read, spans

NIGHT, WORKDAYS = "17:30-08:30", ["workday"]
CASES = [
    ([], "", "2026-11-23T03:00", True),
    ([], "09:00-17:00", "2026-11-23T08:59", False),
    ([], "09:00-17:00", "2026-11-23T09:00", True),
    ([], "09:00-17:00", "2026-11-23T17:00", False),
    ([], "18:00-24:00", "2026-11-23T23:59", True),
    (["mon"], NIGHT, "2026-11-23T23:00", True),
    (["mon"], NIGHT, "2026-11-24T08:29", True),  # Tuesday's morning is still Monday's night
    (["mon"], NIGHT, "2026-11-24T08:30", False),
    (["mon"], NIGHT, "2026-11-23T03:00", False),  # and Monday's own is Sunday's
    (["sun"], NIGHT, "2026-11-23T03:00", True),
    (WORKDAYS, "", "2026-10-01T10:00", False),  # a Thursday, the National Day
    (["dayoff"], "", "2026-10-01T10:00", True),
    (WORKDAYS, "", "2026-10-10T10:00", True),  # a Saturday that is worked for it
    (["2026-10-01"], "", "2026-10-01T10:00", True),
    (["2026-10-01"], NIGHT, "2026-10-02T01:00", True),
    (["sat", "sun"], "", "2026-11-22T10:00", True),
]


@pytest.mark.parametrize(("days", "hours", "at", "on"), CASES)
def test_times(days: list[str], hours: str, at: str, on: bool) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    assert holds([read(days, hours)], moment, district_calendar()) is on


def test_any_of_several_holds_and_none_is_always() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)
    assert holds([], noon, district_calendar())
    assert holds([read(["tue"]), read(["mon"])], noon, district_calendar())


@pytest.mark.parametrize(
    ("days", "hours"),
    [
        (["someday"], ""),
        (["2026-13-01"], ""),
        (["20261001"], ""),
        ([], "9-17"),
        ([], "25:00-26:00"),
        ([], "08:00-08:00"),
    ],
)
def test_what_cannot_be_read_is_refused(days: list[str], hours: str) -> None:
    with pytest.raises(ValueError):
        read(days, hours)


SHIFTS = [("早", [read([], "08:00-16:30")]), ("夜", [read(["mon"], "16:30-08:30")]), ("假", [read(["dayoff"])])]


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2026, 11, 23), [(0, 480, ()), (480, 990, ("早",)), (990, 1440, ("夜",))]),
        (date(2026, 11, 24), [(0, 480, ("夜",)), (480, 510, ("早", "夜")), (510, 990, ("早",)), (990, 1440, ())]),
        (date(2026, 10, 1), [(0, 480, ("假",)), (480, 990, ("早", "假")), (990, 1440, ("假",))]),
    ],
)
def test_a_day_falls_into_spans_with_and_without_people(
    day: date, found: list[tuple[int, int, tuple[str, ...]]]
) -> None:
    assert spans(SHIFTS, day, district_calendar()) == [Span(*one) for one in found]
    assert spans([], day, district_calendar()) == [Span(0, 1440, ())]
