"""Chats of people on duty: who is told there of a ticket, and no longer once it or the chat is not theirs."""

from collections.abc import Collection
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import anonymity
from api.access import visible_to
from api.actors import SYSTEM, Actor
from api.auth import as_actor
from api.lifecycle import Role
from api.models import Event, Notice, Staff, StaffGrant, Ticket
from api.reading import read_by

KIND = "duty."  # + the kind a resident would be told: one person may be both, in one chat
WORDS = ("place", "note", "reason", "question", "where")
NOT_THEIRS = "not_theirs"


async def chats(
    session: AsyncSession, ticket: Ticket, roles: Collection[Role], actor: Actor, desks: Collection[str]
) -> list[tuple[Staff, StaffGrant]]:
    """The bound chats of people of these roles who may know of the ticket, of advisers those whose desk is told, too;
    none of who acted."""
    query = (
        select(Staff, StaffGrant)
        .join(StaffGrant, col(StaffGrant.staff_id) == col(Staff.id))
        .where(col(Staff.role).in_(list(roles)), Staff.active, Staff.name != actor.name)
        .order_by(col(StaffGrant.channel), col(StaffGrant.address))
    )
    found = (await session.exec(query)).all()
    told = [(staff, grant) for staff, grant in found if staff.role is not Role.ADVISER or staff.name in desks]
    return [(staff, grant) for staff, grant in told if await _may_know(session, staff, ticket.id)]


async def _may_know(session: AsyncSession, staff: Staff, ticket_id: int | None) -> bool:
    query = select(Ticket.id).where(Ticket.id == ticket_id, visible_to(await as_actor(session, staff)))
    return (await session.exec(query)).first() is not None


def facts_for(facts: dict[str, Any], staff_url: str) -> dict[str, Any]:
    """Words without what tells who a resident is: the same that staff read on a page. And where that page is."""
    masked = {name: read_by(facts[name], SYSTEM) for name in WORDS if isinstance(facts.get(name), str)}
    page = {"page": f"{staff_url}/tickets/{facts['number']}"} if staff_url else {}
    return facts | masked | page


def said(ticket: Ticket, event: Event) -> dict[str, Any]:
    """What the adviser of a legal matter is told besides, where its resident agreed to that: what they said."""
    if not ticket.in_chat:
        return {}
    heard = {"note": event.note, "reason": event.reason} if event.role is Role.RESIDENT else {}
    return {"in_chat": True} | {name: anonymity.read(words, ticket, SYSTEM) for name, words in heard.items() if words}


async def still_theirs(session: AsyncSession, notice: Notice) -> bool:
    """Is the chat still bound to whom the notice was for, and may they still know of the ticket?"""
    grant = await session.get(StaffGrant, (notice.channel, notice.address))
    staff = await session.get(Staff, notice.staff_id) if grant and grant.staff_id == notice.staff_id else None
    return staff is not None and staff.active and await _may_know(session, staff, notice.ticket_id)
