"""The bot's shell with its outer edges in a test's hands: the channel, the wire to the API, and death at any moment."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.channels.port import NoPhoto, Outcome, Sent
from bot.client import ApiClient
from bot.events import Event, Heard, Pressed, Said, Say
from bot.hearing import Hearing
from bot.notifier import Notifier
from bot.store import Store
from bot.turns import Turns
from tests.conftest import Api

KEYS = itertools.count()
LAMP = Said("南环新村12幢门口的路灯不亮了", Heard())
FIRE = Said("着火了快来人，南环新村12幢", Heard())
CONFIRM = Pressed("ok:1")


class Killed(asyncio.CancelledError):
    """The process is gone: no `except` of ours may see it."""


@dataclass
class Fuse:
    """Burns one step at each crossing of an edge; from the last one on, nothing is crossed any more."""

    left: float = float("inf")
    crossed: int = 0

    def burn(self) -> None:
        if self.crossed >= self.left:
            raise Killed
        self.crossed += 1

    def guard(self, inner: Any) -> Any:
        return _Guarded(inner, self)


class _Guarded:
    """An object whose coroutine functions can die before their effect, which is after that of the one before."""

    def __init__(self, inner: Any, fuse: Fuse) -> None:
        self._inner, self._fuse = inner, fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not asyncio.iscoroutinefunction(found):
            return found

        async def crossed(*given: Any, **named: Any) -> Any:
            self._fuse.burn()
            return await found(*given, **named)

        return crossed


@dataclass
class Phone:
    """A channel: what was said to whom, by command."""

    name: str = "web"
    wakes_people: bool = False
    outcomes: list[Outcome] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tries: list[int] = field(default_factory=list)
    photos: dict[str, bytes | Exception] = field(default_factory=dict)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    kept: list[bytes] = field(default_factory=list)

    async def say(self, chat: str, say: Say, command_id: int) -> Outcome:
        self.asked.append(chat)
        if chat in self.held:
            await self.held[chat].wait()
        self.tries.append(command_id)
        outcome = self.outcomes.pop(0) if self.outcomes else Sent()
        if isinstance(outcome, Sent):
            self.said.append((chat, say.text))
        return outcome

    async def photo(self, photo: str) -> bytes:
        found = self.photos.get(photo, NoPhoto())
        if isinstance(found, Exception):
            raise found
        return found

    async def keep(self, content: bytes) -> str:
        self.kept.append(content)
        return f"kept-{len(self.kept)}"

    def heard(self, chat: str) -> list[str]:
        return [text for who, text in self.said if who == chat]


class Wire(httpx.AsyncBaseTransport):
    """Between bot and API: cut before the request or after its effect, or slow."""

    def __init__(self, inner: httpx.AsyncBaseTransport, fuse: Fuse) -> None:
        self.inner, self.fuse = inner, fuse
        self.down = self.deaf = False
        self.open = asyncio.Event()
        self.open.set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.fuse.burn()
        if self.down:
            raise httpx.ConnectError("down", request=request)
        await self.open.wait()
        answer = await self.inner.handle_async_request(request)
        if self.deaf:
            raise httpx.ReadTimeout("no answer", request=request)
        return answer


@dataclass
class Shell:
    """One life of the bot's process on a store that outlives it."""

    api: Api
    store: Store
    phone: Phone
    wire: Wire
    turns: Turns
    notifier: Notifier

    async def hear(self, chat: str, *events: Event) -> None:
        for event in events:
            await self.store.receive(f"{chat}:{next(KEYS)}", (self.phone.name, chat), event, self.api.clock())
            self.turns.wake((self.phone.name, chat))

    async def settle(self) -> None:
        """Until nothing is left to do, with time passing for what waits, but not for ever."""
        for _ in range(10):
            await self.turns.rest()
            self.api.clock.forward(seconds=31)
            chats = await self.store.unfinished(self.api.clock())
            if not chats:
                return
            for chat in chats:
                self.turns.wake(chat)

    async def tickets(self, chat: str) -> list[dict[str, Any]]:
        headers = self.api.resident(self.phone.name, chat)
        listed: list[dict[str, Any]] = (await self.api.client.get("/api/v1/tickets", headers=headers)).json()["tickets"]
        return listed


@asynccontextmanager
async def shell(api: Api, store: Store, hearing: Hearing, fuse: Fuse, phone: Phone) -> AsyncIterator[Shell]:
    wire = Wire(httpx.ASGITransport(api.app), fuse)
    clock: Callable[[], Any] = api.clock
    async with httpx.AsyncClient(transport=wire, base_url="http://api") as http:
        client = ApiClient(http, api.settings.bot_key)
        guarded = fuse.guard(store)
        turns = Turns(guarded, hearing, client, {phone.name: fuse.guard(phone)}, clock)
        notifier = Notifier(client, guarded, turns, "tester", None, clock)
        yield Shell(api, store, phone, wire, turns, notifier)
        await turns.close()


async def until(true: Callable[[], object], within: float = 5) -> None:
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - it looks from outside
            await asyncio.sleep(0.01)
