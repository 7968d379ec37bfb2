"""领办: a ticket that somebody of the desk took in hand; until they let go, nobody else of the desk acts on it.

It holds for LASTS, anew with each sign that their page is still open, so what is left behind comes back by itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.actors import Actor
from api.db import Database
from api.errors import Forbidden, Held, NotAllowed
from api.feed import rows
from api.lifecycle import DESK, ENDED, Role, Status
from api.models import Hold, Ticket

LASTS = timedelta(minutes=15)
AT_DESK = (Status.REPORTED, Status.FILED)
TAKEN, LET_GO = "hold", "let_go"


async def of(session: AsyncSession, ids: Sequence[int], now: datetime) -> dict[int, Hold]:
    """By ticket; what has run out is nobody's."""
    query = select(Hold).where(col(Hold.ticket_id).in_(ids), col(Hold.until) > now)
    return {hold.ticket_id: hold for hold in (await session.exec(query)).all()}


async def guard(session: AsyncSession, ticket: Ticket, actor: Actor, now: datetime) -> None:
    """Raises Held where a colleague of the desk has it. The caller holds the ticket's lock."""
    hold = (await of(session, [ticket.id], now)).get(ticket.id) if actor.role in DESK else None
    if hold and hold.staff != actor.name:
        raise Held(by=hold.staff, until=hold.until.isoformat())


async def take(session: AsyncSession, ticket: Ticket, actor: Actor, now: datetime, *, over: bool = False) -> Hold:
    """`over`: even out of a colleague's hands, by a supervisor. The caller holds the ticket's lock.

    Raises Forbidden (not of the desk; not a supervisor), NotAllowed (it has ended), Held.
    """
    if actor.role not in DESK or (over and actor.role is not Role.SUPERVISOR):
        raise Forbidden(role=actor.role)
    if ticket.status in ENDED:
        raise NotAllowed(action=TAKEN, ticket_status=ticket.status)
    if not over:
        await guard(session, ticket, actor, now)
    known = (await of(session, [ticket.id], now)).get(ticket.id)
    theirs = known is not None and known.staff == actor.name
    since = known.since if known and theirs else now
    hold = await session.merge(Hold(ticket_id=ticket.id, staff=actor.name, since=since, until=now + LASTS))
    if not theirs:
        session.add(rows.beside(ticket.id, TAKEN, now))
    await session.flush()
    return hold


async def let_go(session: AsyncSession, ticket: Ticket, actor: Actor, now: datetime) -> None:
    """Said again, or of a ticket that nobody has, it changes nothing. Raises Forbidden, Held (a colleague's)."""
    if actor.role not in DESK:
        raise Forbidden(role=actor.role)
    await guard(session, ticket, actor, now)
    if await _gone(session, ticket.id):
        session.add(rows.beside(ticket.id, LET_GO, now))


async def renew(session: AsyncSession, ticket: Ticket, actor: Actor, now: datetime) -> None:
    hold = (await of(session, [ticket.id], now)).get(ticket.id)
    if hold and hold.staff == actor.name:
        hold.until = now + LASTS


async def settle(session: AsyncSession, ticket: Ticket) -> None:
    """It has left the desk: nothing is to be held any more."""
    if ticket.status not in AT_DESK:
        await _gone(session, ticket.id)


async def come_back(db: Database, now: datetime) -> None:
    """Those who look at the queue are told of what was left behind."""
    async with db.reading() as session:
        if (await session.exec(select(Hold.ticket_id).where(col(Hold.until) <= now).limit(1))).first() is None:
            return
    async with db.writing() as session:
        gone = delete(Hold).where(col(Hold.until) <= now).returning(col(Hold.ticket_id))
        for (ticket_id,) in (await session.exec(gone)).all():
            session.add(rows.beside(ticket_id, LET_GO, now))


async def _gone(session: AsyncSession, ticket_id: int) -> bool:
    return bool((await session.exec(delete(Hold).where(col(Hold.ticket_id) == ticket_id))).rowcount)
