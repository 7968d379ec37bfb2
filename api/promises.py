"""When a ticket's present promise runs out, and when time alone will move it: `deadlines` applied to a ticket."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import deadlines
from api.deadlines import Limit, Unit
from api.lifecycle import WARNINGS, Action, Lane, Status
from api.models import Pause, Ticket
from api.office import Office, limit_of

RATING_WITHIN = Limit(7, Unit.DAY)  # house plan: unrated after seven days is closed as unrated
REPLY_WITHIN = Limit(3, Unit.WORKING_DAY)
REOPEN_WITHIN = Limit(7, Unit.DAY)

# Of the promised time: how much has gone when each of `lifecycle.WARNINGS` is due. Ours, assumed.
SHARES = {Action.SOON: 0.8, Action.LATE: 1.0, Action.BADLY_LATE: 1.5}

Spans = Sequence[tuple[datetime, datetime | None]]


async def spans_of(session: AsyncSession, ids: Collection[int]) -> dict[int, list[tuple[datetime, datetime | None]]]:
    """The pauses of many tickets, by ticket id."""
    found: dict[int, list[tuple[datetime, datetime | None]]] = {}
    for pause in (await session.exec(select(Pause).where(col(Pause.ticket_id).in_(ids)))).all():
        found.setdefault(pause.ticket_id, []).append((pause.opened_at, pause.closed_at))
    return found


def too_late_to_reopen(office: Office, ticket: Ticket, now: datetime) -> bool:
    last = (
        deadlines.due(ticket.ended_at, REOPEN_WITHIN, office.calendar_at(ticket.ended_at)) if ticket.ended_at else None
    )
    return last is not None and now > last


def handled_by(office: Office, ticket: Ticket, pauses: Spans = (), share: float = 1.0) -> datetime | None:
    """The promise given to the resident: counted from the report, never restarted, extended only by a grant."""
    promised = office.limits(ticket.label, ticket.urgent).handling
    limit = Limit(promised.value * (1 + ticket.extensions), Unit(promised.unit))
    start = ticket.status_at if ticket.lane is Lane.LEGAL and ticket.follow_ups else ticket.reported_at
    return deadlines.due(start, limit, office.calendar_at(start), pauses, share)


def due_at(office: Office, ticket: Ticket, pauses: Spans = (), share: float = 1.0) -> datetime | None:
    """The present promise: handling until it is reported back, then verification; none while nothing is promised."""
    match ticket.status:
        case Status.REPORTED | Status.FILED | Status.DISPATCHED | Status.IN_PROGRESS:
            return handled_by(office, ticket, pauses, share)
        case Status.REPORTED_BACK if ticket.lane is Lane.PUBLIC:
            limit = office.limits(ticket.label, ticket.urgent).verification
            return deadlines.due(ticket.status_at, limit_of(limit), office.calendar_at(ticket.status_at), share=share)
        case _:
            return None


def warned(ticket: Ticket) -> int:
    """How many of the three warnings the present promise has had."""
    return ticket.check_warned if ticket.status is Status.REPORTED_BACK else ticket.warned


def warns_at(office: Office, ticket: Ticket, pauses: Spans = ()) -> datetime | None:
    """When the next warning is due; None when the promise has had all three, or nothing is promised."""
    had = warned(ticket)
    return due_at(office, ticket, pauses, SHARES[WARNINGS[had]]) if had < len(WARNINGS) else None


def lateness(ticket: Ticket) -> int:
    """How late, by the warnings it has had: 0 while there is time, or nothing is promised."""
    return max(warned(ticket) - 1, 0) if ticket.due_at else 0


def next_warning(ticket: Ticket, now: datetime) -> Action:
    """That it would soon be late need not be said of what is late."""
    is_late = ticket.due_at is not None and ticket.due_at <= now
    return WARNINGS[max(warned(ticket), 1) if is_late else warned(ticket)]


def wakes_at(office: Office, ticket: Ticket) -> datetime | None:
    """When `sweep` must act on this status: unrated work is closed, a legal matter passes on that nobody takes, or in
    which what was asked further stayed unanswered until it was badly late."""
    match ticket.lane, ticket.status:
        case (Lane.PUBLIC, Status.VERIFIED) | (Lane.LEGAL, Status.REPORTED_BACK):
            return deadlines.due(ticket.status_at, RATING_WITHIN, office.calendar_at(ticket.status_at))
        case (Lane.LEGAL, Status.IN_PROGRESS) if ticket.follow_ups and ticket.warned == len(WARNINGS):
            return ticket.due_at
        case (Lane.LEGAL, Status.DISPATCHED):
            claim = office.limits(ticket.label, ticket.urgent).dispatch
            return deadlines.due(ticket.status_at, limit_of(claim), office.calendar_at(ticket.status_at))
        case _:
            return None


def step_due(office: Office, ticket: Ticket, step: int, before: datetime, pauses: Spans) -> datetime | None:
    """The moment by which `step` (1-7) was to be reached when the step before it was reached at `before`."""
    limits = office.limits(ticket.label, ticket.urgent)
    calendar = office.calendar_at(ticket.reported_at if step == 2 else before)
    match step:
        case 2:
            return deadlines.due(ticket.reported_at, limit_of(limits.filing), calendar, pauses)
        case 3:
            return deadlines.due(before, limit_of(limits.dispatch), calendar, pauses)
        case 5:
            return handled_by(office, ticket, pauses)
        case 6 if ticket.lane is Lane.PUBLIC:
            return deadlines.due(before, limit_of(limits.verification), calendar)
        case _:
            return None
