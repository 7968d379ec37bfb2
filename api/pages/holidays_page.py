"""/holidays: the calendar of a year, the district's own days, and whose promises run over a day that is thought of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from api import holidays, own_days
from api.actors import Actor
from api.calendar import SOURCE, festivals, last_known_year
from api.deadlines import SHANGHAI
from api.errors import AppError
from api.holidays import BadDay, Wanted
from api.models import OwnDay
from api.office import Office
from api.pages.error_words import BAD_DAYS, of_error
from api.pages.names import Names, names
from api.pages.rule_words import DAYS
from api.rota import WEEK

SHOWS_AT_MOST = 5
RECORD = 30
KINDS = {False: "休息", True: "上班"}


@dataclass(frozen=True, slots=True)
class Refused:
    error: AppError
    wanted: Wanted


async def context(session: AsyncSession, office: Office, year: int, refused: Refused | None = None) -> dict[str, Any]:
    """`year` 0: this one."""
    this = office.clock().astimezone(SHANGHAI).year
    shown, called = year or this, await names(session)
    everything, last = await own_days.everything(session), last_known_year()
    return {
        "year": shown,
        "years": sorted({*range(this - 1, max(this + 1, last) + 1), shown}),
        "festivals": [(one.name, _days(one.off), _days(one.worked)) for one in festivals(shown)],
        "provisional": shown > last,
        "source": SOURCE,
        "own": [_own(row, called, office) for row in await holidays.standing(session) if row.day.year == shown],
        "story": [_told(row, called) for row in reversed(everything[-RECORD:])],
        "typed": refused.wanted if refused else Wanted(),
        "kinds": [(value, f"当天{KINDS[worked]}") for value, worked in holidays.KINDS.items()],
        "most": holidays.WHY_AT_MOST,
        "refused": _sentence(refused.error) if refused else "",
    }


async def trial_context(session: AsyncSession, office: Office, actor: Actor, wanted: Wanted) -> dict[str, Any]:
    """Raises BadDay."""
    found = await holidays.proposed(session, office, wanted)
    counted = await holidays.counting(session, office, actor, found)
    items = {entry.label: entry.name for entry in office.catalogue.entries}
    return {
        "wanted": wanted,
        "tried": found.digest(),
        "days": _days(found.days),
        "kind": KINDS[found.worked],
        "why": found.why,
        "many": len(counted),
        "rows": [(one, items.get(one.label, one.label)) for one in counted[:SHOWS_AT_MOST]],
    }


def _days(days: Sequence[date]) -> str:
    """Runs of days as one: 10月1日 周四至10月7日 周三."""
    runs: list[list[date]] = []
    for day in days:
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "、".join(_day(run[0]) + (f"至{_day(run[-1])}" if len(run) > 1 else "") for run in runs)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日 {DAYS[WEEK[day.weekday()]]}"


def _own(row: OwnDay, called: Names, office: Office) -> dict[str, Any]:
    return {
        "id": row.id,
        "day": _day(row.day),
        "kind": KINDS[row.worked],
        "why": row.why,
        "by": called.get(row.by, row.by),
        "at": row.at,
        "to_come": row.day >= office.clock().astimezone(SHANGHAI).date(),
    }


def _told(row: OwnDay, called: Names) -> dict[str, Any]:
    gone = f"，后来由{called.get(row.dropped_by, row.dropped_by)}撤销" if row.until else ""
    did = f"添了{row.day.year}年{_day(row.day)}{KINDS[row.worked]}：{row.why}{gone}"
    return {"by": called.get(row.by, row.by), "at": row.at, "did": did}


def _sentence(error: AppError) -> str:
    why = str(error.facts.get("why", ""))
    words = BAD_DAYS if isinstance(error, BadDay) else {}
    return words.get(why) or of_error(error.code, str(error.facts.get("reason", "")))
