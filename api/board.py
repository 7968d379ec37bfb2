"""The queue: what is listed for whom, found and counted."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import views
from api.access import visible_to
from api.actors import Actor
from api.errors import Malformed
from api.lifecycle import ENDED, WAITS_ON, Lane, Role, Status
from api.models import LAST_KEY, Ticket
from api.office import DANGER_TO_LIFE, Office
from api.schemas import TicketOut, TicketPage, Typed

PAGE = 50
Asked = Annotated[str, Query(max_length=200), Typed]


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list. `status`: one, or `open`, `ended`, `mine` (waits on the reader's role); empty: everything."""

    status: Asked = ""
    label: Asked = ""
    grid: Asked = ""
    assignee: Asked = ""
    q: Asked = ""
    cursor: Asked = ""


async def show(session: AsyncSession, office: Office, ticket: Ticket, actor: Actor) -> TicketOut:
    return (await views.seen_by(session, office, actor, [ticket]))[0]


async def listed(session: AsyncSession, office: Office, actor: Actor, filters: Filters) -> TicketPage:
    """Danger first, then hazards, then the oldest; keyset paging by (priority, reported_at, id)."""
    query = select(Ticket).where(visible_to(actor), *_conditions(actor, filters))
    if filters.cursor:
        query = query.where(_after(filters.cursor))
    query = query.order_by(col(Ticket.priority).desc(), col(Ticket.reported_at), col(Ticket.id)).limit(PAGE + 1)
    rows = (await session.exec(query)).all()
    shown = await views.seen_by(session, office, actor, rows[:PAGE])
    return TicketPage(tickets=shown, next=_cursor(rows[PAGE - 1]) if len(rows) > PAGE else None)


def _conditions(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    wanted = [
        (filters.status, _status_is(actor, filters.status)),
        (filters.label, col(Ticket.label) == filters.label),
        (
            filters.grid,
            or_(*(field == filters.grid for field in (col(Ticket.grid), col(Ticket.community), col(Ticket.street)))),
        ),
        (filters.assignee, col(Ticket.assignee) == filters.assignee),
        (filters.q, _says(actor, filters.q)),
    ]
    return [condition for given, condition in wanted if given]


def _status_is(actor: Actor, status: str) -> ColumnElement[bool]:
    match status:
        case "open":
            return col(Ticket.status).not_in(ENDED)
        case "ended":
            return col(Ticket.status).in_(ENDED)
        case "mine":
            waiting = [pair for pair, role in WAITS_ON.items() if role is actor.role]
            escalated = and_(col(Ticket.escalated), col(Ticket.status).not_in(ENDED))
            supervisor = or_(escalated, col(Ticket.more_time)) if actor.role is Role.SUPERVISOR else false()
            return or_(supervisor, *(and_(col(Ticket.lane) == lane, col(Ticket.status) == of) for lane, of in waiting))
        case _ if status in list(Status):
            return col(Ticket.status) == Status(status)
        case _:
            return false()


def _says(actor: Actor, words: str) -> ColumnElement[bool]:
    """Words are searched in public matters only; a legal one is found by its number or by its own adviser."""
    readable = or_(col(Ticket.lane) == Lane.PUBLIC, col(Ticket.assignee) == actor.name)
    inside = or_(*(field.contains(words, autoescape=True) for field in (col(Ticket.text), col(Ticket.place))))
    return or_(col(Ticket.number) == words, and_(readable, inside))


def _cursor(ticket: Ticket) -> str:
    return urlsafe_b64encode(f"{ticket.priority}|{ticket.reported_at.isoformat()}|{ticket.id}".encode()).decode()


def _after(cursor: str) -> ColumnElement[bool]:
    level, at, last = _place(cursor)
    of, when, key = col(Ticket.priority), col(Ticket.reported_at), col(Ticket.id)
    return or_(of < level, and_(of == level, or_(when > at, and_(when == at, key > last))))


def _place(cursor: str) -> tuple[int, datetime, int]:
    """(priority, reported_at, id) of the page's last ticket. Raises Malformed for what we never gave out."""
    try:
        priority, reported_at, key = urlsafe_b64decode(cursor.encode()).decode().split("|")
        place = int(priority), datetime.fromisoformat(reported_at).astimezone(UTC), int(key)
    except (ValueError, OverflowError):
        raise Malformed(at="cursor") from None
    if not (0 <= place[0] <= DANGER_TO_LIFE and 0 <= place[2] <= LAST_KEY):
        raise Malformed(at="cursor")
    return place


async def counts(session: AsyncSession, actor: Actor) -> dict[str, int]:
    """How many open tickets in each status this person may see, and how many of all wait on them (`mine`)."""
    query = (
        select(Ticket.status, func.count())
        .where(visible_to(actor), col(Ticket.status).not_in(ENDED))
        .group_by(col(Ticket.status))
    )
    found = {str(status): number for status, number in (await session.exec(query)).all()}
    mine = select(func.count()).select_from(Ticket).where(visible_to(actor), _status_is(actor, "mine"))
    return found | {"mine": (await session.exec(mine)).one()}
