"""The outbox: a notice is recorded in the transition's own transaction, claimed under a lease, acknowledged, re-sent."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.actors import Actor
from api.errors import NotFound
from api.lifecycle import STEPS, Lane, Role, Rule
from api.models import Event, Follower, Notice, Ticket, Unit
from api.office import Office
from api.promises import handled_by
from api.schemas import Acknowledgement

DESK = "desk"  # the channel of staff: shown on their pages, addressed to a name, a unit's code or a role
SHOWS_AT_MOST = 50


async def record(
    session: AsyncSession, office: Office, ticket: Ticket, event: Event, rule: Rule, actor: Actor, *, to_followers: Sequence[tuple[str, str]]
) -> None:
    """One notice a person whom the rule tells, except the one who acted and has the answer already."""
    facts = await _facts(session, office, ticket, event)
    kind = f"legal.{event.action}" if ticket.lane is Lane.LEGAL else event.action
    told = [who for who in to_followers if who != (actor.channel, actor.address)] if Role.RESIDENT in rule.tell else []
    desks = [(DESK, _desk(ticket, role)) for role in sorted(rule.tell - {Role.RESIDENT})]
    if ticket.escalated and (DESK, Role.SUPERVISOR.value) not in desks:
        desks.append((DESK, Role.SUPERVISOR.value))
    for channel, address in [*told, *desks]:
        session.add(
            Notice(
                ticket_id=ticket.id,
                event_id=event.id,
                kind=kind,
                channel=channel,
                address=address,
                urgent=ticket.urgent,
                facts=facts,
                created_at=event.at,
                not_before_at=event.at,
            )
        )


def _desk(ticket: Ticket, role: Role) -> str:
    """Whose desk: the person or unit the ticket lies with, else everybody of that role."""
    return ticket.assignee if role in (Role.HANDLER, Role.ADVISER) and ticket.assignee else role.value


async def followers(session: AsyncSession, ticket: Ticket) -> list[tuple[str, str]]:
    query = select(Follower.channel, Follower.address).where(Follower.ticket_id == ticket.id).order_by(col(Follower.id))
    return [(channel, address) for channel, address in (await session.exec(query)).all()]


async def _facts(session: AsyncSession, office: Office, ticket: Ticket, event: Event) -> dict[str, Any]:
    entry = office.catalogue.by_label.get(ticket.label)
    due = handled_by(office, ticket)
    return {
        "number": ticket.number,
        "action": event.action,
        "lane": ticket.lane.value,
        "status": ticket.status.value,
        "step": ticket.step,
        "step_name": STEPS[ticket.step - 1],
        "label": ticket.label,
        "name": entry.name if entry else "",
        "place": ticket.place,
        "note": event.note,
        "reason": event.reason,
        "to_name": await assignee_name(session, ticket.assignee),
        "due_at": due.isoformat() if due and not ticket.paused else None,
        "urgent": ticket.urgent,
        "score": ticket.score,
        "at": event.at.isoformat(),
    } | event.facts


async def assignee_name(session: AsyncSession, assignee: str | None) -> str:
    unit = await session.get(Unit, assignee) if assignee else None
    return unit.name if unit else assignee or ""


def _due(channels: Iterable[str], now: datetime) -> ColumnElement[bool]:
    unsent = and_(col(Notice.sent_at).is_(None), col(Notice.failed) == "")
    return and_(unsent, col(Notice.not_before_at) <= now, col(Notice.channel).in_(list(channels)))


async def waiting(session: AsyncSession, channels: Iterable[str], now: datetime) -> bool:
    return (await session.exec(select(Notice.id).where(_due(channels, now)).limit(1))).first() is not None


async def claim(
    session: AsyncSession, worker: str, channels: Iterable[str], limit: int, now: datetime, lease: timedelta
) -> list[Notice]:
    """The next notices, urgent ones first, then in order; nobody else gets them before the lease ends."""
    query = (
        select(Notice)
        .where(_due(channels, now))
        .order_by(col(Notice.urgent).desc(), col(Notice.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    notices = (await session.exec(query)).all()
    for notice in notices:
        notice.claimed_by, notice.attempts, notice.not_before_at = worker, notice.attempts + 1, now + lease
    return list(notices)


async def acknowledge(session: AsyncSession, notice_id: int, answer: Acknowledgement, now: datetime) -> Notice:
    """Safe to repeat. A notice that was sent stays sent."""
    notice = await session.get(Notice, notice_id, with_for_update=True)
    if notice is None:
        raise NotFound(notice=notice_id)
    if notice.sent_at is None:
        notice.sent_at = now if answer.sent else None
        notice.failed = "" if answer.sent else answer.failed
        notice.not_before_at = now + timedelta(seconds=answer.later)
    return notice


async def resend(session: AsyncSession, notice_id: int, now: datetime) -> Notice:
    notice = await session.get(Notice, notice_id, with_for_update=True)
    if notice is None:
        raise NotFound(notice=notice_id)
    notice.sent_at, notice.failed, notice.not_before_at = None, "", now
    return notice


async def of_desk(session: AsyncSession, actor: Actor) -> Sequence[Notice]:
    """What a member of staff has not looked at yet, the newest first."""
    mine = or_(col(Notice.address) == actor.name, col(Notice.address) == actor.role.value, col(Notice.address) == (actor.scope or actor.name))
    query = (
        select(Notice)
        .where(Notice.channel == DESK, mine, col(Notice.sent_at).is_(None))
        .order_by(col(Notice.id).desc())
        .limit(SHOWS_AT_MOST)
    )
    return (await session.exec(query)).all()


async def looked_at(session: AsyncSession, actor: Actor, ticket: Ticket, now: datetime) -> None:
    """Opening a ticket takes its notices off the reader's desk."""
    for notice in await of_desk(session, actor):
        if notice.ticket_id == ticket.id:
            notice.sent_at = now


