"""A public report that turns out to be a legal question becomes one: its plain copies go; who saw it sees its topic."""

from sqlalchemy import or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import duplicates, search
from api.deed import Deed
from api.errors import NotAllowed
from api.lifecycle import Action, Lane
from api.models import Event, Notice, Ticket
from api.notices import DESK

OTHERS_CAME = (duplicates.JOIN, "followers")  # events by which neighbours, or another's report, came to it
NOT_THEIRS = "confidential"  # why a notice on its way to somebody on duty never arrives


async def become(deed: Deed) -> None:
    """Raises NotAllowed where others follow it: an answer to one is not for all."""
    session, ticket = deed.session, deed.ticket
    if await _others_came(session, ticket):
        raise NotAllowed(action=Action.CORRECT, reason="others_follow")
    await search.forget(session, ticket, deed.office.clock())
    ticket.lane, ticket.grid, ticket.lat, ticket.lon = Lane.LEGAL, "", None, None
    await _take_back(session, ticket)


async def _others_came(session: AsyncSession, ticket: Ticket) -> bool:
    came = select(Event.id).where(Event.ticket_id == ticket.id, col(Event.action).in_(OTHERS_CAME)).limit(1)
    return (await session.exec(came)).first() is not None or await duplicates.followers(session, ticket) > 1


async def _take_back(session: AsyncSession, ticket: Ticket) -> None:
    """What desks and chats of people on duty were told, or are about to be."""
    of_staff = or_(col(Notice.channel) == DESK, col(Notice.staff_id).is_not(None))
    theirs = update(Notice).where(col(Notice.ticket_id) == ticket.id, of_staff)
    waiting = col(Notice.sent_at).is_(None), col(Notice.failed) == ""
    await session.exec(theirs.where(*waiting).values(failed=NOT_THEIRS))
    await session.exec(theirs.values(facts={}))
