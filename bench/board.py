"""python -m bench.board [--many N]: the pages of the board among a million tickets (a year of 演示数据), over ASGI."""

import argparse
import asyncio
import gzip
import tempfile
import time
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from api.lifecycle import Role
from api.settings import Settings
from bench.figures import Figure, table
from bench.lives import Plan, fill
from nlp.understand import Understander
from tests.api.browsing import browser
from tests.conftest import fresh_postgres, running_api
from tests.postgres import running_postgres

TIMES = 20
ADDRESSES = {
    "board, a week": "/board",
    "the same, one street": "/board?street=金阊街道",
    "a week's report": "/board/week",
    "contractors as CSV": "/board.csv?figure=contractors",
    "board, four weeks": "/board?from=2026-10-27",
    "board, a quarter": "/board?from=2026-08-24",
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--many", type=int, default=1_000_000)
    asked.add_argument("--days", type=int, default=1000)
    given = asked.parse_args()
    understander = Understander.load(Settings().var_dir.absolute())
    with ExitStack() as stack:
        servers = {"SQLite": "", "PostgreSQL": stack.enter_context(running_postgres())}
        for name, server in servers.items():
            asyncio.run(measured(Console(), name, server, given.many, given.days, understander))


async def measured(console: Console, name: str, server: str, many: int, days: int, understander: Understander) -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        url = await stack.enter_async_context(fresh_postgres(server)) if server else ""
        api = await stack.enter_async_context(running_api(folder, url, understander, requests_a_minute=0))
        labels = [entry.label for entry in understander.catalogue.entries if entry.kind == "item"]
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task(name, total=many)
            plan = Plan(many, days, api.clock())
            await fill(api.db, plan, labels, lambda done: progress.advance(task, done))
        await api.app.state.days.refresh()
        reader = await browser(api, Role.SUPERVISOR)
        rows: list[tuple[Figure, Figure | None]] = []
        for what, address in ADDRESSES.items():
            times, size = [], 0
            for _ in range(TIMES):
                began = time.perf_counter()
                answer = (await reader.client.get(address)).raise_for_status()
                times.append(time.perf_counter() - began)
                size = len(gzip.compress(answer.content))
            rows.append((Figure(f"{what} ({size / 1000:.0f} kB)", times, len(times) / sum(times)), None))
        console.print(table(f"{name}, {many:,} tickets in {days} days", rows))


if __name__ == "__main__":
    main()
