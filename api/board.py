"""The queue: what is listed for whom, and counted."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, literal_column
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from api import views
from api.access import visible_to
from api.actors import Actor
from api.filters import Filters, conditions, waiting
from api.lifecycle import Status
from api.models import Ticket
from api.office import Office
from api.orders import NEWEST, QUEUE
from api.schemas import TicketOut, TicketPage

PAGE = 50


async def show(session: AsyncSession, office: Office, ticket: Ticket, actor: Actor) -> TicketOut:
    return (await views.seen_by(session, office, actor, [ticket]))[0]


async def listed(session: AsyncSession, office: Office, actor: Actor, filters: Filters) -> TicketPage:
    """What is open: the most urgent first, then the latest, what most neighbours joined, and the oldest. Anything
    else, and what was searched for: the newest first. Pages by keys: the last row of one is where the next begins."""
    order = NEWEST if filters.q or not filters.only_open else QUEUE
    query = select(Ticket).where(visible_to(actor), *conditions(session, office, actor, filters))
    if filters.cursor:
        query = query.where(order.after(filters.cursor))
    rows = (await session.exec(query.order_by(*order.by).limit(PAGE + 1))).all()
    shown = await views.seen_by(session, office, actor, rows[:PAGE])
    return TicketPage(tickets=shown, next=order.cursor(rows[PAGE - 1]) if len(rows) > PAGE else None)


@dataclass(frozen=True, slots=True)
class Counts:
    """Open tickets this person may see, by status and by street; and how many of all wait on them."""

    statuses: dict[str, int]
    streets: dict[str, int]
    mine: int

    @property
    def open(self) -> int:
        return sum(self.statuses.values())


def by_status_and_street(actor: Actor) -> Select[Status, str, int]:
    """Grouped by what no index is ordered by: else SQLite walks through the index of all statuses, ended ones too."""
    nothing: ColumnElement[str] = literal_column("''")
    status, street = func.coalesce(col(Ticket.status), nothing), func.coalesce(col(Ticket.street), nothing)
    query = select(status, street, func.count()).where(visible_to(actor), col(Ticket.ended_at).is_(None))
    return query.group_by(status, street)


async def counts(session: AsyncSession, actor: Actor) -> Counts:
    """From the queue's own index, without a look at the rows."""
    statuses: dict[str, int] = {}
    streets: dict[str, int] = {}
    for status, street, many in (await session.exec(by_status_and_street(actor))).all():
        statuses[status] = statuses.get(status, 0) + many
        streets[street] = streets.get(street, 0) + many
    mine = select(func.count()).select_from(Ticket)
    mine = mine.where(visible_to(actor), col(Ticket.ended_at).is_(None), waiting(actor))
    return Counts(statuses, streets, (await session.exec(mine)).one())


async def many(session: AsyncSession, office: Office, actor: Actor, filters: Filters, most: int) -> int:
    """How many it lists; counted no further than `most`."""
    found = select(Ticket.id).where(visible_to(actor), *conditions(session, office, actor, filters)).limit(most)
    return (await session.exec(select(func.count()).select_from(found.subquery()))).one()
