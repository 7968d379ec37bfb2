"""Mediations as the ledger counts them: by themselves, once they began, in the quarter in which they did.

What an adviser enters by hand is taken for the same where it is theirs, of that community (or of none), and of a day on
which it began, met or ended, unless they say that it was another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import in_scope
from api.actors import Actor
from api.figures.period import Period, today
from api.lifecycle import Role
from api.mediation.stage import ENDINGS, Outcome
from api.models import AdviserService, Mediation, Ticket


@dataclass(frozen=True, slots=True)
class Begun:
    """`community`: its name, as the ticket has it. `outcome`: None while it lasts, or where its matter just ended."""

    staff: str
    community: str
    began_on: date
    days: frozenset[date]
    outcome: Outcome | None


async def begun(session: AsyncSession, actor: Actor, of: Period) -> list[Begun]:
    """Those that lasted at some time of the period: an adviser's own; of everybody in their scope for who answers."""
    theirs = Mediation.staff == actor.name if actor.role is Role.ADVISER else in_scope(actor)
    query = (
        select(Mediation, Ticket.community)
        .join(Ticket, col(Ticket.id) == col(Mediation.ticket_id))
        .where(col(Mediation.began_on) <= of.last, theirs)
        .where(or_(col(Mediation.ended_on).is_(None), col(Mediation.ended_on) >= of.first))
    )
    return [_counted(one, community) for one, community in (await session.exec(query)).all()]


def _counted(one: Mediation, community: str) -> Begun:
    assert one.began_on is not None
    met = (today(datetime.fromisoformat(session)) for session in one.sessions)
    days = frozenset({one.began_on, *met, *([one.ended_on] if one.ended_on else [])})
    return Begun(one.staff, community, one.began_on, days, Outcome(one.outcome) if one.outcome in ENDINGS else None)


def is_counted(known: Sequence[Begun], codes: dict[str, str], service: AdviserService) -> bool:
    """`codes`: of communities, by name."""
    return not service.another and any(
        one.staff == service.staff
        and service.held_on in one.days
        and service.community in ("", codes.get(one.community, ""))
        for one in known
    )
