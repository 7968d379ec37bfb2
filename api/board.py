"""The queue: what is listed for whom, found and counted."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import search, views
from api.access import visible_to, waits_on
from api.actors import Actor
from api.lifecycle import OPEN, WAITS_ON, Role, Status
from api.models import Ticket
from api.office import Office
from api.orders import NEWEST, QUEUE
from api.schemas import TicketOut, TicketPage, Typed

NUMBER = re.compile(r"[A-Za-z]{2}[0-9]{8}-[0-9]{4,}")
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
    """What is open: danger first, then hazards, then the oldest. Anything else, and what was searched for: the newest
    first. Pages by keys: the last row of one is where the next begins."""
    order = NEWEST if filters.q or not _is_open(filters.status) else QUEUE
    query = select(Ticket).where(visible_to(actor), *_conditions(session, actor, filters))
    if filters.cursor:
        query = query.where(order.after(filters.cursor))
    rows = (await session.exec(query.order_by(*order.by).limit(PAGE + 1))).all()
    shown = await views.seen_by(session, office, actor, rows[:PAGE])
    return TicketPage(tickets=shown, next=order.cursor(rows[PAGE - 1]) if len(rows) > PAGE else None)


def _is_open(status: str) -> bool:
    return status in ("open", "mine", *OPEN)


def _conditions(session: AsyncSession, actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    of_area = (col(Ticket.grid), col(Ticket.community), col(Ticket.street))
    wanted = [
        (_is_open(filters.status), col(Ticket.ended_at).is_(None)),
        (filters.status, _status_is(actor, filters.status)),
        (filters.label, col(Ticket.label) == filters.label),
        (filters.grid, or_(*(field == filters.grid for field in of_area))),
        (filters.assignee, col(Ticket.assignee) == filters.assignee),
    ]
    found = [condition for given, condition in wanted if given]
    return [*found, _says(session, actor, filters.q)] if filters.q else found


def _status_is(actor: Actor, status: str) -> ColumnElement[bool]:
    match status:
        case "open":
            return true()
        case "ended":
            return col(Ticket.ended_at).is_not(None)
        case "mine":
            waiting = [pair for pair, role in WAITS_ON.items() if role is actor.role]
            supervisor = or_(col(Ticket.escalated), col(Ticket.more_time)) if actor.role is Role.SUPERVISOR else false()
            turn = or_(false(), *(and_(col(Ticket.lane) == lane, col(Ticket.status) == of) for lane, of in waiting))
            return or_(supervisor, and_(turn, waits_on(actor)))
        case _ if status in list(Status):
            return col(Ticket.status) == Status(status)
        case _:
            return false()


def _says(session: AsyncSession, actor: Actor, words: str) -> ColumnElement[bool]:
    """Words are found in public matters only; a legal one is found by its number or by its own adviser."""
    its_number = col(Ticket.number) == words.strip().upper()
    if actor.role is Role.ADVISER:
        inside = [field.contains(words, autoescape=True) for field in (col(Ticket.text), col(Ticket.place))]
        return or_(its_number, and_(col(Ticket.assignee) == actor.name, or_(*inside)))
    found = search.holds(session, words)
    return its_number if found is None or NUMBER.fullmatch(words.strip()) else found


async def counts(session: AsyncSession, actor: Actor) -> dict[str, int]:
    """How many open tickets in each status this person may see, and how many of all wait on them (`mine`)."""
    query = (
        select(Ticket.status, func.count())
        .where(visible_to(actor), col(Ticket.ended_at).is_(None))
        .group_by(col(Ticket.status))
    )
    found = {str(status): number for status, number in (await session.exec(query)).all()}
    waiting = (col(Ticket.ended_at).is_(None), _status_is(actor, "mine"))
    mine = select(func.count()).select_from(Ticket).where(visible_to(actor), *waiting)
    return found | {"mine": (await session.exec(mine)).one()}
