"""Every read: a ticket as this person may see it, the queue, the timeline."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import promises
from api.access import may_read_words, open_actions, visible_to
from api.actors import Actor
from api.errors import Missing
from api.lifecycle import ENDED, STEP_REACHED, STEPS, WAITS_ON, Lane, Role, Status
from api.models import Event, Pause, Photo, Ticket
from api.notices import assignee_name
from api.office import Office
from api.schemas import Moment, StepOut, TicketOut, TicketPage, Timeline

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list. `status`: one, or `open`, `ended`, `mine` (waits on the reader's role); empty: everything."""

    status: str = ""
    label: str = ""
    grid: str = ""
    assignee: str = ""
    q: str = ""
    cursor: str = ""


async def show(session: AsyncSession, office: Office, ticket: Ticket, actor: Actor) -> TicketOut:
    photos = (await session.exec(select(Photo.id).where(Photo.ticket_id == ticket.id).order_by(col(Photo.at)))).all()
    return _out(office, ticket, actor, await assignee_name(session, ticket.assignee), list(photos))


def _out(office: Office, ticket: Ticket, actor: Actor, assigned: str, photos: list[str]) -> TicketOut:
    entry = office.catalogue.by_label.get(ticket.label)
    readable = may_read_words(actor, ticket)
    hidden = {} if readable else {"text": None, "place": "", "because": [], "alternatives": [], "lat": None, "lon": None}
    return TicketOut.model_validate(
        ticket.model_dump()
        | {
            "name": entry.name if entry else "",
            "category": office.catalogue.category_names.get(entry.category, "") if entry else "",
            "assignee_name": assigned,
            "overdue": is_overdue(ticket, office.clock()),
            "promise": _promise(office, ticket),
            "photos": photos if readable else [],
            "actions": [action.value for action in open_actions(actor, ticket)],
        }
        | hidden
    )


def _promise(office: Office, ticket: Ticket) -> dict[str, Any] | None:
    if ticket.urgent or ticket.status in ENDED:
        return None
    limit = office.limits(ticket.label, ticket.urgent).handling
    at = promises.handled_by(office, ticket)
    return {"value": limit.value, "unit": limit.unit, "assumed": limit.assumed, "at": at.isoformat() if at else None}


def is_overdue(ticket: Ticket, now: datetime) -> bool:
    return ticket.due_at is not None and ticket.due_at < now


async def listed(session: AsyncSession, office: Office, actor: Actor, filters: Filters) -> TicketPage:
    """Danger first, then hazards, then the oldest; keyset paging by (priority, reported_at, id)."""
    query = select(Ticket).where(visible_to(actor), *_conditions(actor, filters))
    if filters.cursor:
        query = query.where(_after(filters.cursor))
    query = query.order_by(col(Ticket.priority).desc(), col(Ticket.reported_at), col(Ticket.id)).limit(PAGE + 1)
    rows = (await session.exec(query)).all()
    names = {code: await assignee_name(session, code) for code in {row.assignee for row in rows}}
    shown = [_out(office, row, actor, names[row.assignee], []) for row in rows[:PAGE]]
    return TicketPage(tickets=shown, next=_cursor(rows[PAGE - 1]) if len(rows) > PAGE else None)


def _conditions(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    wanted = [
        (filters.status, _status_is(actor, filters.status)),
        (filters.label, col(Ticket.label) == filters.label),
        (filters.grid, or_(*(field == filters.grid for field in (col(Ticket.grid), col(Ticket.community), col(Ticket.street))))),
        (filters.assignee, col(Ticket.assignee) == filters.assignee),
        (filters.q, _says(actor, filters.q)),
    ]
    return [condition for given, condition in wanted if given]


def _status_is(actor: Actor, status: str) -> ColumnElement[bool]:
    match status:
        case "open":
            return col(Ticket.status).not_in(ENDED)
        case "ended":
            return col(Ticket.status).in_(ENDED)
        case "mine":
            waiting = [pair for pair, role in WAITS_ON.items() if role is actor.role]
            supervisor = col(Ticket.escalated) if actor.role is Role.SUPERVISOR else false()
            return or_(supervisor, *(and_(col(Ticket.lane) == lane, col(Ticket.status) == of) for lane, of in waiting))
        case _ if status in list(Status):
            return col(Ticket.status) == Status(status)
        case _:
            return false()


def _says(actor: Actor, words: str) -> ColumnElement[bool]:
    """Words are searched in public matters only; a legal one is found by its number or by its own adviser."""
    readable = or_(col(Ticket.lane) == Lane.PUBLIC, col(Ticket.assignee) == actor.name)
    inside = or_(*(field.contains(words, autoescape=True) for field in (col(Ticket.text), col(Ticket.place))))
    return or_(col(Ticket.number) == words, and_(readable, inside))


def _cursor(ticket: Ticket) -> str:
    return urlsafe_b64encode(f"{ticket.priority}|{ticket.reported_at.isoformat()}|{ticket.id}".encode()).decode()


def _after(cursor: str) -> ColumnElement[bool]:
    try:
        priority, reported_at, number = urlsafe_b64decode(cursor.encode()).decode().split("|")
        level, at, last = int(priority), datetime.fromisoformat(reported_at), int(number)
    except ValueError:
        raise Missing(needs=["cursor"]) from None
    of, when, key = col(Ticket.priority), col(Ticket.reported_at), col(Ticket.id)
    return or_(of < level, and_(of == level, or_(when > at, and_(when == at, key > last))))


async def counts(session: AsyncSession, actor: Actor) -> dict[str, int]:
    """How many open tickets in each status this person may see, and how many of all wait on them (`mine`)."""
    query = select(Ticket.status, func.count()).where(visible_to(actor), col(Ticket.status).not_in(ENDED)).group_by(col(Ticket.status))
    found = {status.value: number for status, number in (await session.exec(query)).all()}
    mine = select(func.count()).select_from(Ticket).where(visible_to(actor), _status_is(actor, "mine"))
    return found | {"mine": (await session.exec(mine)).one()}


async def timeline(session: AsyncSession, office: Office, ticket: Ticket, actor: Actor) -> Timeline:
    """The seven steps and every event, with who, when, how long, and whether its promise was kept."""
    events = (await session.exec(select(Event).where(Event.ticket_id == ticket.id).order_by(col(Event.id)))).all()
    pauses = (await session.exec(select(Pause).where(Pause.ticket_id == ticket.id))).all()
    readable = may_read_words(actor, ticket)
    moments = [_moment(event, before, readable, actor) for before, event in pairwise([events[0], *events])]
    steps = _steps(office, ticket, events, promises.spans(pauses), actor)
    return Timeline(number=ticket.number, steps=steps, events=moments)


def _moment(event: Event, before: Event, readable: bool, actor: Actor) -> Moment:
    return Moment(
        step=STEP_REACHED.get(Status(event.after), 0),
        action=event.action,
        status=event.after,
        role=event.role.value,
        actor=_who(event, actor),
        note=event.note if readable else None,
        reason=event.reason if readable else None,
        facts=event.facts if readable else {},
        at=event.at,
        seconds=int((event.at - before.at).total_seconds()),
    )


def _who(event: Event, reader: Actor) -> str:
    """Residents are told roles, not names; staff are not told which resident it was."""
    if Role.RESIDENT in (event.role, reader.role):
        return event.role.value
    return event.actor


def _steps(office: Office, ticket: Ticket, events: Sequence[Event], pauses: promises.Spans, actor: Actor) -> list[StepOut]:
    """When each step was last reached. A step reopened later counts from the later time."""
    reached: dict[int, Event] = {}
    for event in events:
        step = STEP_REACHED.get(Status(event.after), 0)
        if event.before != event.after and step:
            reached = {known: at for known, at in reached.items() if known < step} | {step: event}
    found, before = [], ticket.reported_at
    for number, name in enumerate(STEPS, 1):
        event = reached.get(number)
        promised = promises.step_due(office, ticket, number, before, pauses)
        found.append(
            StepOut(
                step=number,
                name=name,
                reached_at=event.at if event else None,
                by=_who(event, actor) if event else "",
                seconds=int((event.at - before).total_seconds()) if event else None,
                promised_at=promised,
                kept=event.at <= promised if event and promised else None,
            )
        )
        before = event.at if event else before
    return found
