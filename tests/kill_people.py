"""Residents at both doors and a clerk, who all go on in spite of lines that break, as people and pages do."""

import asyncio
import json
import random
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bot.channels.web import chat_of
from tests.emulator import Emulator
from tests.world import Heard

PATIENCE = 70.0  # seconds for one thing to be said: a process may be killed several times meanwhile
LOOKS_EVERY = 0.1
ASKS_AGAIN = 0.2
DIALS_AGAIN, LONGEST_WAIT = 0.5, 4.0  # each time twice as long, and by chance, as line.js does


class Resident(Protocol):
    channel: str
    address: str

    @property
    def shown(self) -> list[Heard]:
        """What the chat shows, in order."""
        ...

    async def say(self, text: str) -> None: ...
    async def press(self, button: str) -> None: ...


async def until(resident: Resident, found: Callable[[Heard], bool], what: str) -> Heard:
    """The first message of the chat that fits; waits for it."""
    for _ in range(int(PATIENCE / LOOKS_EVERY)):
        for heard in resident.shown:
            if found(heard):
                return heard
        await asyncio.sleep(LOOKS_EVERY)
    said = "\n".join(map(str, resident.shown))
    raise AssertionError(f"{resident.channel} {resident.address} never heard {what}; heard:\n{said}")


class TelegramResident:
    channel = "telegram"

    def __init__(self, emulator: Emulator, chat: int) -> None:
        self.emulator, self.chat, self.address = emulator, chat, str(chat)

    @property
    def shown(self) -> list[Heard]:
        return [_of_telegram(message) for message in self.emulator.sent(self.chat)]

    async def say(self, text: str) -> None:
        self.emulator.say(self.chat, text)

    async def press(self, button: str) -> None:
        self.emulator.press(self.chat, button)


def _of_telegram(message: dict[str, Any]) -> Heard:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return Heard(message["text"], {button["text"]: button["callback_data"] for row in rows for button in row})


class WebResident:
    """A page: frames wait in its outbox until they were taken, and go out again on each new line (line.js)."""

    channel = "web"

    def __init__(self, url: str) -> None:
        token = secrets.token_urlsafe(32)
        self.address = chat_of(token)
        self._url = f"{url.replace('http', 'ws')}/ws?session={token}"
        self._outbox: dict[str, str] = {}
        self._by_number: dict[int, Heard] = {}
        self._line: ClientConnection | None = None

    @property
    def shown(self) -> list[Heard]:
        return [self._by_number[n] for n in sorted(self._by_number)]

    async def say(self, text: str) -> None:
        await self._send(text=text)

    async def press(self, button: str) -> None:
        keys = {text: key for heard in self.shown for text, key in heard.buttons.items()}
        await self._send(press=keys[button])

    async def _send(self, **frame: str) -> None:
        key = secrets.token_hex(8)
        self._outbox[key] = json.dumps(frame | {"id": key})
        if self._line is not None:
            with suppress(WebSocketException):
                await self._line.send(self._outbox[key])

    async def stay(self) -> None:
        """Until cancelled: dials, sends what waits, listens, dials again."""
        wait = DIALS_AGAIN
        while True:
            with suppress(WebSocketException, OSError, TimeoutError, EOFError):
                async with connect(self._url, proxy=None, open_timeout=20) as line:
                    wait = DIALS_AGAIN
                    await self._listen(line)
            self._line = None
            await asyncio.sleep(wait * random.uniform(0.75, 1.25))
            wait = min(wait * 2, LONGEST_WAIT)

    async def _listen(self, line: ClientConnection) -> None:
        for frame in list(self._outbox.values()):
            await line.send(frame)
        self._line = line
        async for raw in line:
            frame = json.loads(raw)
            self._outbox.pop(frame.get("taken", ""), None)
            if "say" in frame:
                await self._hear(line, frame)

    async def _hear(self, line: ClientConnection, frame: dict[str, Any]) -> None:
        """A number that was shown before is not shown again; another text under the same number would be a loss."""
        heard = Heard(frame["say"], {button["text"]: button["id"] for row in frame["buttons"] for button in row})
        known = self._by_number.setdefault(frame["n"], heard)
        assert known == heard, f"two messages are number {frame['n']}: {known} and {heard}"
        await line.send(json.dumps({"seen": frame["n"]}))


class Clerk:
    """Acts on tickets by token; asks again with the same Idempotency-Key until the API answers."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self.http, self.token = http, token

    async def act(self, number: str, action: str, **given: str) -> dict[str, Any]:
        path, key = f"/api/v1/tickets/{number}/actions/{action}", secrets.token_hex(8)
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(httpx.TransportError):
                    answer = await self.http.post(path, json=given, headers=headers)
                    assert answer.status_code == 200, f"{action} {number}: {answer.status_code} {answer.text}"
                    return dict(answer.json())
                await asyncio.sleep(ASKS_AGAIN)
