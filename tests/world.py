"""The whole product in one event loop: the API over ASGI, the bot with both channels, the Bot API emulator, and people.

A person says and presses, and hears messages strictly in order: nothing that was not expected may be said.
"""

import asyncio
import itertools
import json
import re
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx
import uvicorn
from httpx import ASGITransport
from sqlmodel import SQLModel
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect

from bot.app import Running, create_app
from bot.channels.pace import Pace
from bot.channels.web import chat_of
from bot.store import metadata as of_bot
from nlp.understand import Understander
from tests.conftest import Api, Clock, running_api
from tests.emulator import Emulator, serve
from tests.emulator.serving import Server

TOKEN = "42:TEST"
PATIENCE = 8.0  # seconds to wait for a message
LOOKS_EVERY = 0.01  # seconds
AS_MIGRATED = ("area", "feed")  # the feed is never empty: `migrate` writes its first row
NUMBER = re.compile(r"GS\d{8}-\d{4}")


@dataclass
class Heard:
    text: str
    buttons: dict[str, str]  # text -> id
    picture: str = ""

    def __str__(self) -> str:
        return self.text + "".join(f" [{text}]" for text in self.buttons) + ("（有图）" if self.picture else "")


class Person(Protocol):
    """A resident at one of the channels."""

    channel: str
    address: str
    heard: list[Heard]

    async def say(self, text: str) -> None: ...
    async def press(self, button: str) -> None:
        """`button` is the id of a button."""

    async def locate(self, lat: float, lon: float) -> None: ...
    async def photo(self, content: bytes, caption: str = "") -> None: ...
    async def next(self) -> Heard: ...
    async def quiet(self) -> list[Heard]: ...


class Flaky(httpx.AsyncBaseTransport):
    """The wire between bot and API; `down` cuts it."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner, self.down = inner, False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("down", request=request)
        return await self.inner.handle_async_request(request)


@dataclass
class World:
    api: Api
    bot: Starlette
    wire: Flaky
    emulator: Emulator
    chat_url: str
    met: int = 0

    @property
    def running(self) -> Running:
        running: Running = self.bot.state.running
        return running

    async def settle(self) -> None:
        """Until nothing is left to do: updates answered, commands carried out, notices told."""
        for _ in range(200):
            await self.running.turns.rest()
            if not await self.running.notifier.once() and not await self.running.store.unfinished(self.api.clock()):
                return
            await asyncio.sleep(0.01)
        raise AssertionError("the bot does not come to rest")

    async def empty(self) -> None:
        """As on the first day: nobody has reported anything, nobody works here, and it is Monday morning."""
        self.wire.down, self.api.clock.now = False, Clock().now
        self.api.tokens.clear()
        await self.running.turns.rest()
        for db, metadata in ((self.api.db, SQLModel.metadata), (self.running.store.db, of_bot)):
            async with db.writer() as connection:
                for table in reversed(metadata.sorted_tables):
                    if table.name not in AS_MIGRATED:
                        await connection.execute(table.delete())
                if metadata is SQLModel.metadata and db.is_sqlite:  # PostgreSQL keeps the words in the ticket's row
                    await connection.exec_driver_sql("INSERT INTO ticket_words (ticket_words) VALUES ('delete-all')")

    @asynccontextmanager
    async def person(self, channel: str) -> AsyncIterator[Person]:
        """Somebody who has never been here."""
        if channel == "telegram":
            self.met += 1
            yield TelegramPerson(self.emulator, 1000 + self.met)
            return
        token = secrets.token_urlsafe(32)
        async with connect(f"{self.chat_url.replace('http', 'ws')}/ws?session={token}", proxy=None) as line:
            yield WebPerson(self.chat_url, line, token)


class TelegramPerson:
    channel = "telegram"

    def __init__(self, emulator: Emulator, chat: int) -> None:
        self.emulator, self.chat = emulator, chat
        self.address = str(chat)
        self.heard: list[Heard] = []
        self._said = 0

    async def say(self, text: str) -> None:
        self._said = self.emulator.say(self.chat, text)["message"]["message_id"]

    async def press(self, button: str) -> None:
        self.emulator.press(self.chat, button)

    async def locate(self, lat: float, lon: float) -> None:
        self.emulator.location(self.chat, lat, lon)

    async def photo(self, content: bytes, caption: str = "") -> None:
        self.emulator.photo(self.chat, content, caption)

    def _all(self) -> list[Heard]:
        return [_of_telegram(message) for message in self.emulator.sent(self.chat)]

    async def edit(self, text: str) -> None:
        """The message said last, written anew."""
        await asyncio.sleep(0)
        self.emulator.edit(self.chat, self._said, text)

    async def next(self) -> Heard:
        for _ in range(int(PATIENCE / LOOKS_EVERY)):
            if len(found := self._all()) > len(self.heard):
                self.heard.append(found[len(self.heard)])
                return self.heard[-1]
            await asyncio.sleep(LOOKS_EVERY)
        raise AssertionError("nothing was said")

    async def quiet(self) -> list[Heard]:
        return self._all()[len(self.heard) :]


def _of_telegram(message: dict[str, Any]) -> Heard:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = {button["text"]: button["callback_data"] for row in rows for button in row}
    picture = message["photo"][-1]["file_id"] if "photo" in message else ""
    return Heard(message.get("text", message.get("caption", "")), buttons, picture)


class WebPerson:
    channel = "web"

    def __init__(self, url: str, line: ClientConnection, token: str) -> None:
        self.url, self.line, self.token = url, line, token
        self.address = chat_of(token)
        self.heard: list[Heard] = []

    async def send(self, **frame: Any) -> None:
        await self.line.send(json.dumps(frame | {"id": secrets.token_hex(8)}))

    async def say(self, text: str) -> None:
        await self.send(text=text)

    async def press(self, button: str) -> None:
        await self.send(press=button)

    async def locate(self, lat: float, lon: float) -> None:
        await self.send(lat=lat, lon=lon)

    async def photo(self, content: bytes, caption: str = "") -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(f"{self.url}/photos", files={"file": ("p.jpg", content)})
        await self.send(photo=answer.json()["photo"], text=caption)

    async def next(self) -> Heard:
        return await asyncio.wait_for(self._read(), PATIENCE)

    async def _read(self) -> Heard:
        while True:
            frame = json.loads(await self.line.recv())
            if "say" in frame:
                await self.line.send(json.dumps({"seen": frame["n"]}))
                buttons = {b["text"]: b["id"] for row in frame["buttons"] for b in row}
                self.heard.append(Heard(frame["say"], buttons, frame.get("picture", "")))
                return self.heard[-1]

    async def quiet(self) -> list[Heard]:
        found = []
        try:
            while True:
                found.append(await asyncio.wait_for(self._read(), 0.05))
        except TimeoutError:
            return found


@asynccontextmanager
async def running_world(
    tmp_path: Path, database_url: str, understander: Understander, **settings: object
) -> AsyncIterator[World]:
    emulator = Emulator(TOKEN)
    async with (
        serve(emulator) as bot_api,
        running_api(
            tmp_path,
            database_url,
            understander,
            telegram_token=TOKEN,
            telegram_api_base=bot_api,
            quiet_hours="",
            **settings,
        ) as api,
    ):
        wire = Flaky(ASGITransport(api.app))
        bot = create_app(api.settings, api.clock, understander, wire)
        async with bot.router.lifespan_context(bot), served(bot) as url:
            world = World(api, bot, wire, emulator, url)
            if world.running.telegram:
                world.running.telegram.pace = Pace(itertools.count().__next__)  # a second passes at each look
            yield world


@asynccontextmanager
async def served(app: Starlette, port: int = 0) -> AsyncIterator[str]:
    """On a loopback port, a free one unless it is named; the lifespan is the caller's."""
    listening = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(app, lifespan="off", log_level="error", access_log=False, timeout_graceful_shutdown=1)
    server = Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await server.running.wait()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.stopping.set()
    await serving
