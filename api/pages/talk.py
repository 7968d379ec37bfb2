"""What was said between a ticket's residents and those who deal with it, as one thread, the oldest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import anonymity, residents
from api.access import may_read_words
from api.actors import Actor
from api.deliveries import standing_of
from api.lifecycle import RULES, Action, Role, Status
from api.models import Event, Notice, Ticket
from api.notices import DESK, NOT_CARRIED
from api.pages.names import Names
from api.pages.story import did
from api.pages.words import REPORT, STANDINGS, WHOM

NOBODY_TO_TELL = "没有能通知到的居民"


@dataclass(frozen=True, slots=True)
class Line:
    """`ours`: to the residents. `arrived`: of ours, what became of it; `is_read`: word for word what they read."""

    who: str
    words: str
    at: datetime
    ours: bool
    arrived: str = ""
    is_read: bool = False


async def thread(session: AsyncSession, ticket: Ticket, reader: Actor, called: Names, now: datetime) -> list[Line]:
    if not may_read_words(reader, ticket):
        return []
    events = (await session.exec(select(Event).where(Event.ticket_id == ticket.id).order_by(col(Event.seq)))).all()
    told = await _told(session, ticket)
    neighbours = await residents.neighbours(session, ticket)
    lines = [
        _ours(event, ticket, told.get(event.id, []), reader, called, now)
        if _is_told(event, ticket)
        else _theirs(event, ticket, neighbours, reader)
        for event in events
    ]
    return [line for line in lines if line and line.words]


async def _told(session: AsyncSession, ticket: Ticket) -> dict[int, list[Notice]]:
    """By event; the reporter's first."""
    query = select(Notice).where(Notice.ticket_id == ticket.id, col(Notice.staff_id).is_(None))
    query = query.where(col(Notice.channel).not_in([DESK, *NOT_CARRIED])).order_by(col(Notice.id))
    found: dict[int, list[Notice]] = {}
    for notice in sorted((await session.exec(query)).all(), key=lambda one: one.address != ticket.reporter_id):
        if notice.event_id is not None:
            found.setdefault(notice.event_id, []).append(notice)
    return found


def _is_told(event: Event, ticket: Ticket) -> bool:
    if event.role is Role.RESIDENT or event.action not in list(Action):
        return False
    rule = RULES.get((ticket.lane, Status(event.before), Action(event.action)))
    return rule is not None and Role.RESIDENT in rule.tell


def _ours(event: Event, ticket: Ticket, notices: Sequence[Notice], reader: Actor, called: Names, now: datetime) -> Line:
    """Of several residents, what became of it with the first; of one told twice, with the second notice."""
    latest = next((one for one in reversed(notices) if one.address == notices[0].address), None)
    said = next((notice.said for notice in notices if notice.said), "")
    words = "：".join(filter(None, (did(event.action, ticket.lane), event.note or event.reason)))
    return Line(
        who=called.get(event.actor, event.actor),
        words=anonymity.read(said or words, ticket, reader),
        at=event.at,
        ours=True,
        arrived=STANDINGS[standing_of(latest, now)] if latest else NOBODY_TO_TELL,
        is_read=bool(said),
    )


def _theirs(event: Event, ticket: Ticket, neighbours: Mapping[str, int], reader: Actor) -> Line | None:
    if event.action == REPORT:
        return Line(WHOM["reporter"], anonymity.read(ticket.text, ticket, reader), event.at, ours=False)
    if event.role is not Role.RESIDENT:
        return None
    words = event.note or event.reason or (f"{event.facts['score']} 分" if "score" in event.facts else "")
    return Line(_who(event, ticket, neighbours), anonymity.read(words, ticket, reader), event.at, ours=False)


def _who(event: Event, ticket: Ticket, neighbours: Mapping[str, int]) -> str:
    if event.actor == ticket.reporter_id:
        return WHOM["reporter"]
    nth = neighbours.get(event.actor)
    return f"{WHOM['neighbour']} {nth}" if nth else WHOM["neighbour"]
