"""Open tickets that may be the same matter as another one, with why; and what was merged into it already."""

from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import duplicates, record, tickets
from api.access import open_actions, visible_to
from api.actors import Actor
from api.errors import NotAllowed, Stale
from api.lifecycle import ENDED, Action, Lane, Status
from api.models import Event, Ticket
from api.office import Office
from api.sameness import Likeness, distance, likeness
from api.schemas import Act

SHOWS = 5
PERHAPS = 0.5  # from here on a clerk may want to look; below, every lamp of a street would be alike


@dataclass(frozen=True, slots=True)
class Alike:
    """`metres`: between the two points, where both are known. `seen`: the last thing that happened to it."""

    ticket: Ticket
    likeness: Likeness
    metres: int | None
    may_merge: bool
    is_older: bool
    seen: int


@dataclass(frozen=True, slots=True)
class Merged:
    ticket: Ticket
    may_unmerge: bool
    seen: int


async def near(session: AsyncSession, office: Office, ticket: Ticket, actor: Actor) -> list[Alike]:
    """The likeliest first; none of a legal matter, and none of what has ended."""
    if ticket.lane is Lane.LEGAL or ticket.status in ENDED:
        return []
    mine, found = duplicates.spot(office, ticket), []
    for other in await duplicates.near(session, office, ticket, visible_to(actor)):
        like = likeness(mine, duplicates.spot(office, other))
        if like.score >= PERHAPS:
            found.append((like, other))
    found.sort(key=lambda pair: (-pair[0].score, pair[1].id))
    return [await _alike(session, office, ticket, other, like, actor) for like, other in found[:SHOWS]]


async def _alike(
    session: AsyncSession, office: Office, ticket: Ticket, other: Ticket, like: Likeness, actor: Actor
) -> Alike:
    younger, _ = by_age(ticket, other)
    known = None not in (ticket.lat, ticket.lon, other.lat, other.lon)
    return Alike(
        ticket=other,
        likeness=like,
        metres=round(distance(duplicates.spot(office, ticket), duplicates.spot(office, other))) if known else None,
        may_merge=Action.MERGE in open_actions(actor, younger),
        is_older=younger is ticket,
        seen=(await record.last_change(session, other)).id,
    )


def by_age(one: Ticket, other: Ticket) -> tuple[Ticket, Ticket]:
    """(the younger, the older): who reported first is not the one to be merged."""
    older, younger = sorted((one, other), key=lambda ticket: (ticket.reported_at, ticket.id))
    return younger, older


async def merged_into(session: AsyncSession, ticket: Ticket, actor: Actor) -> list[Merged]:
    """What was merged into it and is so still, in the order in which it came."""
    query = (
        select(Event.facts).where(Event.ticket_id == ticket.id, Event.action == "followers").order_by(col(Event.seq))
    )
    came = [facts["merged"] for facts in (await session.exec(query)).all() if "merged" in facts]
    ones = select(Ticket).where(col(Ticket.number).in_(came), Ticket.status == Status.MERGED, visible_to(actor))
    there = {one.number: one for one in (await session.exec(ones)).all()}
    found = []
    for one in [there[number] for number in dict.fromkeys(came) if number in there]:
        last = await record.last_change(session, one)
        if last.facts.get("into") == ticket.number:
            found.append(Merged(one, Action.UNMERGE in open_actions(actor, one), last.id))
    return found


async def merge(
    session: AsyncSession, office: Office, actor: Actor, number: str, seen: str, other: str, other_seen: str
) -> None:
    """The younger into the older. `seen`: what its reader knew of each; who comes second is told."""
    await tickets.lock(session, number, other)
    one, two = await _both(session, actor, number, seen, other, other_seen)
    younger, older = by_age(one, two)
    await tickets.act(session, office, younger.number, Action.MERGE, actor, Act(into=older.number))


async def unmerge(
    session: AsyncSession, office: Office, actor: Actor, number: str, other: str, other_seen: str
) -> None:
    await tickets.lock(session, number, other)
    ticket = await tickets.seen(session, number, actor)
    there = {one.ticket.number: one for one in await merged_into(session, ticket, actor)}
    if other not in there or str(there[other].seen) != other_seen:
        raise NotAllowed(action=Action.UNMERGE, reason="other_changed")
    await tickets.act(session, office, other, Action.UNMERGE, actor, Act())


async def _both(
    session: AsyncSession, actor: Actor, number: str, seen: str, other: str, other_seen: str
) -> tuple[Ticket, Ticket]:
    one, two = await tickets.seen(session, number, actor), await tickets.seen(session, other, actor)
    if str((await record.last_change(session, one)).id) != seen:
        raise Stale(number=number)
    if str((await record.last_change(session, two)).id) != other_seen:
        raise NotAllowed(action=Action.MERGE, reason="other_changed")
    return one, two
