"""/rules: the routing rules in their order, the form of one, and what a change of them would do."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast, get_args

from sqlmodel.ext.asyncio.session import AsyncSession

from api import joint, organisation, rulebook, set_up, trial
from api.access import visible_to
from api.actors import Actor
from api.errors import AppError, NotFound
from api.gaps import Gap, gaps
from api.models import RoutingRule, SetUpChange
from api.office import Office
from api.pages import rule_choices
from api.pages.error_words import BAD_RULES, BAD_TIMES, of_error
from api.pages.rule_choices import Offered
from api.pages.rule_words import DAYS, RuleLine, Vocabulary, in_words, passed_over, route_in_words, vocabulary
from api.pages.times_form import BadTimes, Line, of_stored, read
from api.pages.words import WHY_UNUSABLE
from api.rulebook import BadRule, Change, Deed, Proposal
from api.rules import LAST
from api.trial import Trial

NAMED = 3
LINES = 3  # of times, that a form has at the least
URGENT = {"": None, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent: `old` is the name of the rule it is about, "" for a new one."""

    old: str = ""
    name: str = ""
    place: str = ""
    urgent: str = ""
    to: str = ""
    items: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    joint: tuple[str, ...] = ()
    times: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    error: AppError
    typed: Typed


def change_of(deed: str, seen: str, typed: Typed) -> Change:
    """Raises BadRule or BadTimes."""
    if deed not in get_args(Deed):
        raise BadRule(why="untried")
    said = _said(typed) if deed == "write" else None
    return Change(cast(Deed, deed), typed.old, seen, typed.place, said)


def _said(typed: Typed) -> dict[str, Any]:
    return {
        "name": typed.name,
        "items": list(typed.items),
        "areas": list(typed.areas),
        "when": [read(line) for line in typed.times if not line.is_empty],
        "urgent": URGENT.get(typed.urgent, typed.urgent),
        "to": _target(typed.to),
        "joint": [_target(one) for one in dict.fromkeys(typed.joint) if one],
    }


def _target(value: str) -> dict[str, str]:
    by, _, name = value.partition(":")
    return {by: name}


def _typed(row: RoutingRule) -> Typed:
    return Typed(
        old=row.name,
        name=row.name,
        place=str(row.place),
        urgent={None: "", True: "yes", False: "no"}[row.urgent],
        to=_value(row.to),
        items=tuple(row.items),
        areas=tuple(row.areas),
        joint=tuple(map(_value, row.joint)),
        times=tuple(map(of_stored, row.times)),
    )


def _value(stored: dict[str, str]) -> str:
    return next(f"{by}:{name}" for by, name in stored.items())


async def context(session: AsyncSession, office: Office, chosen: str, refused: Refused | None = None) -> dict[str, Any]:
    """`chosen` "": no rule, but the form for a new one. Raises NotFound."""
    rows, words = await rulebook.listed(session), await vocabulary(session, office.catalogue)
    one = next((row for row in rows if row.name == chosen), None)
    if chosen and one is None and refused is None:
        raise NotFound(rule=chosen)
    typed = refused.typed if refused else _typed(one) if one else Typed()
    typed = typed if one else replace(typed, old="")  # it is gone: what was typed may be kept as a new one
    return {
        "lines": [in_words(organisation.rule_of(row), words) for row in rows],
        "last": in_words(LAST, words),
        "one": one.name if one else "",
        "seen": rulebook.digest(rows),
        "story": _story(await set_up.recent(session, rulebook.PAGE), words),
        "refused": _sentence(refused.error) if refused else "",
        **await _form(session, office, words, typed, len(rows) + (0 if one else 1)),
    }


async def _form(session: AsyncSession, office: Office, words: Vocabulary, typed: Typed, places: int) -> dict[str, Any]:
    offered: Offered = await rule_choices.offered(session, office.catalogue, words, typed.areas)
    missing = max(LINES - len(typed.times), 1)
    return {
        "typed": typed,
        "offered": offered,
        "places": [str(place) for place in range(1, places + 1)],
        "place": typed.place or str(places),
        "days": DAYS,
        "times": [*typed.times, *[Line()] * missing],
        "joints": [*typed.joint, *[""] * (joint.MOST - len(typed.joint))],
    }


async def trial_context(
    session: AsyncSession, office: Office, actor: Actor, change: Change, typed: Typed
) -> dict[str, Any]:
    """What the change would do to the newest tickets that the reader may know of. Raises what `proposed` raises."""
    found = await rulebook.proposed(session, office.catalogue, change)
    words, before = await vocabulary(session, office.catalogue), await organisation.load(session)
    after = replace(before, rules=[organisation.rule_of(row) for row in found.after])
    tickets = await trial.newest(session, seen=visible_to(actor))
    rows = await trial.run(session, office.catalogue, office.calendar, tickets, before, after)
    areas = await organisation.communities(session)
    empty = await asyncio.to_thread(
        lambda: list(gaps(after, organisation.upwards(areas), office.calendar, office.clock()))
    )
    return {
        "deed": change.deed,
        "typed": typed,
        "was": in_words(organisation.rule_of(found.was), words) if found.was else None,
        "would": in_words(organisation.rule_of(found.would), words) if found.would else None,
        "moved": _moved(found),
        "rows": [_row(one, words) for one in sorted(rows, key=lambda one: not one.differs)],
        "changed": sum(one.differs for one in rows),
        "gaps": [_gap(gap, words) for gap in empty],
        "seen": rulebook.digest(found.before),
        "tried": rulebook.digest(found.after),
    }


def _moved(found: Proposal) -> tuple[int, int] | None:
    """From which place to which."""
    if not found.was or not found.would or found.was.place == found.would.place:
        return None
    return found.was.place, found.would.place


def _row(one: Trial, words: Vocabulary) -> dict[str, Any]:
    return {
        "number": one.number,
        "item": words.items.get(one.label, one.label),
        "place": one.place,
        "was": route_in_words(one.was, words.called),
        "would": route_in_words(one.would, words.called),
        "passed": passed_over(one.would),
        "differs": one.differs,
    }


def _gap(gap: Gap, words: Vocabulary) -> dict[str, str]:
    some = "、".join(words.areas[area] for area in gap.areas[:NAMED])
    many = f"等 {len(gap.areas)} 个社区" if len(gap.areas) > NAMED else ""
    hours = f"，未来七天里有 {gap.hours} 个小时" if gap.why == "nobody_on_duty" else ""
    return {"rule": gap.rule, "why": WHY_UNUSABLE[gap.why], "where": f"{some}{many}{hours}"}


def _story(changes: Iterable[SetUpChange], words: Vocabulary) -> list[dict[str, Any]]:
    return [
        {
            "by": words.called.get(change.by, change.by) or "系统维护人员",
            "at": change.at,
            "did": _did(change),
            "lines": [(said, _line(row, words)) for said, row in _told(change) if row],
        }
        for change in changes
    ]


def _did(change: SetUpChange) -> str:
    was, would = change.before, change.after
    if not change.about:
        return f"用分工文件换掉了全部规则，现在 {(would or {})['rules']} 条"
    if was is None or would is None:
        return f"{'添了' if would else '删去'}“{change.about}”"
    moved = f"从第 {was['place']} 条移到第 {would['place']} 条" if was["place"] != would["place"] else ""
    changed = was | {"place": 0} != would | {"place": 0}
    return f"{'改了' if changed else '把'}“{change.about}”{'，' if changed and moved else ''}{moved}"


def _told(change: SetUpChange) -> Sequence[tuple[str, dict[str, Any] | None]]:
    was, would = change.before, change.after
    if not change.about or (was and would and was | {"place": 0} == would | {"place": 0}):
        return ()
    return (("原来", was), ("现在", would))


def _line(row: dict[str, Any], words: Vocabulary) -> RuleLine:
    return in_words(organisation.rule_of(RoutingRule(**row)), words)


def _sentence(error: AppError) -> str:
    why = str(error.facts.get("why", ""))
    words = {BadRule: BAD_RULES, BadTimes: BAD_TIMES}.get(type(error), {})
    return words.get(why) or of_error(error.code, str(error.facts.get("reason", "")))
