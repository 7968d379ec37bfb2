"""Who a ticket goes to."""

from dataclasses import replace

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import organisation, rules
from api.errors import UnknownAssignee
from api.lifecycle import Lane, Role
from api.models import Area, Staff, Ticket, Unit
from api.office import Office
from api.rules import Matter, Route
from nlp.catalogue import Catalogue


async def route(session: AsyncSession, office: Office, ticket: Ticket) -> Route:
    """Whom the rules give this public matter to, as they and the hour are now."""
    there = await organisation.load(session)
    now = replace(await matter(session, office.catalogue, ticket), at=office.clock())
    return rules.route(there, now, office.calendar)


async def matter(session: AsyncSession, catalogue: Catalogue, ticket: Ticket) -> Matter:
    """As of the moment it was reported."""
    entry = catalogue.by_label.get(ticket.label)
    named = (ticket.label, entry.category if entry else "", ticket.kind)
    return Matter(
        items=frozenset(name for name in named if name),
        areas=await areas_of(session, ticket),
        urgent=ticket.urgent,
        at=ticket.reported_at,
    )


async def areas_of(session: AsyncSession, ticket: Ticket) -> tuple[str, ...]:
    """The codes of grid, community and street, the nearest first, as far as they are known."""
    return tuple(code for code in (ticket.grid, *await codes(session, ticket)) if code)


async def assignee(session: AsyncSession, lane: Lane, to: str) -> str:
    """The code or staff name that `to` stands for. Raises UnknownAssignee when it can take no ticket of this lane."""
    wanted = Role.ADVISER if lane is Lane.LEGAL else Role.HANDLER
    person = (await session.exec(select(Staff).where(Staff.name == to, Staff.role == wanted, Staff.active))).first()
    if person is not None:
        return person.name
    unit = await session.get(Unit, to) if lane is Lane.PUBLIC else None
    if unit is not None and unit.retired_at is None:
        return to
    raise UnknownAssignee(to=to)


async def codes(session: AsyncSession, ticket: Ticket) -> tuple[str, str]:
    """The codes of the ticket's community and street, "" where unknown."""
    names = (ticket.community, ticket.street)
    areas = (await session.exec(select(Area).where(col(Area.name).in_(names)))).all()
    found = {area.level: area.code for area in areas}
    return found.get("community", ""), found.get("street", "")
