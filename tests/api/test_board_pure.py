"""Periods, tables and charts by themselves."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from api.deadlines import SHANGHAI
from api.errors import Malformed
from api.figures import period
from api.figures.period import Period
from api.pages import charts
from api.pages.tables import Column, Form, Table, as_csv, safe, shown

NOW = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # half past midnight of the 23rd, a Monday, in the district


def test_left_empty_it_is_a_week_to_the_districts_today() -> None:
    found = period.asked("", "", NOW)
    assert (found.first, found.last, found.days) == (date(2026, 11, 17), date(2026, 11, 23), 7)
    assert found.since == datetime(2026, 11, 17, tzinfo=SHANGHAI)
    assert found.until == datetime(2026, 11, 24, tzinfo=SHANGHAI)
    assert found.moved(-1) == Period(date(2026, 11, 10), date(2026, 11, 16))


@pytest.mark.parametrize(
    ("first", "last", "days"), [("2026-11-23", "", 1), ("", "2019-10-23", 1), ("2026-08-24", "", 92)]
)
def test_the_least_and_the_most(first: str, last: str, days: int) -> None:
    assert period.asked(first, last, NOW).days == days


@given(some.text(max_size=12), some.text(max_size=12))
def test_any_words_are_a_period_or_malformed(first: str, last: str) -> None:
    try:
        found = period.asked(first, last, NOW)
    except Malformed:
        return
    assert 1 <= found.days <= period.MOST


@pytest.mark.parametrize(
    ("of", "first"), [("", date(2026, 11, 16)), ("2026-W48", date(2026, 11, 23)), ("2020-W53", date(2020, 12, 28))]
)
def test_weeks_begin_on_monday(of: str, first: date) -> None:
    found = period.week(of, NOW)
    assert found == Period(first, first + timedelta(days=6))
    assert not of or found.week == of


@pytest.mark.parametrize("start", "=+-@\t\r\n")
def test_a_cell_is_no_formula(start: str) -> None:
    assert safe(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize("harmless", ["路灯", "a=b", "", 5, 0, None])
def test_other_cells_stay(harmless: str | int | None) -> None:
    assert safe(harmless) == harmless


def test_csv_is_read_back() -> None:
    table = Table(
        [Column("承办", Form.TEXT), Column("件数"), Column("率", Form.SHARE)],
        [['"甲",\n乙', 1, 2 / 3], ["=1+1", 0, None]],
    )
    assert as_csv(table, demo=False) == '\ufeff承办,件数,率\r\n"""甲"",\n乙",1,0.6667\r\n\'=1+1,0,\r\n'
    assert as_csv(table, demo=True).splitlines()[-1] == "'=1+1,0,,演示数据"


@pytest.mark.parametrize(
    ("value", "form", "said"),
    [
        (None, Form.SHARE, "—"), (0.999, Form.SHARE, "99%"), (1.0, Form.SHARE, "100%"), (0, Form.SHARE, "0%"),
        (12345, Form.COUNT, "12,345"), (4.26, Form.STARS, "4.3"), ("路灯", Form.TEXT, "路灯"),
    ],
)  # fmt: skip
def test_values_in_words(value: float | str | None, form: Form, said: str) -> None:
    assert shown(value, form) == said


def test_bars_are_shares_or_parts_of_the_largest() -> None:
    assert Table([Column("a", Form.TEXT), Column("b")], [["x", 8], ["y", 2]], bar=1).bars() == [100, 25]
    shares = Table([Column("a", Form.TEXT), Column("b", Form.SHARE)], [["x", 1.5], ["y", 0.2], ["z", None]], bar=1)
    assert shares.bars() == [100, 20, 0]
    assert Table([Column("a", Form.TEXT), Column("b")], [["x", 0]], bar=1).bars() == [0]


@pytest.mark.parametrize("days", [1, 7, 62, 63, 366])
def test_columns_stay_within_the_chart(days: int) -> None:
    begin = date(2025, 11, 20)
    found = charts.columns([(begin + timedelta(days=after), after % 9) for after in range(days)])
    assert all(x >= 0 and x + found.width <= 100.01 and 0 <= high <= 100 for x, high, _ in found.bars)
    assert len(found.bars) <= charts.MOST_DAYS and 1 <= len(found.marks) <= charts.MARKS
    assert found.said.startswith("最多的一天" if days <= charts.MOST_DAYS else "最多的一周")


def test_the_heat_map_has_each_hour_once_and_names_the_busiest() -> None:
    hours = Counter({datetime(2026, 11, day, 9, tzinfo=SHANGHAI): 2 for day in (2, 9, 10)})
    found = charts.heat(charts.by_weekday(hours))
    assert len({(cell.row, cell.x) for cell in found.cells}) == 168
    assert max(cell.x + found.width for cell in found.cells) <= 100
    assert found.said == "最忙的是周一 9 时，4 件"
    assert charts.heat(Counter()).said == "没有上报"


def test_the_matrix_shows_the_items_most_often_confused() -> None:
    confused = Counter({(f"甲{number}", f"乙{number}"): number for number in range(1, 20)})
    found = charts.matrix(confused)
    assert len(found.names) == charts.MOST_CONFUSED and "甲19" in found.names
    assert all(charts.NAMES <= cell.x <= 100 - found.width + 0.01 and 0 < cell.strength <= 1 for cell in found.cells)
    assert charts.matrix(Counter()).cells == []
