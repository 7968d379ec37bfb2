"""The web chat: a page and a socket. Frames to the page are kept until it says it has seen them."""

import asyncio
import contextlib
import hashlib
import json
import re
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.schemas import Latitude, Longitude
from bot.channels.port import Outcome, Sent, clean
from bot.channels.uploads import Uploads
from bot.events import Event, Heard, Located, Pictured, Pressed, Said, Say, Unreadable
from bot.store import Store

PAGE = Path(__file__).parent / "page"
TOKEN = re.compile(r"[A-Za-z0-9_-]{32,1000}")
LONGEST_FRAME = 1_000_000  # characters
LONGEST_TEXT = 100_000
LARGEST_N = 2**31 - 1
UNREAD = "这条没有收到，请再发一次。"
LOOKS_EVERY = 1.0  # seconds, for frames that another process added
CSP = (
    "default-src 'self'; img-src 'self' blob: data:; connect-src 'self' ws: wss:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HEADERS = {"Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

Receive = Callable[[str, str, Event], Awaitable[None]]


def _clean(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _named(value: Any) -> Any:
    return str(value) if type(value) is int else _clean(value)


Words = Annotated[str, BeforeValidator(_clean)]


class Frame(BaseModel):
    """What the page may send; one of the four kinds, or `seen`."""

    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, BeforeValidator(_named), Field(max_length=100)] = ""
    text: Words | None = None
    press: Annotated[Words, Field(max_length=200)] | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    photo: Annotated[Words, Field(max_length=100)] | None = None
    seen: Annotated[int, Field(ge=0, le=LARGEST_N)] | None = None


class WebChat:
    name = "web"
    wakes_people = False

    def __init__(self, store: Store, uploads: Uploads, shown: Uploads) -> None:
        self.store, self.uploads, self.shown = store, uploads, shown
        self._open: dict[str, set[asyncio.Event]] = {}
        self._looks_every = None if store.db.is_sqlite else LOOKS_EVERY  # an SQLite file has no other process

    async def say(self, chat: str, say: Say, command_id: int) -> Outcome:
        buttons = [[{"id": button.id, "text": button.text} for button in row] for row in say.buttons]
        picture = {"picture": f"/pictures/{say.picture}"} if say.picture else {}
        await self.store.add_frame(chat, command_id, {"say": say.text, "buttons": buttons} | picture)
        for bell in self._open.get(chat, ()):
            bell.set()
        return Sent()

    async def photo(self, photo: str) -> bytes:
        return await self.uploads.read(photo)

    async def keep(self, content: bytes) -> str:
        return await self.shown.keep(content)

    def routes(self, receive: Receive) -> list[BaseRoute]:
        async def socket(websocket: WebSocket) -> None:
            await self._serve(websocket, receive)

        return [
            Route("/", self._page),
            Route("/photos", self.uploads.receive, methods=["POST"]),
            Route("/pictures/{photo}", self.shown.show),
            WebSocketRoute("/ws", socket),
            Mount("/static", _Static(directory=PAGE)),
        ]

    async def _page(self, request: Request) -> Response:
        return FileResponse(PAGE / "chat.html", headers=HEADERS)

    async def _serve(self, websocket: WebSocket, receive: Receive) -> None:
        token = websocket.query_params.get("session", "")
        await websocket.accept()
        if not TOKEN.fullmatch(token):
            await websocket.close(4400, "session")
            return
        chat, bell = chat_of(token), asyncio.Event()
        self._open.setdefault(chat, set()).add(bell)
        sending = asyncio.create_task(self._send(websocket, chat, bell))
        try:
            while True:
                await self._take(websocket, chat, await _received(websocket), receive)
        except WebSocketDisconnect:
            pass
        finally:
            await self._ended(chat, bell, sending)

    async def _ended(self, chat: str, bell: asyncio.Event, sending: asyncio.Task[None]) -> None:
        self._open[chat].discard(bell)
        if not self._open[chat]:
            del self._open[chat]
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)  # it may have met the closed socket first

    async def _send(self, websocket: WebSocket, chat: str, bell: asyncio.Event) -> None:
        """First what was not yet seen, then whatever comes."""
        last = await self.store.last_frame(chat)
        for frame in await self.store.unseen(chat):
            await websocket.send_json(frame)
            last = max(last, frame["n"])
        while True:
            bell.clear()
            for frame in await self.store.frames_after(chat, last):
                await websocket.send_json(frame)
                last = frame["n"]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), self._looks_every)

    async def _take(self, websocket: WebSocket, chat: str, raw: str, receive: Receive) -> None:
        try:
            frame = Frame.model_validate(json.loads(raw if len(raw) <= LONGEST_FRAME else ""))
        except (ValidationError, ValueError, RecursionError):
            await websocket.send_json({"error": UNREAD})
            return
        if frame.seen is not None:
            await self.store.seen(chat, frame.seen)
        if (event := _event(frame)) is not None:
            await receive(f"web:{chat}:{frame.id or secrets.token_hex(16)}", chat, event)
            if frame.id:
                await websocket.send_json({"taken": frame.id})
        elif frame.seen is None:
            await websocket.send_json({"error": UNREAD})


async def _received(websocket: WebSocket) -> str:
    """A frame of bytes is read as nothing: it is no JSON."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    return str(message.get("text") or "")


class _Static(StaticFiles):
    async def get_response(self, path: str, scope: Any) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS | {"Cache-Control": "no-cache"})
        return response


def chat_of(token: str) -> str:
    """The name of a session in the database: who reads it there cannot open the session."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def _event(frame: Frame) -> Event | None:
    if frame.text is not None and len(frame.text) > LONGEST_TEXT:
        return Unreadable("too_long")
    if frame.press is not None:
        return Pressed(frame.press)
    if frame.lat is not None and frame.lon is not None:
        return Located(float(frame.lat), float(frame.lon))
    if frame.photo is not None:
        text = (frame.text or "").strip()
        return Said(text, Heard(), (frame.photo,)) if text else Pictured(frame.photo)
    return Said(frame.text, Heard()) if frame.text is not None else None
