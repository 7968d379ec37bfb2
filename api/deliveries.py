"""What became of each notice of a ticket, and telling somebody once more what they were told last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from api import duty, record, residents, tickets
from api.access import may_read_words, only_reviews
from api.actors import Actor
from api.erasure import ERASED
from api.errors import Forbidden, NotAllowed, NotFound
from api.lifecycle import Role
from api.models import Follower, Notice, Staff, Ticket
from api.notices import DESK, NOT_CARRIED
from api.office import Office

AGAIN = "resend"
SENDS_AGAIN = (Role.TRIAGE, Role.SUPERVISOR, Role.HANDLER, Role.ADVISER)
FOR_NOBODY = (ERASED, duty.NOT_THEIRS)  # of what failed so, nobody is left to be told


class Standing(StrEnum):
    WAITS = "waits"  # until its time, or for whoever carries it
    ON_ITS_WAY = "on_its_way"
    ARRIVED = "arrived"  # of a desk: looked at
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """`whom`: reporter, neighbour, nobody (erased), source, or the name of a desk or of a member of staff. `nth`: which
    of the neighbours, 0 where it is none of them any more. `at`: when it arrived, or while it waits, from when on it
    may go out."""

    id: int
    kind: str
    channel: str
    whom: str
    nth: int
    standing: Standing
    at: datetime
    why: str
    again: bool
    may_again: bool


async def of_ticket(session: AsyncSession, ticket: Ticket, reader: Actor, now: datetime) -> list[Delivery]:
    """The newest first; of a legal matter to its adviser alone, as its words."""
    if not may_read_words(reader, ticket) or only_reviews(reader, ticket):
        return []
    notices = (await session.exec(_all(ticket).order_by(col(Notice.id)))).all()
    staff = await _staff(session, notices)
    neighbours = await residents.neighbours(session, ticket)
    last = {(one.channel, one.address, one.staff_id): one.id for one in notices}
    found = []
    for one in notices:
        is_last = last[one.channel, one.address, one.staff_id] == one.id
        may = is_last and reader.role in SENDS_AGAIN and not await why_not(session, one)
        found.append(_delivery(one, ticket, staff, neighbours, now, may_again=may))
    return found[::-1]


def _all(ticket: Ticket) -> SelectOfScalar[Notice]:
    return select(Notice).where(Notice.ticket_id == ticket.id)


async def _staff(session: AsyncSession, notices: Sequence[Notice]) -> dict[int, str]:
    ids = {one.staff_id for one in notices if one.staff_id is not None}
    query = select(Staff.id, Staff.name).where(col(Staff.id).in_(ids))
    return {key: name for key, name in (await session.exec(query)).all()}


def _delivery(
    one: Notice, ticket: Ticket, staff: dict[int, str], neighbours: Mapping[str, int], now: datetime, *, may_again: bool
) -> Delivery:
    whom = _whom(one, ticket, staff)
    standing = standing_of(one, now)
    return Delivery(
        id=one.id,
        kind=one.kind.removeprefix(duty.KIND).removeprefix("legal."),
        channel=one.channel,
        whom=whom,
        nth=neighbours.get(one.address, 0),
        standing=standing,
        at=one.sent_at or one.not_before_at if standing is not Standing.FAILED else one.created_at,
        why=one.failed,
        again=one.again_of is not None,
        may_again=may_again,
    )


def _whom(one: Notice, ticket: Ticket, staff: dict[int, str]) -> str:
    if one.staff_id is not None:
        return staff.get(one.staff_id, "nobody")
    if one.channel == DESK:
        return one.address
    if one.channel in NOT_CARRIED:
        return "source"
    if not one.address:
        return "nobody"
    return "reporter" if one.address == ticket.reporter_id else "neighbour"


def standing_of(one: Notice, now: datetime) -> Standing:
    if one.failed:
        return Standing.FAILED
    if one.sent_at is not None:
        return Standing.ARRIVED
    return Standing.ON_ITS_WAY if one.claimed_by and one.not_before_at > now else Standing.WAITS


async def why_not(session: AsyncSession, one: Notice) -> str:
    """Why it makes no sense to send this one again; "" if it does."""
    if one.channel in (DESK, *NOT_CARRIED) or not one.address or one.failed in FOR_NOBODY:
        return "not_again"
    if one.sent_at is None and not one.failed:
        return "on_its_way"
    follows = select(Follower.id).where(Follower.ticket_id == one.ticket_id, Follower.resident_id == one.address)
    theirs = duty.still_theirs(session, one) if one.staff_id is not None else _found(session, follows)
    return "" if await theirs else "not_again"


async def _found(session: AsyncSession, query: SelectOfScalar[Any]) -> bool:
    return (await session.exec(query)).first() is not None


async def send_again(session: AsyncSession, office: Office, number: str, actor: Actor, notice_id: int) -> Notice:
    """As a notice of its own, on record: whoever carries notices says none of them twice.

    Raises NotFound, Forbidden or NotAllowed.
    """
    ticket = await tickets.seen(session, number, actor, for_update=True)
    if actor.role not in SENDS_AGAIN or not may_read_words(actor, ticket) or only_reviews(actor, ticket):
        raise Forbidden(action=AGAIN, role=actor.role)
    one = (await session.exec(_all(ticket).where(Notice.id == notice_id))).first()
    if one is None:
        raise NotFound(notice=notice_id)
    later = _all(ticket).where(col(Notice.id) > one.id, Notice.channel == one.channel, Notice.address == one.address)
    if await _found(session, later.where(col(Notice.staff_id).is_not_distinct_from(one.staff_id))):
        raise NotAllowed(action=AGAIN, reason="told_since")
    if reason := await why_not(session, one):
        raise NotAllowed(action=AGAIN, reason=reason)
    facts = {"notice": one.kind.removeprefix(duty.KIND).removeprefix("legal."), "channel": one.channel}
    event = await record.remark(session, office, ticket, actor, AGAIN, facts=facts)
    return await _repeated(session, one, event.at)


async def _repeated(session: AsyncSession, one: Notice, now: datetime) -> Notice:
    kept = {"ticket_id", "event_id", "kind", "channel", "address", "staff_id", "urgent", "facts"}
    again = Notice(**one.model_dump(include=kept), again_of=one.id, created_at=now, not_before_at=now)
    session.add(again)
    await session.flush()
    return again
