"""Who handles what, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import organisation, troubles, unit_views
from api.models import Area, RuleTrouble, Unit
from api.office import Office
from api.pages.names import Names, names
from api.pages.words import KINDS, UNIT_KINDS, WHY_UNUSABLE
from api.rota import Times
from api.rules import LAST, Rule, Target
from nlp.catalogue import Kind

DAYS = {
    "mon": "周一", "tue": "周二", "wed": "周三", "thu": "周四", "fri": "周五", "sat": "周六", "sun": "周日",
    "workday": "工作日", "dayoff": "休息日",
}  # fmt: skip
ITEM_KINDS = {"item": "全部快处事项"} | {
    kind.value: f"全部{word}" for kind, word in KINDS.items() if kind is not Kind.LEGAL
}


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in words; what it leaves out holds for everything."""

    name: str
    about: str
    where: str
    when: str
    to: str
    joint: str


async def context(session: AsyncSession, office: Office, since: datetime) -> dict[str, Any]:
    there, called = await organisation.load(session), await names(session)
    areas = dict((await session.exec(select(Area.code, Area.name))).all())
    items = {entry.label: entry.name for entry in office.catalogue.entries} | office.catalogue.category_names
    units = select(Unit.code).where(col(Unit.retired_at).is_(None)).order_by(col(Unit.street), col(Unit.kind))
    return {
        "rules": [_rule(rule, areas, items | ITEM_KINDS, called) for rule in (*there.rules, LAST)],
        "troubles": [_trouble(row, areas) for row in await troubles.since(session, since)],
        "units": await unit_views.shown(session, office, there, list((await session.exec(units)).all())),
        "unit_kinds": UNIT_KINDS,
        "called": called,
    }


def _rule(rule: Rule, areas: dict[str, str], items: dict[str, str], called: Names) -> RuleLine:
    about = "、".join(sorted(items.get(item, item) for item in rule.items)) or "所有事项"
    return RuleLine(
        name=rule.name,
        about={None: "", True: "紧急的", False: "不紧急的"}[rule.urgent] + about,
        where="、".join(areas.get(area, area) for area in sorted(rule.areas)) or "全区",
        when="，".join(map(times_in_words, rule.times)) or "任何时间",
        to=_target(rule.to, called),
        joint="、".join(_target(target, called) for target in rule.joint),
    )


def _target(target: Target, called: Names) -> str:
    match target.by:
        case "kind":
            return f"当地的{UNIT_KINDS[target.name]}"
        case "on_duty":
            return f"{UNIT_KINDS.get(target.name) or called.get(target.name, target.name)}的值班人"
        case _:
            return called.get(target.name, target.name)


def times_in_words(times: Times) -> str:
    days = "、".join(DAYS.get(day, day) for day in sorted(times.days, key=_in_week)) or "每天"
    if (times.begin, times.end) == (0, 24 * 60):
        return f"{days}全天"
    next_day = "次日" if times.end <= times.begin else ""
    return f"{days} {_clock(times.begin)}至{next_day}{_clock(times.end)}"


def _in_week(day: str) -> tuple[int, str]:
    return ([*DAYS, day].index(day), day)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _trouble(row: RuleTrouble, areas: dict[str, str]) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "why": WHY_UNUSABLE.get(row.why, row.why),
        "where": areas.get(row.area, "地点不明"),
        "times": row.times,
        "number": row.number,
        "last_at": row.last_at,
    }
