"""The feed's rows in the database: written with events, read in the one order that skips nothing, dropped by age.

A generated identity does not become visible in commit order, so on PostgreSQL rows are read by the number of their
transaction, and only those of transactions older than any that still runs. SQLite has one writer: there the identity
is the order, and every row has the number 0.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Executable, Row, delete, select, tuple_
from sqlmodel import col
from sqlmodel import select as of_model
from sqlmodel.ext.asyncio.session import AsyncSession

from api.db import Database
from api.feed import sight
from api.feed.place import Place
from api.feed.sight import Sight
from api.models import AnswerReview, Event, Feed, Part, Ticket, oldest_running

KEPT = timedelta(days=2)
A_READ = 500
LEAVES = ("release", "review", "end_review", "report_back")  # after these, somebody may be beside the assignee no more
FACTS = ("number", "lane", "kind", "label", "status", "step", "priority", "street", "community", "grid", "assignee")
IN_ORDER = (col(Feed.tx), col(Feed.id))
_places = select(*IN_ORDER)
TOLD = ("tx", "id", "ticket_id", "action", "at", "was")
_place = tuple_(*IN_ORDER)
_finished = col(Feed.tx) < oldest_running()


@dataclass(frozen=True, slots=True)
class Beside:
    """Who works with the assignee, or did: a unit with a part in it, an adviser who reviews the answer."""

    ticket_id: int
    unit: str
    left: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A ticket as it is now, and what happened to it. `was`: who could see it before, where that has changed."""

    place: Place
    action: str
    at: datetime
    facts: dict[str, object]
    now: Sight
    was: Sight | None


def entry_of(ticket: Ticket, event: Event, was: Sight | None) -> Feed:
    changed = was is not None and was != sight.of(ticket)
    return Feed(
        ticket_id=ticket.id, action=event.action, at=event.at, was=sight.stored(was) if was and changed else None
    )


def beside(ticket_id: int, action: str, at: datetime) -> Feed:
    """What happens between staff and moves nothing of the ticket."""
    return Feed(ticket_id=ticket_id, action=action, at=at)


async def newest(session: AsyncSession) -> Place:
    """Whoever reads anything after this has seen everything up to here."""
    query = _places.where(_finished).order_by(col(Feed.tx).desc(), col(Feed.id).desc()).limit(1)
    return _as_place((await _rows(session, query)).one())


async def reaches_back(session: AsyncSession, place: Place) -> bool:
    """Whether everything after this place is still kept, and the place is one of this database."""
    first = _as_place((await _rows(session, _places.order_by(*IN_ORDER).limit(1))).one())
    return (first.id == 1 or first <= place) and place <= await newest(session)


async def after(session: AsyncSession, place: Place, upto: Place | None = None) -> list[Change]:
    """The next changes, A_READ at the most."""
    query = (
        select(*(getattr(Feed, name) for name in TOLD), *(getattr(Ticket, name) for name in FACTS))
        .join(Ticket, col(Ticket.id) == col(Feed.ticket_id))
        .where(_place > tuple_(place.tx, place.id), _finished)
    )
    if upto is not None:
        query = query.where(_place <= tuple_(upto.tx, upto.id))
    found = (await _rows(session, query.order_by(*IN_ORDER).limit(A_READ))).all()
    others = await beside_of(session, {row.ticket_id for row in found})
    return [_change(row, others) for row in found]


async def tickets_between(session: AsyncSession, place: Place, upto: Place) -> list[int]:
    """The tickets that changed after the one place, the other's own change included."""
    between = (
        _place > tuple_(place.tx, place.id),
        _place <= tuple_(upto.tx, upto.id),
        col(Feed.ticket_id).is_not(None),
    )
    return [row.ticket_id for row in await _rows(session, select(col(Feed.ticket_id)).distinct().where(*between))]


async def beside_of(session: AsyncSession, ids: set[int]) -> list[Beside]:
    """Those who left too: who worked with a ticket is told that it went."""
    if not ids:
        return []
    parts = (await session.exec(of_model(Part).where(col(Part.ticket_id).in_(ids)))).all()
    reviews = (await session.exec(of_model(AnswerReview).where(col(AnswerReview.ticket_id).in_(ids)))).all()
    return [
        *(Beside(part.ticket_id, part.unit, part.released_at is not None) for part in parts),
        *(Beside(one.ticket_id, one.reviewer, one.ended_at is not None) for one in reviews),
    ]


def _change(row: Row[Any], others: list[Beside]) -> Change:
    facts: dict[str, Any] = dict(zip(FACTS, row[len(TOLD) :], strict=True))
    had = frozenset(one.unit for one in others if one.ticket_id == row.ticket_id)
    units = frozenset(one.unit for one in others if one.ticket_id == row.ticket_id and not one.left)
    place_now = {name: facts[name] for name in ("lane", "street", "community", "assignee")}
    now = sight.read(place_now, units)
    before = sight.read(row.was, had) if row.was else sight.read(place_now, had) if row.action in LEAVES else None
    return Change(Place(row.tx, row.id), row.action, row.at, facts, now, before)


async def drop_old(db: Database, now: datetime) -> None:
    """The newest of what is too old stays: whoever stands behind it has missed something, and the feed is never empty
    (`migrate` wrote its first row)."""
    old = _places.where(col(Feed.at) < now - KEPT).order_by(col(Feed.tx).desc(), col(Feed.id).desc()).limit(1)
    async with db.reading() as session:
        last = (await _rows(session, old)).one_or_none()
        first = (await _rows(session, _places.order_by(*IN_ORDER).limit(1))).one()
    if last is None or last == first:
        return
    async with db.writer() as connection:
        await connection.execute(delete(Feed).where(_place < tuple_(*last)))


async def _rows(session: AsyncSession, query: Executable) -> CursorResult[Any]:
    """By the connection: SQLModel's own `exec` takes no choice of columns made in a loop."""
    found: CursorResult[Any] = await (await session.connection()).execute(query)
    return found


def _as_place(row: Row[Any]) -> Place:
    return Place(row.tx, row.id)
