"""What a source is told of a ticket's progress: recorded with the transition, so that no present state decides later
what an earlier event meant. Never who reported, nor a resident's words."""

from collections.abc import Sequence
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from api.intake.sources import SOURCES
from api.lifecycle import STEPS, Action, Lane
from api.models import Event, Intake, Notice, Resident, Ticket
from api.office import Office
from nlp.text import masked

KIND = "progress"
FOR_THE_PUBLIC = {
    Action.REPORT_BACK.value: "note",
    Action.DECLINE.value: "reason",
}  # what staff write to be read by all
MOST = 1000  # letters of it


async def record(
    session: AsyncSession, office: Office, ticket: Ticket, event: Event, followers: Sequence[Resident]
) -> None:
    """One callback a source that follows the ticket (by its own report, or by one that was merged into it)."""
    if event.before == event.after:
        return
    for source, their_id in ((one.channel, one.address) for one in followers):
        if source in SOURCES and source in office.callbacks and await _listens(session, source, their_id):
            session.add(
                Notice(
                    ticket_id=ticket.id,
                    event_id=event.id,
                    kind=KIND,
                    channel=source,
                    address=their_id,
                    urgent=ticket.urgent,
                    facts=told(source, their_id, ticket, event),
                    created_at=event.at,
                    not_before_at=event.at,
                )
            )


async def _listens(session: AsyncSession, source: str, their_id: str) -> bool:
    intake = await session.get(Intake, (source, their_id))
    return intake is not None and intake.stopped_at is None


def told(source: str, their_id: str, ticket: Ticket, event: Event) -> dict[str, Any]:
    """The body of the callback. Of a legal matter: number, status and time."""
    facts = {
        "source": source,
        "id": their_id,
        "number": ticket.number,
        "status": event.after,
        "at": event.at.isoformat(),
    }
    if ticket.lane is Lane.LEGAL:
        return facts
    words = getattr(event, FOR_THE_PUBLIC.get(event.action, ""), "")
    return facts | {"step": ticket.step, "step_name": STEPS[ticket.step - 1], "note": masked(words)[:MOST]}
