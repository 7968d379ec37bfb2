"""A request that comes again under its Idempotency-Key is answered again, and done once."""

import hashlib
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.ciphered import cipher_of
from api.errors import KeyReused
from api.models import RequestKey, Ticket


async def once(session: AsyncSession, caller: str, key: str, body: str, now: datetime) -> RequestKey | None:
    """Registers an Idempotency-Key ("": none was sent); answers with its row when it was used before.

    Raises KeyReused for another body. On PostgreSQL the second of two simultaneous requests waits here for the first
    one's commit.
    """
    if not key:
        return None
    digest, kept = cipher_of(session.get_bind().dialect).mark(body), _digest(key)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {"caller": caller, "key": kept, "digest": digest, "number": "", "at": now}
    added = await session.exec(insert(RequestKey).values(**values).on_conflict_do_nothing())
    if added.rowcount:
        return None
    used = await session.get_one(RequestKey, (caller, kept))
    if used.digest not in (digest, _digest(body)):  # the latter from before digests were keyed
        raise KeyReused(key=key)
    return used


async def remember(session: AsyncSession, caller: str, key: str, ticket: Ticket) -> None:
    if key:
        (await session.get_one(RequestKey, (caller, _digest(key)))).number = ticket.number


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


async def replayed(session: AsyncSession, used: RequestKey) -> Ticket:
    """The ticket of a key's first use: answered again even to who, by that very act, does not see it any more."""
    return (await session.exec(select(Ticket).where(Ticket.number == used.number))).one()
