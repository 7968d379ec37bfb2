"""Who is calling: the bot by its key (for one resident, or for staff bound to a chat), staff by token or by cookie."""

import hmac
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel.ext.asyncio.session import AsyncSession

from api import credentials, glass, residents
from api.actors import SYSTEM, Actor, resident
from api.errors import Forbidden, NotBound, NotSignedIn
from api.models import Staff
from api.scopes import names_of

COOKIE = "gusu_staff"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
SAME_ORIGIN = ("same-origin", "none")
PERSON = r"^[!-9;-~]+:[!-~]([ -~]*[!-~])?$"


async def as_actor(session: AsyncSession, staff: Staff) -> Actor:
    streets, communities, beside = await names_of(session, staff.scope)
    return Actor(staff.role, staff.name, staff.scope, streets, communities, beside)


Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]
SpeaksFor = Annotated[
    str,
    Header(
        alias="X-Resident",
        pattern=PERSON,
        max_length=201,
        description="with the bot's key: the resident it speaks for, as channel:address",
    ),
]
ActsFor = Annotated[
    str,
    Header(
        alias="X-Staff",
        pattern=PERSON,
        max_length=201,
        description="with the bot's key: the chat, as channel:address, that a member of staff bound to themselves",
    ),
]


async def caller(request: Request, bearer: Bearer, speaks_for: SpeaksFor = "", acts_for: ActsFor = "") -> Actor:
    """The actor behind a request: the bot itself or its resident, or a member of staff."""
    if bearer is None:
        return await _by_cookie(request)
    if not hmac.compare_digest(bearer.credentials.encode(), request.app.state.settings.bot_key.encode()):
        return await _by_token(request, bearer.credentials)
    if speaks_for and acts_for:
        raise Forbidden(reason="two_persons")
    if acts_for:
        return await _by_grant(request, *acts_for.split(":", 1))
    return await _resident(request, *speaks_for.split(":", 1)) if speaks_for else SYSTEM


async def _resident(request: Request, channel: str, address: str) -> Actor:
    async with request.app.state.db.reading() as session:
        return resident(channel, address, await residents.named(session, channel, address))


async def _by_grant(request: Request, channel: str, address: str) -> Actor:
    async with request.app.state.db.reading() as session:
        staff = await credentials.by_grant(session, channel, address)
        if staff is None:
            raise NotBound
        return replace(await as_actor(session, staff), by_chat=True)


async def _by_token(request: Request, token: str) -> Actor:
    request.app.state.paces.keys.take(credentials.digest(token))
    async with request.app.state.db.reading() as session:
        found = await credentials.by_token(session, token, request.app.state.office.clock())
        if found is None:
            raise NotSignedIn
        staff, its = found
        if its.reads_only and request.method in UNSAFE:
            raise Forbidden(reason="reads_only")
        return await glass.with_open(session, await as_actor(session, staff), request.app.state.office.clock())


async def _by_cookie(request: Request) -> Actor:
    cookie = request.cookies.get(COOKIE, "")
    async with request.app.state.db.reading() as session:
        found = await credentials.by_cookie(session, cookie, request.app.state.office.clock()) if cookie else None
        if found is None:
            raise NotSignedIn
        staff, its = found
        if request.method in UNSAFE:
            from_our_page(request)
            if not hmac.compare_digest(request.headers.get("x-csrf", ""), its.csrf):
                raise Forbidden(reason="csrf")
        return await glass.with_open(session, await as_actor(session, staff), request.app.state.office.clock())


def from_our_page(request: Request) -> None:
    """Cookies do not separate ports: what is served beside us on the same host is the same *site*, and must not act
    with the cookie. Old browsers that say nothing still need the session's own `csrf`."""
    if request.headers.get("sec-fetch-site", "same-origin") not in SAME_ORIGIN:
        raise Forbidden(reason="csrf")


async def bot_only(actor: Annotated[Actor, Depends(caller)]) -> Actor:
    if actor.role is not SYSTEM.role:
        raise Forbidden(role=actor.role)
    return actor


Caller = Annotated[Actor, Depends(caller)]
BotOnly = Annotated[Actor, Depends(bot_only)]
