"""What is kept of mediations: given out to the resident, and emptied of words."""

from typing import Any

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.mediation.stage import of
from api.models import Mediation, Ticket

WORDS = ("party", "reach", "why", "name", "party_how", "meets_where", "agreement")


async def told(session: AsyncSession, ticket: Ticket) -> list[dict[str, Any]]:
    """To the resident: not how the other side is reached, and what they said to the adviser."""
    return [
        {
            "kind": one.kind,
            "party": one.party,
            "why": one.why,
            "name": one.name,
            "proposed_at": one.proposed_at.isoformat(),
            "consented_at": one.resident_at.isoformat() if one.resident_at else None,
            "sessions": one.sessions,
            "where": one.meets_where,
            "outcome": one.outcome,
            "ended_on": one.ended_on.isoformat() if one.ended_on else None,
            "agreement": one.agreement,
        }
        for one in await of(session, [ticket.id])
    ]


async def forget(session: AsyncSession, ticket: Ticket) -> None:
    """What stays is whose it was, when, and how it ended: the ledger counts it."""
    empty = dict.fromkeys(WORDS, "")
    await session.exec(update(Mediation).where(col(Mediation.ticket_id) == ticket.id).values(**empty))
