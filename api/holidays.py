"""The district's own days as an admin enters and drops them: thought of first, with whose promises run over them."""

import asyncio
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import own_days, promises
from api.access import visible_to
from api.actors import Actor
from api.db import alone_with
from api.deadlines import SHANGHAI
from api.errors import AppError
from api.models import OwnDay, Ticket
from api.office import Office
from api.own_days import IN_FORCE_AFTER, OwnDays

MOST_AT_ONCE = 31  # days
FURTHEST = timedelta(days=730)
WHY_AT_MOST = 50
KINDS = {"off": False, "worked": True}


class BadDay(AppError):
    code, status, title = "bad_day", 422, "this day cannot be entered or dropped"


@dataclass(frozen=True, slots=True)
class Wanted:
    """As it was typed: the days from `first` to `last` ("": that day alone) are of a kind of KINDS, or the row `drop`
    holds no more."""

    first: str = ""
    last: str = ""
    kind: str = ""
    why: str = ""
    drop: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """`days`: all that would change; of them `add` are new rows, and the rows `drop` hold no more."""

    days: tuple[date, ...]
    worked: bool
    why: str
    add: tuple[date, ...]
    drop: tuple[OwnDay, ...]

    def digest(self) -> str:
        said = [*map(str, (self.days, self.worked, self.why, self.add)), *(row.id for row in self.drop)]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Counted:
    """An open ticket whose promise runs over the days: it stays `due`; by the new calendar it would be `would`."""

    number: str
    label: str
    due: datetime
    would: datetime


async def standing(session: AsyncSession) -> Sequence[OwnDay]:
    query = select(OwnDay).where(col(OwnDay.until).is_(None)).order_by(col(OwnDay.day))
    return (await session.exec(query)).all()


async def proposed(session: AsyncSession, office: Office, wanted: Wanted) -> Proposal:
    """Changes nothing. Raises BadDay."""
    rows = {row.day: row for row in await standing(session)}
    today = office.clock().astimezone(SHANGHAI).date()
    if wanted.drop:
        row = next((row for row in rows.values() if row.id == wanted.drop), None)
        if row is None:
            raise BadDay(why="gone")
        if row.day < today:
            raise BadDay(why="past")
        return Proposal((row.day,), office.known.works_on(row.day), row.why, (), (row,))
    days, worked = _days(wanted, today), _kind(wanted)
    there = own_days.with_days(office.known, rows.values())
    changed = tuple(day for day in days if there.works_on(day) is not worked)
    if not changed:
        raise BadDay(why="same")
    add = tuple(day for day in changed if office.known.works_on(day) is not worked)
    return Proposal(changed, worked, wanted.why, add, tuple(rows[day] for day in changed if day in rows))


def _days(wanted: Wanted, today: date) -> list[date]:
    try:
        first = date.fromisoformat(wanted.first)
        last = date.fromisoformat(wanted.last) if wanted.last else first
    except ValueError:
        raise BadDay(why="day") from None
    if not 0 <= (last - first).days < MOST_AT_ONCE:
        raise BadDay(why="span")
    if first < today:
        raise BadDay(why="past")
    if last > today + FURTHEST:
        raise BadDay(why="far")
    return [first + timedelta(days=after) for after in range((last - first).days + 1)]


def _kind(wanted: Wanted) -> bool:
    if wanted.kind not in KINDS:
        raise BadDay(why="kind")
    if not 1 <= len(wanted.why) <= WHY_AT_MOST:
        raise BadDay(why="why")
    return KINDS[wanted.kind]


async def keep(session: AsyncSession, office: Office, actor: Actor, wanted: Wanted, tried: str) -> None:
    """`tried`: the digest of the proposal that was looked at. Raises BadDay (it would be another one by now, too)."""
    await alone_with(session, "own_day")
    found = await proposed(session, office, wanted)
    if found.digest() != tried:
        raise BadDay(why="untried")
    now = office.clock()
    for row in found.drop:
        row.until, row.dropped_by = now + IN_FORCE_AFTER, actor.name
        session.add(row)
    session.add_all(_rows(found, actor.name, now, now + IN_FORCE_AFTER))
    await session.flush()


def _rows(found: Proposal, by: str, at: datetime, since: datetime) -> Iterator[OwnDay]:
    return (OwnDay(day=day, worked=found.worked, why=found.why, by=by, at=at, since=since) for day in found.add)


async def counting(session: AsyncSession, office: Office, actor: Actor, found: Proposal) -> list[Counted]:
    """Of the tickets that the reader may know of, the soonest due first."""
    begin = datetime.combine(min(found.days), time(), SHANGHAI)
    query = select(Ticket).where(visible_to(actor), col(Ticket.due_at) >= begin).order_by(col(Ticket.due_at))
    tickets = (await session.exec(query)).all()
    spans = await promises.spans_of(session, [ticket.id for ticket in tickets])
    other = replace(office, own_days=_if_so(office, found))

    def dues() -> list[datetime | None]:
        return [promises.due_at(other, ticket, spans.get(ticket.id, ())) for ticket in tickets]

    pairs = zip(tickets, await asyncio.to_thread(dues), strict=True)  # of thousands it takes a second
    return [
        Counted(ticket.number, ticket.label, ticket.due_at, would)
        for ticket, would in pairs
        if ticket.due_at and would and would != ticket.due_at
    ]


def _if_so(office: Office, found: Proposal) -> OwnDays:
    """As if it had been known all along."""
    gone = {row.id for row in found.drop}
    always = datetime.min.replace(tzinfo=UTC)
    new = [
        OwnDay(id=-at, **row.model_dump(exclude={"id"})) for at, row in enumerate(_rows(found, "", always, always), 1)
    ]
    return OwnDays([*(row for row in office.own_days.days if row.id not in gone), *new])
