"""Who a ticket goes to."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import organisation, rules
from api.errors import UnknownAssignee
from api.lifecycle import ENDED, Action, Lane, Role
from api.models import Area, Event, Staff, Ticket, Unit
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
    return tuple(code for code in (ticket.grid, *await _codes(session, ticket)) if code)


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


async def adviser_for(session: AsyncSession, ticket: Ticket, already: Collection[str] = ()) -> str | None:
    """The community's adviser, else one of the street's, else one of the district's; the least busy first."""
    free = [adviser for adviser in await advisers(session) if adviser.name not in already]
    if not free:
        return None
    near = await _codes(session, ticket)
    busy = await _open_matters(session)
    best = min(free, key=lambda adviser: (_distance(adviser.scope, near), busy.get(adviser.name, 0), adviser.name))
    return best.name


async def advisers(session: AsyncSession) -> Sequence[Staff]:
    return (await session.exec(select(Staff).where(Staff.role == Role.ADVISER, Staff.active))).all()


async def had_it(session: AsyncSession, ids: Collection[int]) -> dict[int, set[str]]:
    """Which advisers have passed each of these matters on."""
    query = select(Event).where(col(Event.ticket_id).in_(ids), Event.action == Action.PASS_ON.value)
    found: dict[int, set[str]] = {}
    for event in (await session.exec(query)).all():
        found.setdefault(event.ticket_id, set()).add(str(event.facts.get("from")))
    return found


async def _codes(session: AsyncSession, ticket: Ticket) -> tuple[str, str]:
    """The codes of the ticket's community and street, "" where unknown."""
    names = (ticket.community, ticket.street)
    areas = (await session.exec(select(Area).where(col(Area.name).in_(names)))).all()
    found = {area.level: area.code for area in areas}
    return found.get("community", ""), found.get("street", "")


def _distance(scope: str, near: tuple[str, str]) -> int:
    community, street = near
    match scope:
        case "":
            return 2
        case _ if scope == community:
            return 0
        case _ if scope == street:
            return 1
        case _:
            return 3


async def _open_matters(session: AsyncSession) -> dict[str, int]:
    query = (
        select(Ticket.assignee, func.count())
        .where(Ticket.lane == Lane.LEGAL, col(Ticket.status).not_in(ENDED), col(Ticket.assignee).is_not(None))
        .group_by(col(Ticket.assignee))
    )
    return {str(name): count for name, count in (await session.exec(query)).all()}
