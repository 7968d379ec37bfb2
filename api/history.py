"""The seven steps and every event of a ticket: who, when, how long, and whether the promise was kept."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import anonymity, promises
from api.access import may_read_words
from api.actors import Actor
from api.lifecycle import RULES, STAFF_ROLES, STEP_REACHED, STEPS, Action, Role, Status
from api.mediation.stage import OF_MEDIATION
from api.models import Event, Ticket
from api.office import Office
from api.schemas import Moment, StepOut, Timeline

NAMES_OF_STAFF = ("from", "to", "proposed", "by", "elsewhere", "reviewer")


async def timeline(session: AsyncSession, office: Office, ticket: Ticket, actor: Actor) -> Timeline:
    query = select(Event).where(Event.ticket_id == ticket.id).order_by(col(Event.id))
    events = (await session.exec(query)).all()
    pauses = (await promises.spans_of(session, [ticket.id])).get(ticket.id, ())
    moments = [_moment(event, before, ticket, actor) for before, event in pairwise([events[0], *events])]
    shown = [moment for moment, event in zip(moments, events, strict=True) if _concerns(event, ticket, actor)]
    return Timeline(number=ticket.number, steps=_steps(office, ticket, events, pauses, actor), events=shown)


def _concerns(event: Event, ticket: Ticket, reader: Actor) -> bool:
    """Staff's remarks are for each other; that a legal matter is mediated, its two sides know and nobody else."""
    if event.action in OF_MEDIATION and event.role is not Role.CLOCK and not may_read_words(reader, ticket):
        return False
    return event.action != "note" or event.role is Role.RESIDENT or reader.role is not Role.RESIDENT


def _moment(event: Event, before: Event, ticket: Ticket, actor: Actor) -> Moment:
    meant = actor.role is not Role.RESIDENT or _meant_for_residents(event, ticket)
    readable = meant and _may_read(event, ticket, actor)
    return Moment(
        step=STEP_REACHED.get(Status(event.after), 0),
        action=event.action,
        status=event.after,
        role=event.role.value,
        actor=_who(event, actor),
        note=anonymity.read(event.note, ticket, actor) if readable else None,
        reason=anonymity.read(event.reason, ticket, actor) if readable else None,
        facts=_facts(event, ticket, actor) if readable else {},
        at=event.at,
        seconds=int((event.at - before.at).total_seconds()),
    )


def _may_read(event: Event, ticket: Ticket, reader: Actor) -> bool:
    """Of several residents each reads what they said and what staff answered; the report is its reporter's."""
    if reader.role is not Role.RESIDENT:
        return may_read_words(reader, ticket)
    if event.action == "report":
        return may_read_words(reader, ticket)
    return event.role is not Role.RESIDENT or event.actor == reader.name


def _meant_for_residents(event: Event, ticket: Ticket) -> bool:
    """Residents read what residents said and what they were told; why a handler returned a ticket is staff's."""
    if event.role in (Role.RESIDENT, Role.SYSTEM) or event.action not in list(Action):
        return True
    rule = RULES.get((ticket.lane, Status(event.before), Action(event.action)))
    return rule is not None and Role.RESIDENT in rule.tell


def _facts(event: Event, ticket: Ticket, reader: Actor) -> dict[str, Any]:
    """The answers to what the topic asks stand with the ticket, masked."""
    hidden = ("told", *(() if reader.role in STAFF_ROLES else NAMES_OF_STAFF))
    hidden += anonymity.WHERE if anonymity.hides(ticket, reader) else ()
    return {name: fact for name, fact in event.facts.items() if name not in hidden}


def _who(event: Event, reader: Actor) -> str:
    """Residents are told roles, not names; staff are not told which resident it was."""
    if Role.RESIDENT in (event.role, reader.role):
        return event.role.value
    return event.actor


def _steps(
    office: Office, ticket: Ticket, events: Sequence[Event], pauses: promises.Spans, actor: Actor
) -> list[StepOut]:
    reached = _reached(events)
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


def _reached(events: Sequence[Event]) -> dict[int, Event]:
    """When each step was last reached. A step reopened later counts from the later time."""
    reached: dict[int, Event] = {}
    for event in events:
        step = STEP_REACHED.get(Status(event.after), 0)
        if event.before != event.after and step:
            reached = {known: at for known, at in reached.items() if known < step} | {step: event}
    return reached
