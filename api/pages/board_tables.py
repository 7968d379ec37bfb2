"""Each figure of the board as a table with its chart: what is counted, in the words of the page."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from api import appraisal
from api.appraisal import Said
from api.figures import volume
from api.figures.found import Found
from api.figures.seen import Figure
from api.lifecycle import Action
from api.pages import charts
from api.pages.charts import WEEKDAYS, Columns, Heat, Matrix
from api.pages.names import Names
from api.pages.tables import Column, Form, Table, Value
from nlp.catalogue import Catalogue

NAME = Column("事项", Form.TEXT)
NO_STREET, NO_LABEL, GONE = "街道不明", "未归类", "已停用的事项"


@dataclass(frozen=True, slots=True)
class Called:
    """Names for codes: of items by label, of people and units by code."""

    items: Mapping[str, str]
    others: Names

    @classmethod
    def of(cls, catalogue: Catalogue, others: Names) -> "Called":
        return cls({entry.label: entry.name for entry in catalogue.entries}, others)

    def item(self, label: str) -> str:
        return self.items.get(label, GONE) if label else NO_LABEL


def items(found: Found, called: Called) -> Table:
    before = volume.added_up(found.before, lambda key: key[0])
    rows: list[list[Value]] = [
        [called.item(str(label)), tally.reported, before[label].reported if label in before else 0]
        for label, tally in volume.added_up(found.counted.cube, lambda key: key[0]).items()
    ]
    return Table([NAME, Column("件数"), Column("上期")], rows, bar=1)


def streets(found: Found, called: Called) -> Table:
    before = volume.added_up(found.before, lambda key: key[1])
    rows: list[list[Value]] = [
        [str(street) or NO_STREET, tally.reported, before[street].reported if street in before else 0]
        for street, tally in volume.added_up(found.counted.cube, lambda key: key[1]).items()
    ]
    return Table([Column("街道", Form.TEXT), Column("件数"), Column("上期")], rows, bar=1)


def days(found: Found, called: Called) -> Table:
    rows: list[list[Value]] = [[day.isoformat(), many] for day, many in by_day(found)]
    return Table([Column("日期", Form.TEXT), Column("件数")], rows)


def by_day(found: Found) -> list[tuple[date, int]]:
    """Days without a report, too."""
    counted: Counter[date] = Counter()
    for hour, many in found.counted.hours.items():
        counted[hour.date()] += many
    return [(day, counted[day]) for day in found.period.each_day()]


def hours(found: Found, called: Called) -> Table:
    many = charts.by_weekday(found.counted.hours)
    rows: list[list[Value]] = [[f"{hour} 时", *(many[day, hour] for day in range(7))] for hour in range(24)]
    return Table([Column("时段", Form.TEXT), *(Column(day) for day in WEEKDAYS)], rows)


def promises(found: Found, called: Called) -> Table:
    judged = [
        (label, tally)
        for label, tally in volume.added_up(found.counted.cube, lambda key: key[0]).items()
        if tally.judged
    ]
    rows: list[list[Value]] = [
        [called.item(str(label)), tally.judged, tally.late, tally.kept]
        for label, tally in sorted(judged, key=lambda pair: -pair[1].late)
    ]
    return Table([NAME, Column("已到期"), Column("超时"), Column("守时率", Form.SHARE)], rows, bar=3)


def closures(found: Found, called: Called) -> Table:
    ordered = sorted(found.counted.said, key=lambda row: row.label)
    rows = [[called.item(label), *_closures(list(said))] for label, said in groupby(ordered, key=lambda row: row.label)]
    return Table([NAME, *CLOSURES], sorted(rows, key=lambda row: -_number(row[1])), bar=5)


CLOSURES = (
    Column("反馈办结"),
    Column("核查不通过"),
    Column("居民说没解决"),
    Column("办结后重开"),
    Column("不实率", Form.SHARE),
)


def _closures(said: list[Said]) -> list[Value]:
    many = appraisal.counted(said)
    untrue = (many[Action.FAIL], many[Action.DISPUTE], many[Action.REOPEN])
    done = many[Action.REPORT_BACK]
    return [done, *untrue, sum(untrue) / done if done else None]


def _number(value: Value) -> float:
    return value if isinstance(value, int | float) else 0


def satisfaction(found: Found, called: Called) -> Table:
    rated = [
        (label, tally)
        for label, tally in volume.added_up(found.counted.cube, lambda key: key[0]).items()
        if tally.rated
    ]
    rows: list[list[Value]] = [
        [called.item(str(label)), tally.rated, tally.stars, tally.satisfied]
        for label, tally in sorted(rated, key=lambda pair: -pair[1].rated)
    ]
    return Table([NAME, Column("评价"), Column("平均分", Form.STARS), Column("满意率", Form.SHARE)], rows, bar=3)


def accuracy(found: Found, called: Called) -> Table:
    rows: list[list[Value]] = [[came, left, many] for (came, left), many in confused(found, called).most_common()]
    return Table([Column("原来归为", Form.TEXT), Column("更正为", Form.TEXT), Column("件数")], rows)


def confused(found: Found, called: Called) -> Counter[tuple[str, str]]:
    """By names."""
    pairs: Counter[tuple[str, str]] = Counter()
    for (came, left), many in found.accuracy.confused.items():
        pairs[called.item(came), called.item(left)] += many
    return pairs


def contractors(found: Found, called: Called) -> Table:
    """A row a contractor; who has other people's work undone the least often first."""
    rows: list[list[Value]] = []
    for one in appraisal.compared(found.counted.said):
        untrue = (one.failed + one.disputed) / one.done if one.done else None
        rows.append(
            [called.others.get(one.code, one.code), one.done, one.failed, one.disputed, one.rated, one.stars, untrue]
        )
    ranked = sorted(rows, key=lambda row: (row[-1] is None, _number(row[-1]), -_number(row[1])))
    return Table([Column("承办", Form.TEXT), *CONTRACTORS], ranked, bar=6)


CONTRACTORS = (
    Column("反馈办结"),
    Column("核查不通过"),
    Column("居民不认可"),
    Column("评价"),
    Column("平均分", Form.STARS),
    Column("不实率", Form.SHARE),
)


def warnings(found: Found, called: Called) -> Table:
    rows: list[list[Value]] = [
        [
            one.area,
            called.item(one.alarm.cell.label),
            one.alarm.cell.now,
            round(one.alarm.usual, 2),
            f"{one.alarm.chance:.1e}",
            " ".join(one.numbers),
        ]
        for one in (found.unusual.warned if found.unusual else ())
    ]
    text = [Column(name, Form.TEXT) for name in ("平时每周", "巧合的机会", "最近的工单")]
    return Table([Column("哪里", Form.TEXT), NAME, Column("最近七天"), *text], rows)


TABLES: dict[Figure, Callable[[Found, Called], Table]] = {
    Figure.WARNINGS: warnings,
    Figure.ITEMS: items,
    Figure.STREETS: streets,
    Figure.DAYS: days,
    Figure.HOURS: hours,
    Figure.PROMISES: promises,
    Figure.CLOSURES: closures,
    Figure.SATISFACTION: satisfaction,
    Figure.ACCURACY: accuracy,
    Figure.CONTRACTORS: contractors,
}


def chart(figure: Figure, found: Found, called: Called) -> Columns | Heat | Matrix | None:
    """What is no row of bars."""
    match figure:
        case Figure.DAYS:
            return charts.columns(by_day(found))
        case Figure.HOURS:
            return charts.heat(charts.by_weekday(found.counted.hours))
        case Figure.ACCURACY:
            return charts.matrix(confused(found, called))
        case _:
            return None
