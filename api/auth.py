"""Who is calling: the bot by its key (for one resident), staff by bearer token or by the cookie of their pages."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.actors import SYSTEM, Actor, resident
from api.errors import Forbidden, NotSignedIn
from api.models import Area, Staff, StaffSession

COOKIE = "gusu_staff"
SESSION_LASTS = timedelta(hours=12)
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_passwords = PasswordHasher()


def digest(token: str) -> str:
    """Tokens are random and long: a plain hash keeps a stolen database from being a set of keys."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token(staff: Staff) -> str:
    token = secrets.token_urlsafe(32)
    staff.token_hash = digest(token)
    return token


def set_password(staff: Staff, password: str) -> None:
    staff.password_hash = _passwords.hash(password)


def password_fits(staff: Staff | None, password: str) -> bool:
    """Takes as long for an unknown name as for a known one."""
    known = staff.password_hash if staff and staff.password_hash else _nobodys()
    try:
        return _passwords.verify(known, password) and staff is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """Not at import: one hash takes 0.2 s of every start."""
    return _passwords.hash(secrets.token_urlsafe(16))


async def sign_in(session: AsyncSession, name: str, password: str, now: datetime) -> str | None:
    """The cookie of a new session, or None."""
    staff = (await session.exec(select(Staff).where(Staff.name == name, Staff.active))).first()
    if not password_fits(staff, password) or staff is None or staff.id is None:
        return None
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_hash=digest(token), staff_id=staff.id, csrf=secrets.token_urlsafe(16), expires_at=now + SESSION_LASTS
        )
    )
    return token


async def session_of(session: AsyncSession, cookie: str, now: datetime) -> tuple[Staff, StaffSession] | None:
    query = (
        select(Staff, StaffSession)
        .join(StaffSession, col(StaffSession.staff_id) == col(Staff.id))
        .where(StaffSession.token_hash == digest(cookie), col(StaffSession.expires_at) > now, Staff.active)
    )
    return (await session.exec(query)).first()


async def as_actor(session: AsyncSession, staff: Staff) -> Actor:
    area = await session.get(Area, staff.scope) if staff.scope else None
    if area is not None and area.level == "community":
        area = await session.get(Area, area.parent)
    return Actor(staff.role, staff.name, scope=staff.scope, street=area.name if area else "")


Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]
SpeaksFor = Annotated[
    str,
    Header(
        alias="X-Resident",
        pattern=r"^[!-9;-~]+:[!-~]([ -~]*[!-~])?$",
        max_length=201,
        description="with the bot's key: the resident it speaks for, as channel:address",
    ),
]


async def caller(request: Request, bearer: Bearer, speaks_for: SpeaksFor = "") -> Actor:
    """The actor behind a request: the bot itself or its resident, or a member of staff."""
    if bearer is None:
        return await _by_cookie(request)
    if hmac.compare_digest(bearer.credentials.encode(), request.app.state.settings.bot_key.encode()):
        channel, _, address = speaks_for.partition(":")
        return resident(channel, address) if speaks_for else SYSTEM
    return await _by_token(request, bearer.credentials)


async def _by_token(request: Request, token: str) -> Actor:
    async with request.app.state.db.reading() as session:
        query = select(Staff).where(Staff.token_hash == digest(token), Staff.active)
        staff = (await session.exec(query)).first()
        if staff is None:
            raise NotSignedIn
        return await as_actor(session, staff)


async def _by_cookie(request: Request) -> Actor:
    cookie = request.cookies.get(COOKIE, "")
    async with request.app.state.db.reading() as session:
        found = await session_of(session, cookie, request.app.state.office.clock()) if cookie else None
        if found is None:
            raise NotSignedIn
        staff, its = found
        if request.method in UNSAFE and not hmac.compare_digest(request.headers.get("x-csrf", ""), its.csrf):
            raise Forbidden(reason="csrf")
        return await as_actor(session, staff)


async def staff_only(actor: Annotated[Actor, Depends(caller)]) -> Actor:
    if actor.channel:
        raise Forbidden(role=actor.role)
    return actor


async def bot_only(actor: Annotated[Actor, Depends(caller)]) -> Actor:
    if actor.role is not SYSTEM.role:
        raise Forbidden(role=actor.role)
    return actor


Caller = Annotated[Actor, Depends(caller)]
BotOnly = Annotated[Actor, Depends(bot_only)]
