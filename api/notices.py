"""The outbox: a notice is recorded in the transition's transaction, claimed under a lease, acknowledged, re-sent."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import duty, joint, residents
from api.access import visible_to
from api.actors import Actor
from api.errors import NotFound
from api.intake import progress
from api.intake.sources import SOURCES
from api.lifecycle import STEPS, Lane, Role, Rule
from api.models import Event, Notice, Part, Resident, Ticket, Unit
from api.office import Office
from api.promises import handled_by, spans_of
from api.schemas import Acknowledgement, NoticeOut

DESK = "desk"  # the channel of staff: shown on their pages, addressed to a name, a unit's code or a role
OPEN311 = "open311"  # the channel of programs that look by themselves: nothing waits there to be carried
NOT_CARRIED = (OPEN311, *SOURCES)  # and the offices have callbacks of their own (`progress`)
SHOWS_AT_MOST = 50
NEWS = {"limits"}  # facts that their own act brings a resident
NOT_CONFIDENTIAL = (
    "number",
    "action",
    "lane",
    "status",
    "step",
    "step_name",
    "label",
    "name",
    "to_name",
    "due_at",
    "urgent",
    "at",
    "times",
)  # fmt: skip - what a desk may read of a legal matter: its topic and times, never its words


async def record(
    session: AsyncSession,
    office: Office,
    ticket: Ticket,
    event: Event,
    rule: Rule,
    actor: Actor,
    *,
    to_followers: Sequence[Resident],
) -> None:
    """One notice a person whom the rule tells, except the one who acted and has the answer already, but for NEWS."""
    facts = await _facts(session, office, ticket, event)
    on_desks = (
        facts if ticket.lane is Lane.PUBLIC else {name: facts[name] for name in NOT_CONFIDENTIAL if name in facts}
    )
    kind = f"legal.{event.action}" if ticket.lane is Lane.LEGAL else event.action
    await progress.record(session, office, ticket, event, to_followers)
    carried = [who for who in to_followers if who.channel not in NOT_CARRIED]
    people = [(who.channel, who.id) for who in carried if who.id != actor.name or NEWS & event.facts.keys()]
    roles = sorted(rule.tell - {Role.RESIDENT} | ({Role.SUPERVISOR} if ticket.escalated else set()))
    desks = _desks(ticket, roles, event, await joint.of(session, [ticket.id]))
    chats = await duty.chats(session, ticket, roles, actor, desks) if roles else []
    by_chat = duty.facts_for(on_desks, office.staff_url)
    told: list[dict[str, Any]] = [
        *(_to(channel, name, kind, facts) for channel, name in people if Role.RESIDENT in rule.tell),
        *(_to(DESK, desk, kind, on_desks) for desk in desks if desk not in actor.desks),
        *(
            _to(chat.channel, chat.address, duty.KIND + kind, by_chat | heard) | {"staff_id": chat.staff_id}
            for staff, chat in chats
            for heard in [duty.said(ticket, event) if staff.name == ticket.assignee else {}]
        ),
    ]
    for row in told:
        session.add(
            Notice(
                ticket_id=ticket.id,
                event_id=event.id,
                urgent=ticket.urgent,
                created_at=event.at,
                not_before_at=event.at,
                **row,
            )
        )


def _to(channel: str, address: str, kind: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {"channel": channel, "address": address, "kind": kind, "facts": facts}


def _desks(ticket: Ticket, roles: Sequence[Role], event: Event, parts: Sequence[Part]) -> list[str]:
    """Whose: of handlers and advisers only those the ticket lies with, or just has; of the other roles everybody."""
    undone = [part.unit for part in parts if part.done_at is None]
    advisers = [ticket.assignee, event.facts.get("reviewer")]
    lies_with = {Role.ADVISER: advisers, Role.HANDLER: [ticket.assignee, *undone, event.facts.get("unit")]}
    desks = [desk for role in roles for desk in lies_with.get(role, [role.value])]
    return list(dict.fromkeys(desk for desk in desks if desk))


async def _facts(session: AsyncSession, office: Office, ticket: Ticket, event: Event) -> dict[str, Any]:
    entry, assignee = office.catalogue.by_label.get(ticket.label), ticket.assignee or ""
    due = handled_by(office, ticket, (await spans_of(session, [ticket.id])).get(ticket.id, ()))
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
        "to_name": (await assignee_names(session, [assignee])).get(assignee, ""),
        "due_at": due.isoformat() if due and not ticket.paused else None,
        "urgent": ticket.urgent,
        "score": ticket.score,
        "at": event.at.isoformat(),
    } | event.facts


async def assignee_names(session: AsyncSession, assignees: Collection[str]) -> dict[str, str]:
    """What units are called, by code; a person is called by their name."""
    units = (await session.exec(select(Unit).where(col(Unit.code).in_(assignees)))).all()
    return {name: name for name in assignees} | {unit.code: unit.name for unit in units}


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
        if notice.staff_id is not None and not await duty.still_theirs(session, notice):
            notice.failed = duty.NOT_THEIRS
    return [notice for notice in notices if not notice.failed]


async def addressed(session: AsyncSession, notices: Sequence[Notice]) -> list[NoticeOut]:
    """For whoever carries them: with the residents' addresses."""
    known = await residents.addresses(session, [notice.address for notice in notices])
    return [
        NoticeOut.model_validate(notice.model_dump() | {"address": known.get(notice.address, notice.address)})
        for notice in notices
    ]


async def release(session: AsyncSession, worker: str, now: datetime) -> None:
    """What this worker claimed before it was killed need not wait for the lease to end."""
    held = and_(col(Notice.claimed_by) == worker, col(Notice.not_before_at) > now)
    unsent = and_(col(Notice.sent_at).is_(None), col(Notice.failed) == "")
    await session.exec(update(Notice).where(held, unsent).values(not_before_at=now))


async def acknowledge(session: AsyncSession, notice_id: int, answer: Acknowledgement, now: datetime) -> Notice:
    """Safe to repeat. A notice that was sent stays sent, and one that failed for ever stays so."""
    notice = await session.get(Notice, notice_id, with_for_update=True)
    if notice is None:
        raise NotFound(notice=notice_id)
    if notice.sent_at is None and not notice.failed:
        notice.sent_at = now if answer.sent else None
        if answer.sent and answer.said and notice.staff_id is None:
            notice.said = await _kept(session, notice, answer.said)
        notice.failed = "" if answer.sent else answer.failed
        notice.not_before_at = now + timedelta(seconds=answer.later)
        notice.claimed_by = notice.claimed_by if answer.sent else ""
    return notice


async def _kept(session: AsyncSession, notice: Notice, said: str) -> str:
    """The words of a legal matter are kept once, and not here; what is of no ticket has no page."""
    if notice.ticket_id is None:
        return ""
    lane = (await session.exec(select(Ticket.lane).where(Ticket.id == notice.ticket_id))).one()
    return said if lane is Lane.PUBLIC else ""


async def of_desk(session: AsyncSession, actor: Actor) -> Sequence[Notice]:
    """What a member of staff has not looked at yet, the newest first."""
    mine = col(Notice.address).in_([*actor.desks, actor.role.value])
    query = (
        select(Notice)
        .join(Ticket, col(Ticket.id) == col(Notice.ticket_id))
        .where(Notice.channel == DESK, mine, col(Notice.sent_at).is_(None), Notice.failed == "", visible_to(actor))
        .order_by(col(Notice.id).desc())
        .limit(SHOWS_AT_MOST)
    )
    return (await session.exec(query)).all()


async def looked_at(session: AsyncSession, actor: Actor, ticket: Ticket, now: datetime) -> None:
    """Opening a ticket takes its notices off the reader's desk."""
    for notice in await of_desk(session, actor):
        if notice.ticket_id == ticket.id:
            notice.sent_at = now
