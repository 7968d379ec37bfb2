"""考核评价: how often each contractor said that it was done, and how often it was not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, null, true, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import notices
from api.access import visible_to
from api.actors import Actor
from api.lifecycle import Action, Lane, Role
from api.models import Event, Ticket

JUDGED = (Action.FAIL, Action.DISPUTE, Action.REOPEN, Action.RATE)  # what may follow upon a closure


@dataclass(frozen=True, slots=True)
class Record:
    """`failed` by the verifier, `disputed` by residents (before or after the end): a false closure either way. `rated`:
    how many gave a score, `stars` their mean. Nobody's silence counts as satisfied."""

    code: str
    name: str
    done: int
    failed: int
    disputed: int
    rated: int
    stars: float | None


@dataclass(frozen=True, slots=True)
class Said:
    """So many times a closure of this code and label was said (`report_back`), or was judged so."""

    by: str
    label: str
    action: Action
    score: int | None
    many: int


async def records(session: AsyncSession, actor: Actor, since: datetime) -> list[Record]:
    found = compared(await said(session, actor, since))
    called = await notices.assignee_names(session, {record.code for record in found})
    return [replace(record, name=called[record.code]) for record in found]


async def said(
    session: AsyncSession, actor: Actor, since: datetime, until: datetime | None = None, street: str = ""
) -> list[Said]:
    """Of the tickets this person may see; each closure counts for who reported it back, whoever has the ticket now. A
    handler is answered about themselves and their unit, on tickets that others have now, too."""
    rows = _rows(actor, since, until, street)
    mine = rows.c.by.in_([actor.name, actor.scope or actor.name]) if actor.role is Role.HANDLER else true()
    what: list[Any] = [rows.c.by, rows.c.label, rows.c.action, rows.c.score]
    columns: list[Any] = [*what, func.count()]
    query: Any = select(*columns).where(mine).group_by(*what)
    return [
        Said(by, label, Action(action), score, many)
        for by, label, action, score, many in (await session.exec(query)).all()
        if by  # asked of the rows it would be looked up twice
    ]


def joined(rows: Iterable[Said]) -> list[Said]:
    many: Counter[tuple[str, str, Action, int | None]] = Counter()
    for row in rows:
        many[row.by, row.label, row.action, row.score] += row.many
    return [Said(*what, each) for what, each in many.items()]


def _rows(actor: Actor, since: datetime, until: datetime | None, street: str) -> Subquery:
    """A row a closure, and a row a judgement of one, with the code it counts for."""
    seen = true() if actor.role is Role.HANDLER else visible_to(actor)
    where = [seen, col(Ticket.lane) == Lane.PUBLIC, col(Event.at) >= since]
    where += [col(Event.at) < until] if until else []
    where += [col(Ticket.street) == street] if street else []
    own, score = col(Event.facts)["by"].as_string(), col(Event.facts)["score"].as_integer()
    closures = _of(own, null(), [Action.REPORT_BACK], where)
    return union_all(closures, _of(_closed_by(), score, JUDGED, where)).subquery()


def _of(
    by: ColumnElement[str], score: ColumnElement[Any], actions: Sequence[Action], where: Sequence[ColumnElement[bool]]
) -> Any:
    named: list[Any] = [
        by.label("by"),
        col(Ticket.label).label("label"),
        col(Event.action).label("action"),
        score.label("score"),
    ]
    return select(*named).join_from(Event, Ticket).where(col(Event.action).in_(actions), *where)


def _closed_by() -> ColumnElement[str]:
    """Who had said last that it was done."""
    before = aliased(Event)
    earlier = (before.ticket_id == Event.ticket_id, before.action == Action.REPORT_BACK, before.seq < Event.seq)
    by = select(col(before.facts)["by"].as_string()).where(*earlier).order_by(col(before.seq).desc()).limit(1)
    return by.scalar_subquery()


def compared(found: Iterable[Said]) -> list[Record]:
    """By code, without names."""
    rows: dict[str, list[Said]] = {}
    for row in found:
        rows.setdefault(row.by, []).append(row)
    return [_record(code, rows[code]) for code in sorted(rows)]


def counted(rows: Iterable[Said]) -> Counter[Action]:
    many: Counter[Action] = Counter()
    for row in rows:
        many[row.action] += row.many
    return many


def _record(code: str, rows: Sequence[Said]) -> Record:
    many, stars = counted(rows), sum((row.score or 0) * row.many for row in rows)
    return Record(
        code=code,
        name=code,
        done=many[Action.REPORT_BACK],
        failed=many[Action.FAIL],
        disputed=many[Action.DISPUTE] + many[Action.REOPEN],
        rated=many[Action.RATE],
        stars=round(stars / many[Action.RATE], 2) if many[Action.RATE] else None,
    )
