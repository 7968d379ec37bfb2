"""A report that was told beside a legal question: whose it is, and how far it is now. Its number lies among the sealed
facts of the legal matter; nothing on the report leads back."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import record
from api.lifecycle import Lane, Status
from api.models import Follower, Ticket
from api.told_schemas import Told

MERGES = 9  # followed at most: no chain of them is as long


async def as_kept(session: AsyncSession, told: Iterable[Told], resident: str | None) -> list[dict[str, Any]]:
    """Without the number of a report that this resident neither made nor follows: of a stranger's nobody learns."""
    facts = [one.model_dump() for one in told]
    wanted = {fact["number"] for fact in facts if "number" in fact}
    theirs = await _theirs(session, wanted, resident) if wanted else set()
    return [{name: said for name, said in fact.items() if name != "number" or said in theirs} for fact in facts]


async def _theirs(session: AsyncSession, numbers: Iterable[str], resident: str | None) -> set[str]:
    followed = select(Follower.ticket_id).where(Follower.resident_id == resident)
    query = select(Ticket.number).where(
        col(Ticket.number).in_(list(numbers)), Ticket.lane == Lane.PUBLIC, col(Ticket.id).in_(followed)
    )
    return set((await session.exec(query)).all())


async def reports(session: AsyncSession, matters: Sequence[Ticket]) -> dict[str, Ticket]:
    """By the number that was told: the report, or the one into which it went. One that became a legal matter itself,
    or is gone, is told no more."""
    numbers = {fact["number"] for matter in matters for fact in matter.facts if fact.get("number")}
    if not numbers:
        return {}
    found = (await session.exec(select(Ticket).where(col(Ticket.number).in_(numbers)))).all()
    there = {one.number: await _at_last(session, one) for one in found}
    return {number: one for number, one in there.items() if one.lane is Lane.PUBLIC}


async def _at_last(session: AsyncSession, ticket: Ticket) -> Ticket:
    for _ in range(MERGES):
        if ticket.status is not Status.MERGED:
            break
        into = (await record.last_change(session, ticket)).facts.get("into", "")
        found = (await session.exec(select(Ticket).where(Ticket.number == into))).first()
        if found is None:
            break
        ticket = found
    return ticket
