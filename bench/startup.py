"""From the start of each process to its first answer."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
from websockets.exceptions import WebSocketException

from bench import chat, usage
from tests.processes import Process, Product

LOOKS_EVERY = 0.02
STARTS_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Start:
    name: str
    seconds: float  # medians
    processor: float  # seconds of it, whatever else the machine did


async def answers(ask: Callable[[], Awaitable[object]]) -> float:
    """Seconds until it answers."""
    began = time.perf_counter()
    async with asyncio.timeout(STARTS_WITHIN):
        while True:
            try:
                await ask()
                return time.perf_counter() - began
            except (httpx.HTTPError, WebSocketException, OSError):
                await asyncio.sleep(LOOKS_EVERY)


async def both(product: Product, tries: int, tick: Callable[[], None]) -> list[Start]:
    """Leaves both running. The bot's first answer is one to a resident's words, in the web chat."""

    async with httpx.AsyncClient(base_url=product.api_url, trust_env=False) as http:

        async def ready() -> None:
            (await http.get("/healthz")).raise_for_status()

        async def talk() -> None:
            await chat.first_answer(product.chat_url)

        return [
            await _start("api", product.api, ready, tries, tick),
            await _start("bot", product.bot, talk, tries, tick),
        ]


async def _start(
    name: str, process: Process, ask: Callable[[], Awaitable[object]], tries: int, tick: Callable[[], None]
) -> Start:
    times, busy = [], []
    for _ in range(tries):
        process.stop()
        process.start()
        times.append(await answers(ask))
        busy.append(usage.processor(process.pid))
        tick()
    return Start(name, statistics.median(times), statistics.median(busy))
