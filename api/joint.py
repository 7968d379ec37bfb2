"""主办 and 协办: who leads a ticket, and the units that work with it, each with a part to be done."""

from collections.abc import Iterable, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import routing
from api.actors import Actor
from api.deed import Deed, Facts
from api.errors import NotAllowed, TooMany
from api.lifecycle import Action, Role
from api.models import Part, Ticket

MOST = 5


async def invite(deed: Deed) -> Facts:
    unit = await routing.assignee(deed.session, deed.ticket.lane, deed.given.to)
    there = await of(deed.session, [deed.ticket.id])
    if unit == deed.ticket.assignee or any(part.unit == unit and part.done_at is None for part in there):
        raise NotAllowed(action=Action.INVITE, reason="already_there")
    if len(there) >= MOST:
        raise TooMany(action=Action.INVITE, most=MOST)
    await _begin(deed, unit)
    return {"unit": unit}


async def begin_with(deed: Deed, units: Sequence[str]) -> Facts:
    """From a dispatch on. Who leads from now on has no part beside."""
    ticket, there = deed.ticket, await of(deed.session, [deed.ticket.id])
    for part in there:
        if part.unit == ticket.assignee:
            part.released_at = deed.office.clock()
    wanted = [await routing.assignee(deed.session, ticket.lane, unit) for unit in dict.fromkeys(units)]
    begun = [unit for unit in wanted if unit != ticket.assignee]
    for unit in begun:
        await _begin(deed, unit)
    return {"joint": begun} if begun else {}


async def _begin(deed: Deed, unit: str) -> None:
    """Anew, where the unit had a part before."""
    await deed.session.merge(Part(ticket_id=deed.ticket.id, unit=unit, invited_at=deed.office.clock()))
    await deed.session.flush()


async def contribute(deed: Deed) -> Facts:
    part = await _undone(deed, deed.actor.desks, Action.CONTRIBUTE)
    part.done_at, part.done_by = deed.office.clock(), deed.actor.name
    await deed.session.flush()
    return {"unit": part.unit}


async def release(deed: Deed) -> Facts:
    part = await _undone(deed, [deed.given.to], Action.RELEASE)
    part.released_at = deed.office.clock()
    await deed.session.flush()
    return {"unit": part.unit}


async def _undone(deed: Deed, units: Iterable[str], action: Action) -> Part:
    there = await of(deed.session, [deed.ticket.id])
    for part in there:
        if part.unit in units and part.done_at is None:
            return part
    raise NotAllowed(action=action, reason="no_part")


async def all_done(deed: Deed) -> None:
    """Before the lead may say that it is done. Raises NotAllowed."""
    if undone := [part.unit for part in await of(deed.session, [deed.ticket.id]) if part.done_at is None]:
        raise NotAllowed(action=Action.REPORT_BACK, reason="parts_undone", units=undone)


async def did_a_part(session: AsyncSession, ticket: Ticket, actor: Actor) -> bool:
    return any(part.done_by == actor.name for part in await of(session, [ticket.id]))


async def of(session: AsyncSession, ids: Sequence[int]) -> Sequence[Part]:
    query = select(Part).where(col(Part.ticket_id).in_(ids), col(Part.released_at).is_(None))
    return (await session.exec(query.order_by(col(Part.invited_at), col(Part.unit)))).all()


def ruled_out(actor: Actor, parts: Sequence[Part]) -> set[Action]:
    """What the table allows and the parts of one ticket rule out for the moment."""
    undone = {part.unit for part in parts if part.done_at is None}
    mine = actor.role is Role.HANDLER and not undone.isdisjoint(actor.desks)
    found = {Action.REPORT_BACK} if undone else {Action.RELEASE}
    return found | (set() if mine else {Action.CONTRIBUTE}) | ({Action.INVITE} if len(parts) >= MOST else set())
