"""/queue/stream: what happens to tickets, as it is committed."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from api import auth, credentials
from api.actors import Actor
from api.auth import Bearer, Caller
from api.errors import Forbidden
from api.feed.hub import Hub
from api.feed.place import TEXT, parse
from api.feed.stream import stream
from api.lifecycle import STAFF_ROLES
from api.problems import may_answer

router = APIRouter(tags=["queue"])
ALIVE = 15  # seconds
LONGEST = 900
Known = Annotated[str, Header(alias="Last-Event-ID", pattern=TEXT, description="where the listener stands; 0: all")]
Since = Annotated[str, Query(pattern=TEXT, description="the same, for who cannot send the header")]
Wait = Annotated[int, Query(ge=0, le=LONGEST, description="seconds; 0: only what was missed")]
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "events `ticket`, `reset`", "content": {"text/event-stream": {}}}
}


def credential_of(request: Request, caller: Caller, bearer: Bearer) -> str:
    """The digest by which the stream ends when what let the person in is revoked. A chat lets nobody listen."""
    if caller.role not in STAFF_ROLES or "x-staff" in request.headers:
        raise Forbidden(role=caller.role)
    return credentials.digest(bearer.credentials if bearer else request.cookies.get(auth.COOKIE, ""))


@router.get("/queue/stream", responses=may_answer() | EVENTS, response_class=Response)
async def listen(
    request: Request,
    caller: Caller,
    credential: Annotated[str, Depends(credential_of)],
    known: Known = "",
    since: Since = "",
    wait: Wait = LONGEST,
) -> EventSourceResponse:
    return EventSourceResponse(
        _told(request, caller, credential, known or since, wait),
        ping=ALIVE,
        sep="\n",
        ping_message_factory=lambda: ServerSentEvent(comment="alive", sep="\n"),
        send_timeout=30,
    )


async def _told(request: Request, caller: Actor, credential: str, since: str, wait: float) -> AsyncIterator[bytes]:
    hub: Hub = request.app.state.hub
    async with hub.listening(caller, credential) as listener:
        async for chunk in stream(hub, request.app.state.db, listener, parse(since), wait):
            yield chunk
