"""Residents in the web chat who answer at once: from their words to the card, and to the number of a ticket on disk."""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx
from websockets.asyncio.client import ClientConnection, connect

from bench.figures import Figure

WORDS, CARD, FILED = "南环新村12幢门口的路灯不亮了，晚上黑漆漆的", "我记下的是", "收到了，编号"
PATIENCE = 30.0  # seconds for an answer


@dataclass
class Times:
    turns: list[float] = field(default_factory=list)
    reports: list[float] = field(default_factory=list)


Once = Callable[[], Awaitable[None]]


async def at_once(people: list[Once], seconds: float) -> float:
    """Each does it again and again until the time is up; the seconds it took."""
    began = time.perf_counter()
    await asyncio.gather(*(_again(once, began + seconds) for once in people))
    return time.perf_counter() - began


async def _again(once: Once, ends: float) -> None:
    while time.perf_counter() < ends:
        await once()


async def measure(chat_url: str, chats: int, seconds: float) -> tuple[Figure, Figure]:
    """(a turn, a report filed) with so many chats at once, each of a house of its own: what a neighbour has reported
    would be offered instead of filed."""
    times, address = Times(), chat_url.replace("http", "ws")
    lines = [await connect(f"{address}/ws?session={secrets.token_urlsafe(32)}", proxy=None) for _ in range(chats)]
    houses = [WORDS.replace("12", str(chats + house)) for house in range(1, chats + 1)]  # nobody's of another time
    took = await at_once([_reporting(*one, times) for one in zip(lines, houses, strict=True)], seconds)
    await asyncio.gather(*(line.close() for line in lines))
    at = "1 chat" if chats == 1 else f"{chats} chats"
    # a report is two turns: words -> card, press -> number
    turns = Figure(f"a turn, {at}", times.turns, len(times.turns) / took)
    return turns, Figure(f"a report filed, {at}", times.reports, len(times.reports) / took)


def _reporting(line: ClientConnection, words: str, times: Times) -> Once:
    async def once() -> None:
        began = time.perf_counter()
        card = await _ask(line, CARD, text=words)
        answered = time.perf_counter()
        await _ask(line, FILED, press=card["buttons"][0][0]["id"])
        ended = time.perf_counter()
        times.turns += [answered - began, ended - answered]
        times.reports.append(ended - began)

    return once


async def _ask(line: ClientConnection, wanted: str, **frame: str) -> dict[str, list[list[dict[str, str]]]]:
    await line.send(json.dumps(frame | {"id": secrets.token_hex(8)}))
    async with asyncio.timeout(PATIENCE):
        while True:
            heard = json.loads(await line.recv())
            if "say" in heard:
                await line.send(json.dumps({"seen": heard["n"]}))
                if wanted in heard["say"]:
                    return dict(heard)


async def first_answer(chat_url: str) -> None:
    async with connect(f"{chat_url.replace('http', 'ws')}/ws?session={secrets.token_urlsafe(32)}", proxy=None) as line:
        await _ask(line, CARD, text=WORDS)


async def measure_bare(url: str, clients: int, seconds: float) -> Figure:
    """The reference, by as many clients, each with a connection of its own."""
    times: list[float] = []
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE) as http:

        async def once() -> None:
            began = time.perf_counter()
            (await http.post("/words", json={"text": WORDS})).raise_for_status()
            times.append(time.perf_counter() - began)

        took = await at_once([once] * clients, seconds)
    return Figure(f"bare FastAPI + one insert, {clients} at once", times, len(times) / took)
