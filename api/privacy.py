"""Who somebody is, apart from what they reported: numbers are masked for staff, and every look at them is on record."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import anonymity, record, tickets
from api.access import may_read_words, only_reviews
from api.actors import Actor
from api.errors import Forbidden
from api.lifecycle import Role
from api.models import Event, Ticket
from api.office import Office
from api.reading import read_by

LOOK = "look"
MAY_LOOK = (Role.TRIAGE, Role.HANDLER, Role.VERIFIER, Role.ADVISER, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Identity:
    """What the resident wrote, unmasked: the report, and what they added."""

    text: str
    said: Sequence[str]
    channel: str


def hides_something(ticket: Ticket, reader: Actor) -> bool:
    """There is something masked in the report, and this person may look at it."""
    may = _may_look(ticket, reader)
    words = "\n".join([ticket.text, *_answers(ticket)])
    return may and not anonymity.hides(ticket, reader) and read_by(words, reader) != words


def _may_look(ticket: Ticket, reader: Actor) -> bool:
    return reader.role in MAY_LOOK and may_read_words(reader, ticket) and not only_reviews(reader, ticket)


async def look(session: AsyncSession, office: Office, number: str, actor: Actor, reason: str) -> Identity:
    """Raises NotFound (not theirs to know of) or Forbidden (not theirs to read). The look is an event, with who and
    why: the resident sees it, too."""
    ticket = await tickets.seen(session, number, actor, for_update=True)
    if not _may_look(ticket, actor):
        raise Forbidden(role=actor.role)
    if anonymity.hides(ticket, actor):
        raise Forbidden(role=actor.role, reason="anonymous")
    said = [*_answers(ticket), *await _said(session, ticket)]
    await record.remark(session, office, ticket, actor, LOOK, reason=reason)
    return Identity(ticket.text, said, ticket.channel)


def _answers(ticket: Ticket) -> list[str]:
    return [told["answer"] for told in ticket.facts]


async def _said(session: AsyncSession, ticket: Ticket) -> list[str]:
    query = select(Event).where(Event.ticket_id == ticket.id, Event.role == Role.RESIDENT, Event.action != "report")
    events = (await session.exec(query.order_by(col(Event.seq)))).all()
    return [words for event in events for words in (event.note, event.reason) if words]
