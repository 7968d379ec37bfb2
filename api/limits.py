"""How large a request may be, counted while it arrives: what is too large is refused before it fills memory or disk."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.schemas import MAX_PHOTO_BYTES, MAX_PHOTOS

MOST_WORDS = 1024 * 1024
MOST_PICTURES = MAX_PHOTOS * MAX_PHOTO_BYTES + MOST_WORDS


class Limited:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, _counted(scope, receive) if scope["type"] == "http" else receive, send)


def _counted(scope: Scope, receive: Receive) -> Receive:
    pictures = Request(scope).headers.get("content-type", "").startswith("multipart/")
    left = MOST_PICTURES if pictures else MOST_WORDS

    async def counting() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)  # an AppError raised here would be taken for a broken body
        return message

    return counting
