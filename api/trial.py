"""What other rules would do: the newest public tickets by the rules of now, and by those that are thought of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, true
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import routing, rules
from api.deadlines import Calendar
from api.lifecycle import Lane
from api.models import Ticket
from api.rules import Organisation, Route
from nlp.catalogue import Catalogue

LAST = 50


@dataclass(frozen=True, slots=True)
class Trial:
    """Where a ticket goes now, and where it would go."""

    number: str
    label: str
    place: str
    was: Route
    would: Route

    @property
    def differs(self) -> bool:
        """To somebody else, with others beside, or another rule finds nobody. By which rule it goes is none."""
        return _felt(self.was) != _felt(self.would)


def _felt(route: Route) -> tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]]:
    return route.to, route.joint, route.unusable


async def newest(session: AsyncSession, last: int = LAST, seen: ColumnElement[bool] | None = None) -> Sequence[Ticket]:
    """`seen`: those that a reader may know of; None: all."""
    whose = true() if seen is None else seen
    query = select(Ticket).where(Ticket.lane == Lane.PUBLIC, whose).order_by(col(Ticket.id).desc()).limit(last)
    return (await session.exec(query)).all()


async def run(
    session: AsyncSession,
    catalogue: Catalogue,
    calendar: Calendar,
    tickets: Sequence[Ticket],
    before: Organisation,
    after: Organisation,
) -> list[Trial]:
    """As if each were dispatched at the moment it was reported. In the order of `tickets`."""
    found = []
    for ticket in tickets:
        matter = replace(await routing.matter(session, catalogue, ticket), at=ticket.reported_at)
        was, would = (rules.route(there, matter, calendar) for there in (before, after))
        found.append(Trial(ticket.number, ticket.label, ticket.place, was, would))
    return found
