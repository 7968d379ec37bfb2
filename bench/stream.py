"""python -m bench.stream [--clients 500] [--rate 20] [--seconds 20]: how late the queue's stream tells, and what a
listener costs. One `api` process on SQLite, as many listeners as asked, and reports that come in at the rate asked.

Each listener must have heard of each report once, in the order of all others. The lateness of an event is the time from
the answer to the report until a listener has read it; the reference is a bare loopback echo to as many sockets.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import Progress

from api.settings import Settings
from bench import startup, usage
from bench.figures import Figure, table
from tests.processes import Product, running

REPORT = {"channel": "web", "text": "南门路菜场门口的路灯不亮了", "label": "street_light", "place": "南门路菜场门口"}
MARK = b'data: {"number":"'
KEY = "bench"
CALM = 3.0  # seconds for what is still under way


@dataclass
class Heard:
    """By one listener: the numbers, in the order they came, and when."""

    numbers: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)


@dataclass
class Found:
    sent: dict[str, float]
    heard: list[Heard]
    before: usage.Memory
    after: usage.Memory
    echoed: Figure

    @property
    def late(self) -> list[float]:
        return [
            max(at - self.sent[number], 0) for one in self.heard for number, at in zip(one.numbers, one.at, strict=True)
        ]

    @property
    def complete(self) -> int:
        """How many listeners heard everything once, all in the same order."""
        orders = Counter(tuple(one.numbers) for one in self.heard)
        order, many = orders.most_common(1)[0]
        return many if sorted(order) == sorted(self.sent) else 0


async def _listen(host: str, port: int, token: str, heard: Heard, ready: asyncio.Event) -> None:
    reader, writer = await asyncio.open_connection(host, port, limit=2**20)
    asked = f"GET /api/v1/queue/stream HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"
    writer.write(asked.encode())
    try:
        async for line in reader:
            if line.startswith(b"id: "):
                ready.set()
            elif line.startswith(MARK):
                heard.numbers.append(line[len(MARK) :].split(b'"', 1)[0].decode())
                heard.at.append(time.perf_counter())
    finally:
        writer.close()


@asynccontextmanager
async def _listening(url: httpx.URL, token: str, many: int) -> AsyncIterator[list[Heard]]:
    heard, ready = [Heard() for _ in range(many)], [asyncio.Event() for _ in range(many)]
    tasks = [
        asyncio.create_task(_listen(url.host, url.port or 80, token, one, event))
        for one, event in zip(heard, ready, strict=True)
    ]
    await asyncio.gather(*(event.wait() for event in ready))
    yield heard
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def measured(product: Product, clients: int, rate: float, seconds: float, progress: Progress) -> Found:
    token = product.command("api", "staff", "token", "bench").split()[-1]
    bot = {"Authorization": f"Bearer {KEY}"}
    url = httpx.URL(product.api_url)
    async with httpx.AsyncClient(base_url=url, headers=bot, timeout=60) as client:
        await startup.answers(lambda: client.get("/readyz"))
        await _report(client, -1)
        before = usage.memory(product.api.pid)
        async with _listening(url, token, clients) as heard:
            sent = await _reports(client, rate, seconds, progress)
            after = usage.memory(product.api.pid)
            await asyncio.sleep(CALM)
    return Found(sent, heard, before, after, await echoed(clients, len(sent) // 4 or 1))


async def _reports(client: httpx.AsyncClient, rate: float, seconds: float, progress: Progress) -> dict[str, float]:
    """At their times, whether or not those before are answered yet."""
    task, many, began = (
        progress.add_task("reports", total=int(rate * seconds)),
        int(rate * seconds),
        time.perf_counter(),
    )
    sent: dict[str, float] = {}

    async def one(at: int) -> None:
        number = await _report(client, at)
        sent[number] = time.perf_counter()
        progress.advance(task)

    pending = []
    for at in range(many):
        await asyncio.sleep(max(0.0, began + at / rate - time.perf_counter()))
        pending.append(asyncio.create_task(one(at)))
    await asyncio.gather(*pending)
    return sent


async def _report(client: httpx.AsyncClient, at: int) -> str:
    answer = await client.post("/api/v1/tickets", json=REPORT | {"reporter": f"b{at}"})
    answer.raise_for_status()
    return str(answer.json()["number"])


async def echoed(clients: int, times: int) -> Figure:
    """A line written to as many sockets and read from each, in one process: what this machine can do at all."""
    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0)
    ends = [await asyncio.open_connection(*server.sockets[0].getsockname()) for _ in range(clients)]
    taken: list[float] = []
    all_began = time.perf_counter()
    for _ in range(times):
        began = time.perf_counter()
        for writer in writers:
            writer.write(b"x" * 300 + b"\n")
        for reader, _ in ends:
            await reader.readline()
            taken.append(time.perf_counter() - began)
    whole = time.perf_counter() - all_began
    for _, writer in ends:
        writer.close()
    server.close()
    return Figure("bare loopback", taken, len(taken) / whole)


def show(console: Console, found: Found, rate: float) -> None:
    clients, late = len(found.heard), found.late
    figure = Figure(f"{clients} listeners, {rate:g} reports a second", late, clients * rate)
    console.print(
        table(
            "The queue's stream: from the answer to a report to its event",
            [(found.echoed, None), (figure, found.echoed)],
        )
    )
    each = (found.after.rss - found.before.rss) * 1024 / clients
    console.print(f"{found.complete} of {clients} listeners heard all {len(found.sent)} reports, once and in one order")
    console.print(f"memory of the api: {found.before} before, {found.after} with them: {each:.0f} kB a listener")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--clients", type=int, default=500)
    asked.add_argument("--rate", type=float, default=20)
    asked.add_argument("--seconds", type=float, default=20)
    given = asked.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Progress(console=console, transient=True) as progress:
        product = Product(Path(folder) / "var", Settings().var_dir.absolute() / "model", {"BOT_API_KEY": KEY})
        product.prepare()
        product.command("api", "staff", "add", "bench", "--role", "triage")
        with running(product, ["api"]):
            found = asyncio.run(measured(product, given.clients, given.rate, given.seconds, progress))
    show(console, found, given.rate)


if __name__ == "__main__":
    main()
