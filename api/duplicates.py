"""Never twice: the open ticket that seems to be the same matter, offered to the resident before filing; joining it."""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import record
from api.actors import Actor
from api.deadlines import SHANGHAI
from api.errors import AlreadyKnown, Forbidden, NotAllowed, NotFound
from api.lifecycle import Lane, Role, Status
from api.models import Event, Follower, Ticket
from api.office import Office
from api.sameness import Likeness, Spot, likeness
from nlp.text import folded

WORKED_ON = (Status.REPORTED, Status.FILED, Status.DISPATCHED, Status.IN_PROGRESS, Status.REPORTED_BACK)
LOOKED_AT = 200
DOOR = re.compile(r"[A-Za-z\d一二三四五六七八九十]+\s*(单元|室|房|层).*$")
JOIN = "join"


async def open_twin(session: AsyncSession, office: Office, ticket: Ticket) -> tuple[Ticket, Likeness] | None:
    """The likeliest open public ticket, other than this one, that is surely the same matter."""
    if ticket.lane is Lane.LEGAL:
        return None
    mine = spot(office, ticket)
    alike = [(likeness(mine, spot(office, other)), other) for other in await near(session, office, ticket)]
    sure = [(found, other) for found, other in alike if found.is_sure]
    return max(((other, found) for found, other in sure), key=lambda pair: pair[1].score, default=None)


async def near(
    session: AsyncSession, office: Office, ticket: Ticket, *conditions: ColumnElement[bool]
) -> Sequence[Ticket]:
    """Open ones of the same category, in the same street or where one of the two names none."""
    streets = or_(col(Ticket.street).in_([ticket.street, ""]), not ticket.street)
    query = (
        select(Ticket)
        .where(col(Ticket.label).in_(_kin(office, ticket.label)), streets, col(Ticket.status).in_(WORKED_ON))
        .where(Ticket.lane == Lane.PUBLIC, Ticket.id != ticket.id, *conditions)
        .order_by(col(Ticket.reported_at).desc())
        .limit(LOOKED_AT)
    )
    return (await session.exec(query)).all()


def _kin(office: Office, label: str) -> list[str]:
    category = office.catalogue.by_label[label].category
    return [label] + [one.label for one in office.catalogue.entries if category and one.category == category]


def spot(office: Office, ticket: Ticket) -> Spot:
    entry = office.catalogue.by_label.get(ticket.label)
    return Spot(
        label=ticket.label,
        category=entry.category if entry else "",
        text=folded(ticket.text),
        place=folded(ticket.place),
        community=ticket.community,
        grid=ticket.grid,
        lat=ticket.lat,
        lon=ticket.lon,
        at=ticket.reported_at,
    )


def coarse(place: str) -> str:
    """Without the door: neighbours need not learn who reported."""
    return DOOR.sub("", place).strip()


async def offer(session: AsyncSession, office: Office, ticket: Ticket, actor: Actor) -> None:
    """Raises AlreadyKnown with what may be told of the other one, and with the leave to join it."""
    found = await open_twin(session, office, ticket)
    if found is None or found[0].reporter_id == ticket.reporter_id:
        return
    twin, like = found
    entry = office.catalogue.by_label[twin.label]
    raise AlreadyKnown(
        number=twin.number,
        name=entry.name,
        place=coarse(twin.place) or twin.community or twin.street,
        reported_at=twin.reported_at.isoformat(),
        step=twin.step,
        followers=await followers(session, twin),
        why=list(like.why),
        offer=_leave(office, twin.number, actor, office.clock()),
    )


def _leave(office: Office, number: str, actor: Actor, at: datetime) -> str:
    """Good for this resident and this ticket until the end of the next day: numbers can be guessed, this cannot."""
    day = at.astimezone(SHANGHAI).date().isoformat()
    told = f"offer|{number}|{actor.channel}:{actor.address}|{day}"
    return hmac.new(office.history_key, told.encode(), "sha256").hexdigest()


async def followers(session: AsyncSession, ticket: Ticket) -> int:
    return (await session.exec(select(func.count()).where(Follower.ticket_id == ticket.id))).one()


async def join(
    session: AsyncSession, office: Office, ticket: Ticket, actor: Actor, given: str, words: str
) -> Event | None:
    """From now on this resident is told what the reporter is told. None: they were already. The ticket is locked.

    Raises Forbidden (no resident), NotFound (no leave) or NotAllowed (it ended meanwhile).
    """
    if actor.role is not Role.RESIDENT:
        raise Forbidden(role=actor.role)
    if not _is_leave(office, ticket.number, actor, given):
        raise NotFound(number=ticket.number)
    if ticket.status not in WORKED_ON:
        raise NotAllowed(action=JOIN, ticket_status=ticket.status)
    mine = select(Follower.id).where(Follower.ticket_id == ticket.id, Follower.resident_id == actor.name)
    if (await session.exec(mine)).first() is not None:
        return None
    session.add(Follower(ticket_id=ticket.id, resident_id=actor.name))
    await session.flush()
    await weigh(session, office, ticket)
    return await record.remark(session, office, ticket, actor, JOIN, note=words)


def _is_leave(office: Office, number: str, actor: Actor, given: str) -> bool:
    now = office.clock()
    days = (now, now - timedelta(days=1))
    return any(hmac.compare_digest(_leave(office, number, actor, day).encode(), given.encode()) for day in days)


async def weigh(session: AsyncSession, office: Office, ticket: Ticket) -> None:
    """The more neighbours follow it, the sooner it is looked at."""
    ticket.joined = max(await followers(session, ticket) - 1, 0)
    ticket.priority = office.priority(ticket.label, ticket.urgent, ticket.joined)


async def gained(session: AsyncSession, office: Office, ticket: Ticket, actor: Actor, **facts: Any) -> None:
    """Followers came by a merger, or went with one that was undone: on the other ticket's own record."""
    await session.flush()
    await weigh(session, office, ticket)
    await record.remark(session, office, ticket, actor, "followers", facts=facts)
