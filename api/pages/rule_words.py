"""Rules, times, and where a matter goes by them, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.models import Area
from api.pages.names import Names, names
from api.pages.words import KINDS, UNIT_KINDS, WHY_UNUSABLE
from api.rota import WHOLE_DAY, Times
from api.rules import Route, Rule, Target
from nlp.catalogue import Catalogue, Kind

DAYS = {
    "mon": "周一", "tue": "周二", "wed": "周三", "thu": "周四", "fri": "周五", "sat": "周六", "sun": "周日",
    "workday": "工作日", "dayoff": "休息日",
}  # fmt: skip
ITEM_KINDS = {"item": "全部快处事项"} | {
    kind.value: f"全部{word}" for kind, word in KINDS.items() if kind is not Kind.LEGAL
}
URGENT = {None: "", True: "紧急的", False: "不紧急的"}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How areas, items (with categories and kinds), and units and staff are called."""

    areas: Mapping[str, str]
    items: Mapping[str, str]
    called: Names


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in words; what it leaves out holds for everything."""

    name: str
    about: str
    where: str
    when: str
    to: str
    joint: str


async def vocabulary(session: AsyncSession, catalogue: Catalogue) -> Vocabulary:
    areas = dict((await session.exec(select(Area.code, Area.name))).all())
    items = {entry.label: entry.name for entry in catalogue.entries} | catalogue.category_names | ITEM_KINDS
    return Vocabulary(areas, items, await names(session))


def in_words(rule: Rule, words: Vocabulary) -> RuleLine:
    return RuleLine(
        name=rule.name,
        about=URGENT[rule.urgent]
        + ("、".join(sorted(words.items.get(item, item) for item in rule.items)) or "所有事项"),
        where="、".join(words.areas.get(area, area) for area in sorted(rule.areas)) or "全区",
        when="，".join(map(times_in_words, rule.times)) or "任何时间",
        to=target_in_words(rule.to, words.called),
        joint="、".join(target_in_words(target, words.called) for target in rule.joint),
    )


def target_in_words(target: Target, called: Names) -> str:
    match target.by:
        case "kind":
            return f"当地的{UNIT_KINDS[target.name]}"
        case "on_duty":
            return f"{UNIT_KINDS.get(target.name) or called.get(target.name, target.name)}的值班人"
        case _:
            return called.get(target.name, target.name)


def route_in_words(route: Route, called: Names) -> str:
    if not route.to:
        return "等受理员派"
    others = "、".join(called.get(one, one) for one in route.joint)
    return called.get(route.to, route.to) + (f"，{others}协办" if others else "")


def passed_over(route: Route) -> str:
    """Which rules found nobody, "" if all did."""
    return "；".join(f"“{rule}”没用上：{WHY_UNUSABLE[why]}" for rule, why in route.unusable)


def times_in_words(times: Times) -> str:
    days = "、".join(DAYS.get(day, day) for day in sorted(times.days, key=_in_week)) or "每天"
    if (times.begin, times.end) == (0, WHOLE_DAY):
        return f"{days}全天"
    next_day = "次日" if times.end <= times.begin else ""
    return f"{days} {clock(times.begin)}至{next_day}{clock(times.end)}"


def clock(minute: int) -> str:
    """A minute of the day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _in_week(day: str) -> tuple[int, str]:
    return ([*DAYS, day].index(day), day)
