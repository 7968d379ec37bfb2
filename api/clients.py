"""Programs of other offices: a key each, good for what its scopes name and for nothing else."""

import secrets

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.actors import Actor
from api.credentials import digest
from api.errors import AppError, Forbidden, NotSignedIn
from api.intake.sources import SOURCES
from api.lifecycle import Role
from api.models import Client
from api.office import Clock
from api.people import NAME
from api.schemas import plain

SCOPES = ("open311", *(f"intake:{source}" for source in SOURCES))
PREFIX = "gk_"  # so that a leaked key is recognised by who finds it


class BadClient(AppError):
    code, status, title = "bad_client", 422, "this program cannot be given a key"


async def add(session: AsyncSession, clock: Clock, name: str, scopes: list[str]) -> str:
    """The new key, shown once; a program of that name loses the one before. Raises BadClient."""
    if not NAME.fullmatch(name):
        raise BadClient(reason=f"'{plain(name)}' cannot be a name: 1-100 visible characters without ':'")
    if unknown := sorted({*scopes} - {*SCOPES}) or not scopes:
        raise BadClient(reason=f"no such scope: {unknown or 'none was given'}; there are {', '.join(SCOPES)}")
    key = PREFIX + secrets.token_urlsafe(32)
    await session.merge(
        Client(name=name, key_hash=digest(key), scopes=sorted({*scopes}), created_at=clock(), revoked_at=None)
    )
    return key


async def revoke(session: AsyncSession, clock: Clock, name: str) -> None:
    client = await session.get(Client, name)
    if client is None or client.revoked_at is not None:
        raise BadClient(reason=f"no program called '{plain(name)}' has a key")
    client.revoked_at = clock()


async def allowed(session: AsyncSession, key: str, scope: str) -> Actor:
    """Who calls with this key. Raises NotSignedIn (no such key) or Forbidden (not good for `scope`)."""
    query = select(Client).where(Client.key_hash == digest(key), col(Client.revoked_at).is_(None))
    client = (await session.exec(query)).first()
    if client is None:
        raise NotSignedIn
    if scope not in client.scopes:
        raise Forbidden(scope=scope)
    return Actor(Role.SYSTEM, f"client:{client.name}")
