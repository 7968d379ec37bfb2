"""The web chat: a page and a socket. Frames to the page are kept until it says it has seen them."""

import asyncio
import hashlib
import json
import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.schemas import MAX_PHOTO_BYTES, Latitude, Longitude
from bot.channels.port import NoPhoto, Outcome, Sent
from bot.events import Event, Heard, Located, Pictured, Pressed, Said, Say
from bot.store import Store

PAGE = Path(__file__).parent / "page"
TOKEN = re.compile(r"[A-Za-z0-9_-]{32,200}")
PHOTO_ID = re.compile(r"[A-Za-z0-9_-]{22}")
LONGEST_FRAME = 100_000  # characters
MOST_PHOTOS_KEPT = 2_000  # of all chats; a picture is removed once it has reached the API, so few lie here
LOOKS_EVERY = 1.0  # seconds, for frames that another process added
CSP = "default-src 'self'; img-src 'self' blob: data:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'"
HEADERS = {"Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

Receive = Callable[[str, str, Event], Awaitable[None]]


class Frame(BaseModel):
    """What the page may send; one of the four kinds, or `seen`."""

    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, Field(max_length=100)] = ""
    text: str | None = None
    press: Annotated[str, Field(max_length=200)] | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    photo: Annotated[str, Field(max_length=100)] | None = None
    seen: int | None = None


class WebChat:
    name = "web"
    wakes_people = False

    def __init__(self, store: Store, photos: Path, clock: Callable[[], datetime]) -> None:
        self.store, self.photos, self.clock = store, photos, clock
        self._open: dict[str, set[asyncio.Event]] = {}

    async def say(self, chat: str, say: Say, command_id: int) -> Outcome:
        buttons = [[{"id": button.id, "text": button.text} for button in row] for row in say.buttons]
        await self.store.add_frame(chat, command_id, {"say": say.text, "buttons": buttons})
        for bell in self._open.get(chat, ()):
            bell.set()
        return Sent()

    async def photo(self, photo: str) -> bytes:
        file = self.photos / photo
        if not PHOTO_ID.fullmatch(photo) or not file.is_file():
            raise NoPhoto
        return await run_in_threadpool(file.read_bytes)

    def routes(self, receive: Receive) -> list[BaseRoute]:
        async def socket(websocket: WebSocket) -> None:
            await self._serve(websocket, receive)

        return [
            Route("/", self._page),
            Route("/photos", self._upload, methods=["POST"]),
            WebSocketRoute("/ws", socket),
            Mount("/static", _Static(directory=PAGE)),
        ]

    async def _page(self, request: Request) -> Response:
        return FileResponse(PAGE / "chat.html", headers=HEADERS)

    async def _upload(self, request: Request) -> Response:
        """Keeps a picture until the words that belong to it come through the socket."""
        if int(request.headers.get("content-length") or 0) > MAX_PHOTO_BYTES + 10_000:
            return _problem(413, "这张照片太大了（超过 20 MB）。请发小一点的。")
        form = await request.form(max_files=1, max_fields=5)
        file = form.get("file")
        if file is None or isinstance(file, str):
            return _problem(422, "没有收到照片。请再试一次。")
        content = await file.read(MAX_PHOTO_BYTES + 1)
        if len(content) > MAX_PHOTO_BYTES:
            return _problem(413, "这张照片太大了（超过 20 MB）。请发小一点的。")
        return JSONResponse({"photo": await run_in_threadpool(self._keep, content)})

    def _keep(self, content: bytes) -> str:
        self.photos.mkdir(parents=True, exist_ok=True)
        kept = sorted(self.photos.iterdir(), key=lambda file: file.stat().st_mtime)
        for file in kept[: max(0, len(kept) - MOST_PHOTOS_KEPT + 1)]:
            file.unlink(missing_ok=True)
        photo = secrets.token_urlsafe(16)
        (self.photos / photo).write_bytes(content)
        return photo

    async def _serve(self, websocket: WebSocket, receive: Receive) -> None:
        token = websocket.query_params.get("session", "")
        await websocket.accept()
        if not TOKEN.fullmatch(token):
            await websocket.close(4400, "session")
            return
        chat = chat_of(token)
        bell = asyncio.Event()
        self._open.setdefault(chat, set()).add(bell)
        sending = asyncio.create_task(self._send(websocket, chat, bell))
        try:
            while True:
                await self._take(websocket, chat, await websocket.receive_text(), receive)
        except WebSocketDisconnect:
            pass
        finally:
            sending.cancel()
            self._open[chat].discard(bell)
            if not self._open[chat]:
                del self._open[chat]

    async def _send(self, websocket: WebSocket, chat: str, bell: asyncio.Event) -> None:
        """First what was not yet seen, then whatever comes."""
        last = 0
        while True:
            bell.clear()
            for frame in await self.store.unseen(chat, last):
                await websocket.send_json(frame)
                last = frame["n"]
            try:
                await asyncio.wait_for(bell.wait(), LOOKS_EVERY)
            except TimeoutError:
                continue

    async def _take(self, websocket: WebSocket, chat: str, raw: str, receive: Receive) -> None:
        if len(raw) > LONGEST_FRAME:
            await websocket.send_json({"error": "这条太长了，请分几条发。"})
            return
        try:
            frame = Frame.model_validate(json.loads(raw))
        except (ValidationError, ValueError, RecursionError):
            await websocket.send_json({"error": "这条没有收到，请再发一次。"})
            return
        if frame.seen is not None:
            await self.store.seen(chat, frame.seen)
        if (event := _event(frame)) is not None:
            await receive(f"web:{chat}:{frame.id or secrets.token_hex(16)}", chat, event)
            if frame.id:
                await websocket.send_json({"taken": frame.id})


class _Static(StaticFiles):
    async def get_response(self, path: str, scope: Any) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS | {"Cache-Control": "no-cache"})
        return response


def chat_of(token: str) -> str:
    """The name of a session in the database: who reads it there cannot open the session."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def _event(frame: Frame) -> Event | None:
    if frame.press is not None:
        return Pressed(frame.press)
    if frame.lat is not None and frame.lon is not None:
        return Located(float(frame.lat), float(frame.lon))
    if frame.photo is not None:
        text = (frame.text or "").strip()
        return Said(clean(text), Heard(), (frame.photo,)) if text else Pictured(frame.photo)
    return Said(clean(frame.text), Heard()) if frame.text is not None else None


def clean(text: str) -> str:
    """Half an emoji or a NUL is no text that a database keeps."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def _problem(status: int, words: str) -> Response:
    return JSONResponse({"error": words}, status_code=status)
