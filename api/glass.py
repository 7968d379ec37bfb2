"""Break-glass: a supervisor reads a legal matter for a reason, for a time, and on record; its adviser is told."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

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
    if actor.role is not Role.SUPERVISOR:
        return actor
    query = select(BrokenGlass.ticket_id).where(BrokenGlass.staff == actor.name, col(BrokenGlass.until_at) > now)
    return replace(actor, opened=frozenset((await session.exec(query)).all()))
