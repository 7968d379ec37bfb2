"""Where the parts of a chart stand, in hundredths of its width and in pixels of its height. Pure.

Widths are shares and letters keep their size, so that a chart is as legible on a telephone as on a desk.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
MOST_DAYS = 62  # beyond, a column is a week
MOST_CONFUSED = 8
MARKS = 4  # days named under the columns
MARGIN, NAMES = 6.0, 46.0  # left of the heat map, of the matrix


@dataclass(frozen=True, slots=True)
class Columns:
    """(x, height in hundredths, what it says) each; `marks`: (x, text)."""

    width: float
    bars: Sequence[tuple[float, float, str]]
    marks: Sequence[tuple[float, str]]
    said: str


@dataclass(frozen=True, slots=True)
class Cell:
    x: float
    row: int
    strength: float  # 0-1
    many: int
    said: str


@dataclass(frozen=True, slots=True)
class Heat:
    width: float
    cells: Sequence[Cell]
    hours: Sequence[tuple[float, str]]
    said: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows: what it came as; columns, by their numbers: what clerks left it as."""

    width: float
    names: Sequence[str]
    cells: Sequence[Cell]
    said: str

    @property
    def heads(self) -> list[tuple[float, str]]:
        return [(NAMES + (place + 0.5) * self.width, str(place + 1)) for place in range(len(self.names))]


def columns(counts: Sequence[tuple[date, int]]) -> Columns:
    found = _by_weeks(counts) if len(counts) > MOST_DAYS else [(day, f"{day:%m-%d}", many) for day, many in counts]
    most = max((many for *_, many in found), default=0)
    step = 100 / max(len(found), 1)
    every = max(1, -(-len(found) // MARKS))
    return Columns(
        width=round(step * 0.8, 2),
        bars=[
            (round(place * step, 2), round(100 * many / (most or 1), 1), f"{name}：{many} 件")
            for place, (_, name, many) in enumerate(found)
        ],
        marks=[(round(place * step, 2), f"{found[place][0]:%m-%d}") for place in range(0, len(found), every)],
        said=f"最多的一{'周' if len(counts) > MOST_DAYS else '天'} {most} 件",
    )


def _by_weeks(counts: Sequence[tuple[date, int]]) -> list[tuple[date, str, int]]:
    weeks: Counter[date] = Counter()
    for day, many in counts:
        weeks[day - timedelta(days=day.weekday())] += many
    return [(monday, f"{monday:%m-%d} 起一周", many) for monday, many in sorted(weeks.items())]


def by_weekday(hours: Counter[datetime]) -> Counter[tuple[int, int]]:
    """(weekday, hour of the day), whatever the day."""
    found: Counter[tuple[int, int]] = Counter()
    for hour, many in hours.items():
        found[hour.weekday(), hour.hour] += many
    return found


def heat(found: Counter[tuple[int, int]]) -> Heat:
    most, width = max(found.values(), default=0), (100 - MARGIN) / 24
    cells = [
        Cell(
            x=round(MARGIN + hour * width, 2),
            row=day,
            strength=round(found[day, hour] / (most or 1), 2),
            many=found[day, hour],
            said=f"{WEEKDAYS[day]} {hour} 时：{found[day, hour]} 件",
        )
        for day in range(7)
        for hour in range(24)
    ]
    day, hour = max(found, key=lambda key: found[key], default=(0, 0))
    said = f"最忙的是{WEEKDAYS[day]} {hour} 时，{most} 件" if most else "没有上报"
    hours = [(round(MARGIN + hour * width, 2), f"{hour}") for hour in range(0, 24, 4)]
    return Heat(round(width * 0.92, 2), cells, hours, said)


def matrix(confused: Counter[tuple[str, str]]) -> Matrix:
    """Of the items most often taken for each other. `confused`: by names."""
    involved: Counter[str] = Counter()
    for (came, left), many in confused.items():
        involved[came] += many
        involved[left] += many
    names = [name for name, _ in sorted(involved.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_CONFUSED]]
    most, width = max(confused.values(), default=0), (100 - NAMES) / MOST_CONFUSED
    cells = [
        Cell(
            x=round(NAMES + names.index(left) * width, 2),
            row=names.index(came),
            strength=round(many / most, 2),
            many=many,
            said=f"{came} 改为 {left}：{many} 件",
        )
        for (came, left), many in sorted(confused.items())
        if came in names and left in names
    ]
    return Matrix(width, names, cells, f"改得最多的一对 {most} 件" if most else "没有更正")
