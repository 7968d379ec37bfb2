"""Every promise in time: working hours, weekends, holidays and make-up days, pauses."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.calendar import district_calendar, last_known_year
from api.deadlines import SHANGHAI, Limit, Unit, due

CALENDAR = district_calendar()
MINUTE, HOUR, WORKING_DAY, DAY = Unit.MINUTE, Unit.WORKING_HOUR, Unit.WORKING_DAY, Unit.DAY


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)


CASES = {
    "minutes run day and night": ("2026-11-22 23:50", 30, MINUTE, "2026-11-23 00:20"),
    "days run through weekends": ("2026-11-20 17:30", 7, DAY, "2026-11-27 17:30"),
    "an hour within the morning": ("2026-11-23 09:30", 1, HOUR, "2026-11-23 10:30"),
    "an hour that ends at noon": ("2026-11-23 11:00", 1, HOUR, "2026-11-23 12:00"),
    "an hour over lunch": ("2026-11-23 11:30", 1, HOUR, "2026-11-23 13:30"),
    "an hour begun at lunch": ("2026-11-23 12:30", 1, HOUR, "2026-11-23 14:00"),
    "an hour begun before the day": ("2026-11-23 03:00", 1, HOUR, "2026-11-23 10:00"),
    "an hour begun in the evening": ("2026-11-23 20:00", 1, HOUR, "2026-11-24 10:00"),
    "an hour over the night": ("2026-11-23 16:30", 1, HOUR, "2026-11-24 09:30"),
    "an hour over the weekend": ("2026-11-27 16:30", 1, HOUR, "2026-11-30 09:30"),
    "an hour begun on Saturday": ("2026-11-28 10:00", 1, HOUR, "2026-11-30 10:00"),
    "24 working hours": ("2026-11-23 09:30", 24, HOUR, "2026-11-26 13:30"),
    "one working day": ("2026-11-23 15:00", 1, WORKING_DAY, "2026-11-24 15:00"),
    "five working days": ("2026-11-23 15:00", 5, WORKING_DAY, "2026-11-30 15:00"),
    "New Year, then a Sunday that is worked": ("2025-12-31 16:30", 1, HOUR, "2026-01-04 09:30"),
    "Spring Festival, nine days": ("2026-02-14 16:30", 1, HOUR, "2026-02-24 09:30"),
    "a make-up Saturday before it": ("2026-02-13 16:30", 1, HOUR, "2026-02-14 09:30"),
    "and one after it": ("2026-02-27 16:30", 1, HOUR, "2026-02-28 09:30"),
    "Labour Day": ("2026-04-30 16:30", 1, HOUR, "2026-05-06 09:30"),
    "a make-up Saturday after it": ("2026-05-08 16:30", 1, HOUR, "2026-05-09 09:30"),
    "Dragon Boat": ("2026-06-18 16:30", 1, HOUR, "2026-06-22 09:30"),
    "a make-up Sunday before National Day": ("2026-09-20 10:00", 1, HOUR, "2026-09-20 11:00"),
    "National Day": ("2026-09-30 16:30", 1, HOUR, "2026-10-08 09:30"),
    "Monday to Friday, past what is known": ("2031-10-01 10:00", 1, HOUR, "2031-10-01 11:00"),
    "a promise of years": ("2026-11-23 09:00", 1000, DAY, "2029-08-19 09:00"),
}  # fmt: skip


@pytest.mark.parametrize(("start", "value", "unit", "ends"), CASES.values(), ids=CASES.keys())
def test_counts(start: str, value: int, unit: Unit, ends: str) -> None:
    assert due(at(start), Limit(value, unit), CALENDAR) == at(ends)


PAUSED = {
    "a pause adds itself": ([("10:00", "10:30")], "11:00"),
    "two pauses": ([("10:00", "10:30"), ("10:40", "10:50")], "11:10"),
    "pauses that overlap count once": ([("10:00", "10:30"), ("10:15", "10:45")], "11:15"),
    "a pause over lunch": ([("10:00", "13:00")], "13:30"),
    "a pause at lunch costs nothing": ([("12:10", "12:50")], "10:30"),
    "a pause before the report": ([("08:00", "09:00")], "10:30"),
    "a pause begun before it": ([("09:00", "09:40")], "10:40"),
    "a pause after the end": ([("11:00", "11:30")], "10:30"),
    "a pause as it ends": ([("10:30", "11:30")], "10:30"),
}


@pytest.mark.parametrize(("pauses", "ends"), PAUSED.values(), ids=PAUSED.keys())
def test_stands_in_a_pause(pauses: list[tuple[str, str]], ends: str) -> None:
    day = "2026-11-23 "
    spans = [(at(day + opened), at(day + closed)) for opened, closed in pauses]
    assert due(at(day + "09:30"), Limit(1, HOUR), CALENDAR, spans) == at(day + ends)


@pytest.mark.parametrize(("opened", "ends"), [("10:00", None), ("10:30", "10:30"), ("11:00", "10:30")])
def test_is_not_known_while_a_pause_is_open(opened: str, ends: str | None) -> None:
    found = due(at("2026-11-23 09:30"), Limit(1, HOUR), CALENDAR, [(at(f"2026-11-23 {opened}"), None)])
    assert found == (at(f"2026-11-23 {ends}") if ends else None)


def test_counts_in_shanghai_whatever_zone_the_start_is_given_in() -> None:
    start = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert due(start, Limit(1, HOUR), CALENDAR) == at("2026-11-23 10:30")


def test_the_calendar_knows_this_year() -> None:
    assert last_known_year() >= 2026


MOMENTS = st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: at("2024-01-01 00:00") + timedelta(minutes=minutes))
LIMITS = st.builds(Limit, st.integers(1, 60), st.sampled_from(Unit))
SPANS = st.lists(
    st.tuples(MOMENTS, st.timedeltas(timedelta(), timedelta(days=9))).map(lambda span: (span[0], span[0] + span[1])),
    max_size=3,
)


def reached(start: datetime, limit: Limit, pauses: list[tuple[datetime, datetime]]) -> datetime:
    found = due(start, limit, CALENDAR, pauses)
    assert found is not None
    return found


@settings(max_examples=80, deadline=None)
@given(MOMENTS, LIMITS, SPANS)
def test_laws(start: datetime, limit: Limit, pauses: list[tuple[datetime, datetime]]) -> None:
    ends = reached(start, limit, pauses)
    assert ends > start
    assert ends >= reached(start, limit, []), "a pause never shortens"
    assert ends < reached(start, Limit(limit.value + 1, limit.unit), pauses), "more is later"
    assert ends <= reached(start + timedelta(minutes=7), limit, pauses), "who begins later ends no earlier"
