"""Server-sent events as a client reads them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from httpx import AsyncClient, Response

STREAM = "/api/v1/queue/stream"


@dataclass
class Listening:
    """`told`: the data of what came, in order; `place`: what a browser would send when it comes back."""

    told: list[dict[str, Any]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    place: str = ""
    status: int = 0
    ended: bool = False
    text: str = ""
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def take(self, text: str) -> None:
        self.text += text
        lines = dict(line.split(": ", 1) for line in text.split("\n") if ": " in line and line[0] != ":")
        self.place = lines.get("id", self.place)
        if "data" in lines:
            self.kinds.append(lines["event"])
            self.told.append(json.loads(lines["data"]))

    async def hears(self, many: int, seconds: float = 8) -> list[dict[str, Any]]:
        await self._until(lambda: len(self.told) >= many, seconds)
        return self.told

    async def ends(self, seconds: float = 8) -> None:
        await self._until(lambda: self.ended, seconds)

    async def stands(self, seconds: float = 8) -> None:
        await self._until(lambda: bool(self.place) or self.ended, seconds)

    async def _until(self, holds: Callable[[], bool], seconds: float) -> None:
        async with asyncio.timeout(seconds), self.news:
            await self.news.wait_for(holds)


@asynccontextmanager
async def listening(url: str, headers: dict[str, str], **query: Any) -> AsyncIterator[Listening]:
    found = Listening()
    reading = asyncio.create_task(_read(found, url, headers, query))
    await found.stands()
    yield found
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


async def _read(found: Listening, url: str, headers: dict[str, str], query: dict[str, Any]) -> None:
    async with (
        AsyncClient(timeout=30) as client,
        client.stream("GET", url + STREAM, headers=headers, params=query) as it,
    ):
        found.status, block = it.status_code, ""
        async for line in it.aiter_lines():
            if line:
                block += line + "\n"
                continue
            found.take(block)
            block = ""
            async with found.news:
                found.news.notify_all()
    found.ended = True
    async with found.news:
        found.news.notify_all()


def at_once(answer: Response) -> Listening:
    """A stream that was only asked for what was missed."""
    assert answer.status_code == 200, answer.text
    found = Listening(status=200, ended=True)
    for block in answer.text.split("\n\n"):
        found.take(block)
    return found
