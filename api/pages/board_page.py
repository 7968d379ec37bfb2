"""The board: what stands above all, and its sections in their order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from api import appraisal
from api.early_warning import LEAST_WEEKS
from api.figures import volume
from api.figures.counted import BY_EVENT, BY_TICKET
from api.figures.found import Found
from api.figures.seen import Figure
from api.figures.unusual import Unusual
from api.lifecycle import Action
from api.pages import board_tables
from api.pages.board_tables import Called
from api.pages.charts import Columns, Heat, Matrix
from api.pages.tables import Form, Table, shown


@dataclass(frozen=True, slots=True)
class Headline:
    name: str
    value: str
    beside: str


@dataclass(frozen=True, slots=True)
class Section:
    """`nothing`: what is said where there is no row."""

    figure: Figure
    title: str
    note: str
    nothing: str
    table: Table
    chart: Columns | Heat | Matrix | None


TITLES: dict[Figure, str] = {
    Figure.WARNINGS: "研判预警",
    Figure.ITEMS: "各事项上报量",
    Figure.STREETS: "各街道上报量",
    Figure.DAYS: "每天上报量",
    Figure.HOURS: "什么时候报得多",
    Figure.PROMISES: "承诺时限守住了没有",
    Figure.CLOSURES: "不实办结与重开",
    Figure.SATISFACTION: "居民满意度",
    Figure.ACCURACY: "机器判断与人工更正",
    Figure.CONTRACTORS: "承办单位考核评价",
}
NOTES: dict[Figure, str] = {
    Figure.ITEMS: "上期：紧接在前、一样长的一段时间。",
    Figure.STREETS: "说不清在哪条街道的单列。",
    Figure.DAYS: "按上报的日子。",
    Figure.HOURS: "颜色越深，报得越多。",
    Figure.PROMISES: "这段时间上报、已经见分晓的：反馈了的，和超时没反馈的。没到时限的不计，越近越偏高；紧急的不计。",
    Figure.CLOSURES: "这段时间里说“办好了”的次数，和被核查或居民推翻的次数。",
    Figure.SATISFACTION: "四星五星算满意。没有评价的不算满意，也不算不满意。",
    Figure.CONTRACTORS: "推翻一次，算在当时说办好的单位头上，不论现在在谁手里。",
}
NOTHING: dict[Figure, str] = {
    Figure.PROMISES: "还没有到期的承诺。",
    Figure.CLOSURES: "还没有反馈办结的工单。",
    Figure.SATISFACTION: "还没有居民评价。",
    Figure.ACCURACY: "没有更正过事项。",
    Figure.CONTRACTORS: "还没有反馈办结的工单。",
}
NO_TICKETS = "这段时间没有工单。"


def sections(found: Found, called: Called, figures: Sequence[Figure]) -> list[Section]:
    return [_section(figure, found, called) for figure in figures if figure is not Figure.WARNINGS]


def _section(figure: Figure, found: Found, called: Called) -> Section:
    return Section(
        figure=figure,
        title=TITLES[figure],
        note=NOTES.get(figure) or _of_accuracy(found),
        nothing=NOTHING.get(figure, NO_TICKETS),
        table=board_tables.TABLES[figure](found, called),
        chart=board_tables.chart(figure, found, called),
    )


def _of_accuracy(found: Found) -> str:
    judged = found.accuracy.judged
    left = (
        f"{judged:,} 件经人工受理，{judged - found.accuracy.wrong:,} 件没有改事项。"
        if judged
        else "还没有人工受理的工单。"
    )
    return f"{left}行是原来归为的事项，列是更正为的事项。"


def headlines(found: Found, figures: Collection[Figure]) -> list[Headline]:
    """The whole in a few numbers."""
    wanted, lines = {*figures}, []
    if wanted & BY_TICKET:
        lines += _of_tickets(found)
    if wanted & BY_EVENT:
        lines.append(_of_closures(found))
    if Figure.ACCURACY in wanted:
        judged = f"{found.accuracy.judged:,} 件人工受理"
        lines.append(Headline("事项判断正确", shown(found.accuracy.right, Form.SHARE), judged))
    return lines


def _of_tickets(found: Found) -> list[Headline]:
    now, before = volume.whole(found.counted.cube.values()), volume.whole(found.before.values())
    satisfied = shown(before.satisfied, Form.SHARE)
    return [
        Headline("上报", shown(now.reported, Form.COUNT), f"上期 {before.reported:,}"),
        Headline("守时", shown(now.kept, Form.SHARE), f"{now.judged:,} 件已见分晓"),
        Headline("满意", shown(now.satisfied, Form.SHARE), f"{now.rated:,} 人评价 · 上期 {satisfied}"),
        Headline("居民说没解决", shown(now.doubted, Form.COUNT), f"上期 {before.doubted:,}"),
    ]


def _of_closures(found: Found) -> Headline:
    many = appraisal.counted(found.counted.said)
    untrue, done = many[Action.FAIL] + many[Action.DISPUTE] + many[Action.REOPEN], many[Action.REPORT_BACK]
    return Headline(
        "办结不实", shown(untrue / done if done else None, Form.SHARE), f"{done:,} 次反馈，{untrue:,} 次被推翻"
    )


def of_warnings(unusual: Unusual) -> str:
    """What was compared, and what to make of silence."""
    if not unusual.known:
        return f"数据还不够：至少要有 {LEAST_WEEKS + 1} 周，现在有 {unusual.weeks} 周可比。"
    where = "网格" if unusual.of_grids else "社区"
    compared = f"每个{where}、每类事项的最近七天，与它自己之前 {unusual.weeks} 周比。"
    return f"{compared}平平常常的一周里出现误报的机会，模拟测得不到二十分之一。"
