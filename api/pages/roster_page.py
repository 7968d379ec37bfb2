"""/units/roster: a unit's lines of duty, and the week to come with the hours in which nobody is there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from api import organisation, rosters, set_up
from api.deadlines import SHANGHAI
from api.errors import AppError, NotFound
from api.models import SetUpChange, Shift
from api.office import Office
from api.pages.error_words import BAD_SHIFTS, BAD_TIMES, of_error
from api.pages.names import Names, names, of_staff, of_unit
from api.pages.rule_words import DAYS, clock, times_in_words
from api.pages.takers import Group, units
from api.pages.times_form import BadTimes, Line
from api.rosters import BadShift
from api.rota import WEEK, Span, spans

AHEAD = 7  # days


@dataclass(frozen=True, slots=True)
class Typed:
    staff: str = ""
    times: Line = field(default_factory=Line)


@dataclass(frozen=True, slots=True)
class Refused:
    error: AppError
    typed: Typed


@dataclass(frozen=True, slots=True)
class Day:
    """`spans`: those in which somebody is there, each in words; `gaps`: the others, in words."""

    on: str
    kind: str
    spans: Sequence[tuple[Span, str]]
    gaps: str


async def context(session: AsyncSession, office: Office, chosen: str, refused: Refused | None = None) -> dict[str, Any]:
    """`chosen` "": no unit yet, but which there are. Raises NotFound."""
    there, called = await units(session), await names(session)
    one = next((unit for unit in there if unit.code == chosen), None)
    if chosen and one is None:
        raise NotFound(unit=chosen)
    own, others = await rosters.who_may(session, chosen)
    shifts = await rosters.of_unit(session, chosen)
    active = {person.name for person in (*own, *others)}
    people = [
        Group("这家单位的人", [(p.name, of_staff(p)) for p in own]),
        Group("其他人", [(p.name, of_staff(p)) for p in others]),
    ]
    return {
        "one": one,
        "called": of_unit(one) if one else "",
        "units": [(unit.code, of_unit(unit)) for unit in there],
        "lines": [_line(shift, called, active) for shift in shifts],
        "week": _week(office, [shift for shift in shifts if shift.staff in active], called),
        "people": [group for group in people if group.choices],
        "typed": refused.typed if refused else Typed(),
        "days": DAYS,
        "story": [_told(change, called) for change in await set_up.recent(session, rosters.PAGE, chosen)]
        if one
        else [],
        "refused": _sentence(refused.error) if refused else "",
    }


def _line(shift: Shift, called: Names, active: set[str]) -> dict[str, Any]:
    return {
        "id": shift.id,
        "who": called.get(shift.staff, shift.staff),
        "when": _when(shift.times),
        "gone": shift.staff not in active,
    }


def _when(times: Sequence[dict[str, Any]]) -> str:
    return "，".join(map(times_in_words, organisation.times_of(times))) or "每天全天"


def _week(office: Office, shifts: Sequence[Shift], called: Names) -> list[Day]:
    first = office.clock().astimezone(SHANGHAI).date()
    read = [(shift.staff, organisation.times_of(shift.times)) for shift in shifts]
    days = [first + timedelta(days=ahead) for ahead in range(AHEAD)]
    return [_day(office, day, spans(read, day, office.calendar), called) for day in days]


def _day(office: Office, day: date, found: Sequence[Span], called: Names) -> Day:
    there = [(span, f"{_hours(span)} {_names(span, called)}") for span in found if span.names]
    nobody = [_hours(span) for span in found if not span.names]
    return Day(
        on=f"{day.month}月{day.day}日 {DAYS[WEEK[day.weekday()]]}",
        kind=DAYS["workday" if office.calendar.works_on(day) else "dayoff"],
        spans=there,
        gaps="、".join(nobody) if there else "全天",
    )


def _hours(span: Span) -> str:
    return f"{clock(span.begin)}至{clock(span.end)}"


def _names(span: Span, called: Names) -> str:
    return "、".join(called.get(name, name) for name in span.names)


def _told(change: SetUpChange, called: Names) -> dict[str, Any]:
    row = change.after or change.before or {}
    did = "排上" if change.after else "撤下"
    return {
        "by": called.get(change.by, change.by),
        "at": change.at,
        "did": f"{did}了{called.get(row['staff'], row['staff'])}，{_when(row['times'])}",
    }


def _sentence(error: AppError) -> str:
    why = str(error.facts.get("why", ""))
    words = {BadShift: BAD_SHIFTS, BadTimes: BAD_TIMES}.get(type(error), {})
    return words.get(why) or of_error(error.code, str(error.facts.get("reason", "")))
