"""The one place where an event comes to be: bound to the one before it, in the caller's transaction."""

from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import trail
from api.actors import Actor
from api.feed import rows
from api.feed.sight import Sight
from api.lifecycle import Action, Role
from api.models import Event, Ticket
from api.office import Records

REPORT = "report"  # the first event of every ticket, and no action


def event_of(ticket: Ticket, actor: Actor, action: str, at: datetime, **given: Any) -> Event:
    """`action` is one of `lifecycle.Action`, or what happens beside the life: report, note, join, …"""
    return Event(
        ticket_id=ticket.id, action=action, before=ticket.status, role=actor.role, actor=actor.name, at=at, **given
    )


async def append(
    session: AsyncSession, office: Records, ticket: Ticket, event: Event, was: Sight | None = None
) -> None:
    """The caller holds the ticket's lock, and has left its row as the event is to bind it. `was`: who saw it before."""
    trail.seal(office.history_key, ticket, event)
    session.add(event)
    session.add(rows.entry_of(ticket, event, was))
    await session.flush()


async def remark(
    session: AsyncSession, office: Records, ticket: Ticket, actor: Actor, action: str, **given: Any
) -> Event:
    """Something on the record that moves nothing."""
    event = event_of(ticket, actor, action, office.clock(), after=ticket.status, **given)
    await append(session, office, ticket, event)
    return event


async def last_change(session: AsyncSession, ticket: Ticket) -> Event:
    """What a form that was shown before may have missed; remarks, looks and followers change nothing of it."""
    query = select(Event).where(Event.ticket_id == ticket.id, col(Event.action).in_([REPORT, *Action]))
    return (await session.exec(query.order_by(col(Event.id).desc()).limit(1))).one()


async def last_done(session: AsyncSession, ticket: Ticket) -> dict[str, Any]:
    """What moved it last, by whom and when, without a word that came with it; of residents no name."""
    moved = (Event.ticket_id == ticket.id, col(Event.before) != col(Event.after))
    query = select(Event).where(*moved).order_by(col(Event.seq).desc()).limit(1)
    event = (await session.exec(query)).one()
    by = event.role.value if event.role is Role.RESIDENT else event.actor
    return {"action": event.action, "by": by, "at": event.at.isoformat()}
