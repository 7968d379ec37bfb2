"""The routing rules, changed one by one: thought of first and tried, then kept as they were tried, and on record."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import organisation, set_up
from api.actors import Actor
from api.db import alone_with
from api.errors import AppError, Stale, TooMany
from api.models import RoutingRule
from api.organisation_file import Known, RuleRow, of_rule
from nlp.catalogue import Catalogue

PAGE = "rules"
MOST = 200
Deed = Literal["write", "up", "down", "remove"]


class BadRule(AppError):
    """`why`: the field that cannot stay as it is."""

    code, status, title = "bad_rule", 422, "this rule cannot be kept"


@dataclass(frozen=True, slots=True)
class Change:
    """Of the rule called `old`, "" for a new one. `said`: what to write, in the shape of RuleRow; `place`: where,
    counted from 1, "" for the end. `seen`: the digest of the rules that it was thought of for."""

    deed: Deed
    old: str
    seen: str
    place: str = ""
    said: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """All rules as they are and as they would be; `was` and `would`: the one that it is about."""

    before: Sequence[RoutingRule]
    after: Sequence[RoutingRule]
    was: RoutingRule | None
    would: RoutingRule | None


async def listed(session: AsyncSession) -> list[RoutingRule]:
    """In their order; copies, which no flush writes back."""
    rows = (await session.exec(select(RoutingRule).order_by(col(RoutingRule.place)))).all()
    return [RoutingRule(**row.model_dump()) for row in rows]


def digest(rows: Sequence[RoutingRule]) -> str:
    said = json.dumps([row.model_dump() for row in rows], ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


async def proposed(session: AsyncSession, catalogue: Catalogue, change: Change) -> Proposal:
    """What would be. Raises Stale (the rules are others by now), BadRule, TooMany; changes nothing."""
    before = await listed(session)
    was = next((row for row in before if row.name == change.old), None)
    if digest(before) != change.seen or (was is None and (change.old or change.deed != "write")):
        raise Stale(reason="rules_changed")
    if was is None and len(before) >= MOST:
        raise TooMany(reason="rules", most=MOST)
    would = await _would(session, catalogue, change, before, was)
    rest = [row for row in before if row is not was]
    after = [*rest[: would.place - 1], would, *rest[would.place - 1 :]] if would else rest
    numbered = [RoutingRule(**row.model_dump() | {"place": place}) for place, row in enumerate(after, 1)]
    return Proposal(before, numbered, was, next((row for row in numbered if would and row.name == would.name), None))


async def _would(
    session: AsyncSession, catalogue: Catalogue, change: Change, before: Sequence[RoutingRule], was: RoutingRule | None
) -> RoutingRule | None:
    match change.deed, was:
        case "remove", _:
            return None
        case ("up" | "down") as way, RoutingRule():
            place = was.place + (1 if way == "down" else -1)
            return RoutingRule(**was.model_dump() | {"place": min(max(place, 1), len(before))})
        case _:
            others = {row.name for row in before if row is not was}
            there = await organisation.known(session, catalogue)
            return _read(change, there, others, last=len(others) + 1)


def _read(change: Change, there: Known, others: set[str], last: int) -> RoutingRule:
    """Held to what a file's rules are held to."""
    try:
        row = RuleRow.model_validate(change.said)
    except ValidationError as error:
        raise BadRule(why=str(error.errors()[0]["loc"][0])) from None
    if row.name in others:
        raise BadRule(why="twice")
    if wrong := next(of_rule(row, there, there.units), None):
        raise BadRule(why=str(wrong[0][0]))
    place = change.place or str(last)
    if not (place.isascii() and place.isdigit() and len(place) < 5 and 1 <= int(place) <= last):
        raise BadRule(why="place")
    return organisation.rule_row(int(place), row, there)


async def keep(
    session: AsyncSession, catalogue: Catalogue, actor: Actor, now: datetime, change: Change, tried: str
) -> None:
    """`tried`: the digest of the rules that the trial was of. Raises BadRule (it was of others, or there was none), and
    what `proposed` raises."""
    await alone_with(session, "routing_rule")
    found = await proposed(session, catalogue, change)
    if digest(found.after) != tried:
        raise BadRule(why="untried")
    await session.exec(delete(RoutingRule))
    session.expunge_all()
    session.add_all(found.after)
    was, would = (row.model_dump() if row else None for row in (found.was, found.would))
    if was != would:
        set_up.record(session, PAGE, change.old or str((would or {})["name"]), actor.name, now, was, would)
    await session.flush()
