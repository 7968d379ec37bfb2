"""Figures as tables: as they are shown, and as CSV. Pure."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

Value = str | int | float | None
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # OWASP, CSV injection: what a spreadsheet would carry out
UTF8_MARK = "\ufeff"  # without it Excel takes the letters for another encoding
DEMO = "演示数据"


class Form(StrEnum):
    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    STARS = "stars"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    form: Form = Form.COUNT


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names the row. `bar`: the column that is drawn beside it."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    bar: int | None = None

    def bars(self) -> list[float]:
        """Of each row, 0-100: a share as it is, a count of the largest."""
        if self.bar is None:
            return [0.0] * len(self.rows)
        values = [float(row[self.bar] or 0) for row in self.rows]
        whole = 1.0 if self.columns[self.bar].form is Form.SHARE else max(values, default=0) or 1.0
        return [round(min(100.0, 100 * value / whole), 1) for value in values]


def shown(value: Value, form: Form) -> str:
    match form, value:
        case _, None:
            return "—"
        case Form.SHARE, float() | int():
            return f"{_down(100 * value):.0f}%"
        case Form.STARS, float() | int():
            return f"{value:.1f}"
        case Form.COUNT, int():
            return f"{value:,}"
        case _:
            return str(value)


def _down(percent: float) -> float:
    """Not quite all is not all: 99.6 is 99."""
    return 99.0 if 99 < percent < 100 else percent


def as_csv(table: Table, demo: bool) -> str:
    """Figures as they are, for sums. Made-up ones say so in every row."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    mark = [DEMO] if demo else []
    writer.writerow([*(safe(column.name) for column in table.columns), *(["数据性质"] if demo else [])])
    writer.writerows([*(safe(value) for value in row), *mark] for row in table.rows)
    return UTF8_MARK + file.getvalue()


def safe(value: Value) -> Value:
    """A leading quote makes it text to every spreadsheet."""
    if isinstance(value, float):
        return round(value, 4)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
