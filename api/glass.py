"""Break-glass: a supervisor reads a legal matter for a reason, for a time, and on record; its adviser is told. And what
else of another's is open to somebody for a time: to an adviser, what they were asked to review."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import reviews
from api.actors import Actor
from api.deed import Deed, Facts
from api.errors import Missing
from api.lifecycle import Need, Role
from api.models import BrokenGlass

REASON_AT_LEAST = 10  # letters: for the adviser and whoever checks later (assumed)


async def break_glass(deed: Deed) -> Facts:
    if len(deed.given.reason) < REASON_AT_LEAST:
        raise Missing(needs=[Need.REASON], at_least=REASON_AT_LEAST)
    until = deed.office.clock() + deed.office.break_glass
    deed.session.add(BrokenGlass(ticket_id=deed.ticket.id, staff=deed.actor.name, until_at=until))
    return {"open_until": until.isoformat()}


async def with_open(session: AsyncSession, actor: Actor, now: datetime) -> Actor:
    """Who reads on a page or by a token; not in a chat, where others look on and words stay."""
    match actor.role:
        case Role.SUPERVISOR:
            return replace(actor, opened=await _broken_by(session, actor, now))
        case Role.ADVISER:
            return replace(actor, opened=await reviews.readable_by(session, actor.name, now))
        case _:
            return actor


async def _broken_by(session: AsyncSession, actor: Actor, now: datetime) -> frozenset[int]:
    query = select(BrokenGlass.ticket_id).where(BrokenGlass.staff == actor.name, col(BrokenGlass.until_at) > now)
    return frozenset((await session.exec(query)).all())
