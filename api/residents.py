"""The one place where a resident's address is looked up: all else knows them by a random name."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from api.actors import Actor
from api.ciphered import cipher_of
from api.lifecycle import Role
from api.models import RESIDENTS_OWN, CaseSent, Event, Follower, Resident, Subscription, Ticket


async def named(session: AsyncSession, channel: str, address: str) -> str | None:
    """None: they were never here."""
    return (await session.exec(_who(session, channel, address))).first()


def _who(session: AsyncSession, channel: str, address: str) -> SelectOfScalar[str]:
    return select(Resident.id).where(Resident.mark == _mark(session, channel, address))


def _mark(session: AsyncSession, channel: str, address: str) -> str:
    return cipher_of(session.get_bind().dialect).mark(f"{channel}:{address}")


async def enrolled(session: AsyncSession, channel: str, address: str) -> str:
    """Gives a name to who comes for the first time; of two at once the second waits here for the first one's commit.
    Until ours nobody forgets them (PostgreSQL)."""
    who = _who(session, channel, address).with_for_update(read=True, key_share=True)
    if (name := (await session.exec(who)).first()) is not None:
        return name
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {"id": secrets.token_hex(16), "channel": channel, "address": address}
    values |= {"mark": _mark(session, channel, address)}
    await session.exec(insert(Resident).values(**values).on_conflict_do_nothing())
    return (await session.exec(who)).one()


async def introduced(session: AsyncSession, actor: Actor) -> Actor:
    """Where a resident may be new: under the name that is kept."""
    if actor.role is not Role.RESIDENT:
        return actor
    return replace(actor, name=await enrolled(session, actor.channel, actor.address))


async def following(session: AsyncSession, ticket: Ticket) -> Sequence[Resident]:
    """Who is told of it, the first first."""
    query = select(Resident).join(Follower, col(Follower.resident_id) == col(Resident.id))
    return (await session.exec(query.where(Follower.ticket_id == ticket.id).order_by(col(Follower.id)))).all()


async def neighbours(session: AsyncSession, ticket: Ticket) -> dict[str, int]:
    """Who follows it beside its reporter: the how manieth, for who need not know more."""
    query = select(Follower.resident_id).where(Follower.ticket_id == ticket.id).order_by(col(Follower.id))
    others = [name for name in (await session.exec(query)).all() if name != ticket.reporter_id]
    return {name: nth for nth, name in enumerate(others, 1)}


async def addresses(session: AsyncSession, names: Collection[str]) -> dict[str, str]:
    query = select(Resident.id, Resident.address).where(col(Resident.id).in_(names))
    return {name: address for name, address in (await session.exec(query)).all()}


async def forget(session: AsyncSession, names: Collection[str]) -> Sequence[Resident]:
    """Those of them whom nothing refers to any more; their names mean nobody from now on."""
    locked = select(Resident.id).where(col(Resident.id).in_(names)).order_by(Resident.id).with_for_update()
    await session.exec(locked)  # whoever reports just now is waited for, and then seen
    unneeded = [
        ~select(Ticket.id).where(col(Ticket.reporter_id) == col(Resident.id)).exists(),
        ~select(Follower.id).where(col(Follower.resident_id) == col(Resident.id)).exists(),
        ~select(Event.id).where(RESIDENTS_OWN, col(Event.actor) == col(Resident.id)).exists(),
        ~select(Subscription.label).where(col(Subscription.resident_id) == col(Resident.id)).exists(),
    ]
    gone = (await session.exec(select(Resident).where(col(Resident.id).in_(names), *unneeded))).all()
    await session.exec(delete(CaseSent).where(col(CaseSent.resident_id).in_([one.id for one in gone])))
    await session.exec(delete(Resident).where(col(Resident.id).in_([one.id for one in gone])))
    return gone
