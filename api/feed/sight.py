"""Who may know of a ticket, decided in memory: what `access.visible_to` says in SQL (a test compares the two). Pure."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from api.actors import SEES_LEGAL_TOPICS, Actor
from api.lifecycle import Lane, Role

BY_PLACE = (Role.TRIAGE, Role.SUPERVISOR, Role.VERIFIER, Role.ADMIN)


class Seen(Protocol):
    lane: Lane
    street: str
    community: str
    assignee: str | None


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a ticket decides who sees it. `units` work with the assignee; of a legal matter, advisers who review."""

    lane: Lane
    street: str
    community: str
    assignee: str | None
    units: frozenset[str] = field(default_factory=frozenset)


def of(ticket: Seen) -> Sight:
    return Sight(ticket.lane, ticket.street, ticket.community, ticket.assignee)


def stored(sight: Sight) -> dict[str, Any]:
    return {"lane": sight.lane.value, "street": sight.street, "community": sight.community, "assignee": sight.assignee}


def read(row: dict[str, Any], units: frozenset[str]) -> Sight:
    return Sight(Lane(row["lane"]), row["street"], row["community"], row["assignee"], units)


def sees(actor: Actor, sight: Sight) -> bool:
    match actor.role:
        case Role.ADVISER:
            return sight.lane is Lane.LEGAL and actor.name in (sight.assignee, *sight.units)
        case Role.HANDLER:
            theirs = sight.assignee in actor.desks or not sight.units.isdisjoint(actor.desks)
            return sight.lane is Lane.PUBLIC and theirs
        case role if role in BY_PLACE:
            return (sight.lane is Lane.PUBLIC or role in SEES_LEGAL_TOPICS) and _in_scope(actor, sight)
        case _:
            return False


def _in_scope(actor: Actor, sight: Sight) -> bool:
    if not actor.streets and not actor.communities:
        return True
    near = sight.street in actor.beside and sight.community in (*actor.communities, "")
    return sight.street in (*actor.streets, "") or near


def audience(actor: Actor) -> Actor:
    """One for all who see the same: by their place alone, or by name."""
    if actor.role in BY_PLACE:
        return Actor(actor.role, "", streets=actor.streets, communities=actor.communities, beside=actor.beside)
    return actor
