"""Which legal adviser a matter goes to: the nearest without a part in it; of equals who knows the topic and is in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import conflicts, organisation, rota, routing
from api.actors import Actor
from api.errors import Malformed, TooMany
from api.lifecycle import ENDED, Action, Lane, Role
from api.models import AdviserClient, AdviserTopic, Area, Event, Mediation, Shift, Staff, Ticket
from api.office import Office

MOST_CLIENTS = 500
LONGEST_NAME = 100
LEFT = (Action.PASS_ON.value, Action.ANOTHER.value)  # how a matter leaves an adviser for another


@dataclass(frozen=True, slots=True)
class Near:
    """Codes of a matter's community and street, "" where unknown; `streets`: by code of community, its street's."""

    community: str
    street: str
    streets: dict[str, str]

    def distance(self, scope: str) -> int:
        """The community's own adviser, then the street's, then the district's, then those of others."""
        return ({self.street: 1, self.community: 0} | {"": 2}).get(scope, 3)

    def is_elsewhere(self, scope: str) -> bool:
        """Contracted by no body of the matter's street. Where the street is not known nobody's of a street is."""
        return not scope or (bool(self.street) and self.street not in (scope, self.streets.get(scope, scope)))


async def choose(session: AsyncSession, office: Office, ticket: Ticket, already: Collection[str] = ()) -> str | None:
    """None: nobody is left who may read it. `already`: who had it."""
    return next(iter(await ranked(session, office, ticket, already)), None)


async def ranked(session: AsyncSession, office: Office, ticket: Ticket, already: Collection[str] = ()) -> list[str]:
    """Who may read it, the fittest first."""
    near, written = await _near(session, ticket), await _written(session, ticket)
    own = conflicts.against_own_bodies(written)
    acting = await _acting_for(session)
    free = [
        one
        for one in await everybody(session)
        if one.name not in already
        and not (own and not near.is_elsewhere(one.scope))
        and not conflicts.concern(acting.get(one.name, ()), written)
    ]
    topics, away, busy = await _topics(session), await _away(session, office, office.clock()), await _open(session)
    best = sorted(
        free,
        key=lambda one: (
            (not one.scope) if own else near.distance(one.scope),  # of another street's pool before the district's
            bool(topics.get(one.name)) and ticket.label not in topics[one.name],
            one.name in away,
            busy.get(one.name, 0),
            one.name,
        ),
    )
    return [one.name for one in best]


async def has_part(session: AsyncSession, ticket: Ticket, name: str) -> bool:
    """利害关系: this adviser must not read it."""
    written, near = await _written(session, ticket), await _near(session, ticket)
    scope = (await session.exec(select(Staff.scope).where(Staff.name == name))).one()
    own = conflicts.against_own_bodies(written) and not near.is_elsewhere(scope)
    return own or conflicts.concern((await _acting_for(session)).get(name, ()), written)


async def everybody(session: AsyncSession) -> Sequence[Staff]:
    return (await session.exec(select(Staff).where(Staff.role == Role.ADVISER, Staff.active))).all()


async def had_it(session: AsyncSession, ids: Collection[int]) -> dict[int, set[str]]:
    """Which advisers each of these matters lay with before."""
    query = select(Event).where(col(Event.ticket_id).in_(ids), col(Event.action).in_(LEFT))
    found: dict[int, set[str]] = {}
    for event in (await session.exec(query)).all():
        found.setdefault(event.ticket_id, set()).add(str(event.facts.get("from")))
    return found


async def wished(session: AsyncSession, ids: Collection[int]) -> dict[int, int]:
    """How often the resident of each of these matters asked for another."""
    query = select(Event.ticket_id, func.count()).where(col(Event.ticket_id).in_(ids), Event.action == Action.ANOTHER)
    return {key: many for key, many in (await session.exec(query.group_by(col(Event.ticket_id)))).all()}


async def clients(session: AsyncSession, actor: Actor) -> Sequence[AdviserClient]:
    query = select(AdviserClient).where(AdviserClient.staff == actor.name)
    return (await session.exec(query.order_by(col(AdviserClient.id)))).all()


async def add_client(session: AsyncSession, actor: Actor, name: str) -> None:
    """Known already, it changes nothing. Raises Malformed, TooMany."""
    if not len(conflicts.key_of(name)) >= conflicts.SHORTEST or len(name) > LONGEST_NAME:
        raise Malformed(at="name")
    known = await clients(session, actor)
    if any(one.name == name for one in known):
        return
    if len(known) >= MOST_CLIENTS:
        raise TooMany(reason="clients", most=MOST_CLIENTS)
    session.add(AdviserClient(staff=actor.name, name=name))
    await session.flush()


async def remove_client(session: AsyncSession, actor: Actor, id: int) -> None:
    """Nobody else's."""
    theirs = (col(AdviserClient.id) == id, col(AdviserClient.staff) == actor.name)
    await session.exec(delete(AdviserClient).where(*theirs))


async def topics(session: AsyncSession, actor: Actor) -> set[str]:
    return (await _topics(session)).get(actor.name, set())


async def know(session: AsyncSession, actor: Actor, labels: Collection[str]) -> None:
    await session.exec(delete(AdviserTopic).where(col(AdviserTopic.staff) == actor.name))
    session.add_all([AdviserTopic(staff=actor.name, label=label) for label in sorted(set(labels))])


async def in_hand_with_part(session: AsyncSession, actor: Actor) -> list[str]:
    """Numbers of what they have open and must pass on, now that they named for whom they act."""
    query = select(Ticket).where(
        Ticket.lane == Lane.LEGAL, Ticket.assignee == actor.name, col(Ticket.ended_at).is_(None)
    )
    found = (await session.exec(query.order_by(col(Ticket.id)))).all()
    return [ticket.number for ticket in found if await has_part(session, ticket, actor.name)]


async def _written(session: AsyncSession, ticket: Ticket) -> str:
    """What the resident told so far, and whom a mediation is to be with; the words of a place name no side."""
    query = select(Event).where(Event.ticket_id == ticket.id, Event.role == Role.RESIDENT).order_by(col(Event.seq))
    notes = [event.note for event in (await session.exec(query)).all()]
    parties = (await session.exec(select(Mediation.party).where(Mediation.ticket_id == ticket.id))).all()
    return "\n".join([ticket.text, *(fact["answer"] for fact in ticket.facts), *filter(None, notes), *parties])


async def _near(session: AsyncSession, ticket: Ticket) -> Near:
    areas = (await session.exec(select(Area).where(col(Area.level).in_(("street", "community"))))).all()
    community, street = await routing.codes(session, ticket)
    return Near(community, street, {area.code: area.parent for area in areas if area.level == "community"})


async def _acting_for(session: AsyncSession) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for client in (await session.exec(select(AdviserClient))).all():
        found.setdefault(client.staff, []).append(client.name)
    return found


async def _topics(session: AsyncSession) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for topic in (await session.exec(select(AdviserTopic))).all():
        found.setdefault(topic.staff, set()).add(topic.label)
    return found


async def _away(session: AsyncSession, office: Office, now: datetime) -> set[str]:
    """Who has duty, and not now. Who has none is there whenever anybody is."""
    there: dict[str, bool] = {}
    for shift in (await session.exec(select(Shift))).all():
        on_duty = rota.holds(organisation.times_of(shift.times), now, office.calendar)
        there[shift.staff] = there.get(shift.staff, False) or on_duty
    return {name for name, is_there in there.items() if not is_there}


async def _open(session: AsyncSession) -> dict[str, int]:
    query = (
        select(Ticket.assignee, func.count())
        .where(Ticket.lane == Lane.LEGAL, col(Ticket.status).not_in(ENDED), col(Ticket.assignee).is_not(None))
        .group_by(col(Ticket.assignee))
    )
    return {str(name): count for name, count in (await session.exec(query)).all()}
