"""Who looks at a ticket right now, and who writes: each page says so every EVERY while it is open and seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.actors import Actor
from api.db import Database
from api.errors import Forbidden
from api.lifecycle import STAFF_ROLES
from api.models import Presence, Ticket

EVERY = timedelta(seconds=15)
SEEN_FOR = timedelta(seconds=40)  # two that were lost on the way, and a little


class Doing(StrEnum):
    LOOKS = "looks"
    WRITES = "writes"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Looker:
    staff: str
    writes: bool


async def say(session: AsyncSession, ticket: Ticket, actor: Actor, doing: Doing, now: datetime) -> None:
    """Raises Forbidden: residents follow a ticket and do not look at it."""
    if actor.role not in STAFF_ROLES:
        raise Forbidden(role=actor.role)
    if doing is Doing.LEFT:
        theirs = (col(Presence.ticket_id) == ticket.id, col(Presence.staff) == actor.name)
        await session.exec(delete(Presence).where(*theirs))
        return
    writes = doing is Doing.WRITES
    await session.merge(Presence(ticket_id=ticket.id, staff=actor.name, writes=writes, seen_at=now))


async def on(session: AsyncSession, numbers: Sequence[str], now: datetime) -> dict[str, list[Looker]]:
    """By ticket, in the order of names."""
    query = (
        select(Ticket.number, Presence.staff, Presence.writes)
        .join(Ticket, col(Ticket.id) == col(Presence.ticket_id))
        .where(col(Ticket.number).in_(numbers), col(Presence.seen_at) > now - SEEN_FOR)
        .order_by(col(Presence.staff))
    )
    found: dict[str, list[Looker]] = {}
    for number, staff, writes in (await session.exec(query)).all():
        found.setdefault(number, []).append(Looker(staff, writes))
    return found


async def others(session: AsyncSession, number: str, actor: Actor, now: datetime) -> list[Looker]:
    return [one for one in (await on(session, [number], now)).get(number, []) if one.staff != actor.name]


async def forget(db: Database, now: datetime) -> None:
    """Rows that say nothing any more."""
    old = col(Presence.seen_at) <= now - SEEN_FOR
    async with db.reading() as session:
        if (await session.exec(select(Presence.ticket_id).where(old).limit(1))).first() is None:
            return
    async with db.writer() as connection:
        await connection.execute(delete(Presence).where(old))
