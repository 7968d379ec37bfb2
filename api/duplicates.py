"""Is this already reported nearby? Same label, same street, still open, and nearly the same words for the place."""

from rapidfuzz import fuzz
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.lifecycle import Lane, Status
from api.models import Ticket

SAME_PLACE = 85.0  # rapidfuzz ratio, 0-100
WORKED_ON = (Status.REPORTED, Status.FILED, Status.DISPATCHED, Status.IN_PROGRESS, Status.REPORTED_BACK)
LOOKED_AT = 50


async def open_twin(session: AsyncSession, ticket: Ticket) -> Ticket | None:
    """An open ticket, other than this one, that seems to be the same matter; None without a place to compare."""
    if not ticket.place or ticket.lane is Lane.LEGAL:
        return None
    query = (
        select(Ticket)
        .where(Ticket.label == ticket.label, Ticket.street == ticket.street, col(Ticket.status).in_(WORKED_ON))
        .where(Ticket.id != ticket.id)
        .order_by(col(Ticket.reported_at).desc())
        .limit(LOOKED_AT)
    )
    for other in (await session.exec(query)).all():
        if other.place and fuzz.ratio(other.place, ticket.place) >= SAME_PLACE:
            return other
    return None
