"""Who looks at what, as the stream tells it: the whole of it is read, and what differs from before is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import presence
from api.actors import Actor
from api.feed import rows, sight, telling
from api.feed.sight import Sight
from api.models import Presence, Ticket
from api.presence import Looker


@dataclass(frozen=True, slots=True)
class Present:
    number: str
    sight: Sight
    who: tuple[Looker, ...]


Presents = Mapping[int, Present]


async def read(session: AsyncSession, now: datetime) -> Presents:
    """Few: as many as staff have pages open. Not in the feed: it is never missed, only late."""
    query = select(Presence.ticket_id).where(col(Presence.seen_at) > now - presence.SEEN_FOR).distinct()
    ids = set((await session.exec(query)).all())
    if not ids:
        return {}
    tickets = (await session.exec(select(Ticket).where(col(Ticket.id).in_(ids)))).all()
    lookers = await presence.on(session, [one.number for one in tickets], now)
    beside = await rows.beside_of(session, ids)
    found = {}
    for ticket in tickets:
        units = frozenset(one.unit for one in beside if one.ticket_id == ticket.id and not one.left)
        seen = Sight(ticket.lane, ticket.street, ticket.community, ticket.assignee, units)
        found[ticket.id] = Present(ticket.number, seen, tuple(lookers.get(ticket.number, ())))
    return found


def changed(before: Presents, now: Presents) -> list[Present]:
    """Where somebody came, began or stopped to write, or left."""
    left = [Present(one.number, one.sight, ()) for key, one in before.items() if key not in now]
    return left + [one for key, one in now.items() if key not in before or before[key].who != one.who]


def as_events(actor: Actor, presents: list[Present]) -> bytes:
    """Without an id: they move no place, and who resumes is told what is then."""
    seen = (one for one in presents if sight.sees(actor, one.sight))
    return b"".join(telling.event("presence", None, _told(one)) for one in seen)


def _told(one: Present) -> dict[str, object]:
    return {"number": one.number, "who": [{"staff": looker.staff, "writes": looker.writes} for looker in one.who]}
