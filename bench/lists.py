"""Tickets by the million: creation, action, queue and search, each beside a bare FastAPI + SQLModel of the same row.

`python -m bench.lists [--many N] [--on PostgreSQL]`: on SQLite, and on PostgreSQL where its binaries are found. Some
minutes each at a million. All goes over ASGI in one process. A nearly empty and a full database are asked in turns, so
whatever else the machine does meets both; only the ratios say anything about other machines.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from rich.console import Console
from rich.progress import Progress
from sqlmodel import SQLModel, col, select

from api.db import Database
from api.lifecycle import Role
from api.models import Ticket
from api.settings import Settings
from bench.crowd import filled, row_of
from bench.figures import Figure, table
from nlp.understand import Understander
from tests.conftest import Api, fresh_postgres, running_api
from tests.postgres import running_postgres

ON = ("SQLite", "PostgreSQL")
FEW, MANY, TIMES = 1_000, 1_000_000, 300
SEARCHED = ("路灯", "垃圾", "下水道", "电梯坏了", "观前街", "梧桐树", "飞线充电", "没有这样的话")
REPORT = {"channel": "web", "text": "南门路菜场门口的路灯不亮了", "label": "street_light", "place": "南门路菜场门口"}
PAGES = {
    "queue page": "status=open",
    "queue, mine, one street": "status=mine&grid=金阊街道",
    "newest of a label": "label=water_leak",
    "ended": "status=ended",
}


@dataclass
class Held:
    """One database of ours and one bare, with as many tickets each."""

    api: Api
    bare: AsyncClient
    staff: dict[str, str]
    numbers: list[str] = field(default_factory=list)

    async def insert(self, _: int) -> httpx.Response:
        return await self.bare.post("/tickets", json=REPORT | {"at": self.api.clock().isoformat()})

    async def select(self, _: int) -> httpx.Response:
        return await self.bare.get("/tickets")

    async def create(self, i: int) -> httpx.Response:
        report = REPORT | {"reporter": f"b{i}"}
        answer = await self.api.client.post("/api/v1/tickets", json=report, headers=self.api.bot())
        self.numbers.append(answer.json()["number"])
        return answer

    async def file(self, i: int) -> httpx.Response:
        path = f"/api/v1/tickets/{self.numbers[i]}/actions/file"
        return await self.api.client.post(path, json={}, headers=self.staff)

    async def page(self, query: str) -> httpx.Response:
        return await self.api.client.get(f"/api/v1/tickets?{query}", headers=self.staff)

    async def own(self, _: int) -> httpx.Response:
        return await self.api.client.get("/api/v1/tickets", headers=self.api.resident(address="r7"))

    async def search(self, i: int, status: str) -> httpx.Response:
        asked = {"q": SEARCHED[i % len(SEARCHED)], "status": status}
        return await self.api.client.get("/api/v1/tickets", params=asked, headers=self.staff)


Once = Callable[[Held, int], Awaitable[httpx.Response]]
BARE: dict[str, Once] = {"bare insert": Held.insert, "bare select of 50": Held.select}
WRITES: dict[str, Once] = {"creation": Held.create, "action": Held.file}
READS: dict[str, Once] = {
    **{name: lambda held, _, query=query: held.page(query) for name, query in PAGES.items()},  # type: ignore[misc]
    "a resident's own": Held.own,
    "search in all": lambda held, i: held.search(i, ""),
    "search in what is open": lambda held, i: held.search(i, "open"),
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--many", type=int, default=MANY)
    asked.add_argument("--on", choices=ON, nargs="*", default=ON)
    given = asked.parse_args()
    asyncio.run(measured(Console(), given.many, given.on))


async def measured(console: Console, many: int, on: Sequence[str]) -> None:
    understander = Understander.load(Settings().var_dir.absolute())
    with ExitStack() as stack:
        servers = {"SQLite": ""}
        try:
            servers["PostgreSQL"] = stack.enter_context(running_postgres())
        except (RuntimeError, OSError) as error:
            console.print(f"PostgreSQL left out: {error}")
        for name, server in servers.items():
            if name not in on:
                continue
            async with AsyncExitStack() as opened:
                few, full = [await _held(opened, console, name, server, rows, understander) for rows in (FEW, many)]
                await _compared(console, name, many, few, full)


async def _held(
    stack: AsyncExitStack, console: Console, name: str, server: str, rows: int, understander: Understander
) -> Held:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
    urls = [await stack.enter_async_context(fresh_postgres(server)) if server else "" for _ in range(2)]
    limits = {"requests_a_minute": 0, "reports_an_hour": 0}
    api = await stack.enter_async_context(running_api(folder / "ours", urls[0], understander, **limits))
    bare = await stack.enter_async_context(Bare(Settings(var_dir=folder / "bare", database_url=urls[1])))
    with Progress(console=console, transient=True) as progress:
        for db in (api.db, bare[0]):
            task = progress.add_task(f"{name}: {rows:,} tickets", total=rows)
            await filled(db, rows, api.clock(), lambda done, task=task: progress.advance(task, done))  # type: ignore[misc]
    return Held(api, bare[1], await api.staff("bench", Role.TRIAGE))


async def _compared(console: Console, name: str, many: int, few: Held, full: Held) -> None:
    found: dict[str, list[Figure]] = {}
    for what, once in (BARE | WRITES | READS).items():
        found[what] = await _in_turns(what, once, (few, full))
    for at, rows in enumerate((FEW, many)):
        inserted, selected = (found[what][at] for what in BARE)
        lines: list[tuple[Figure, Figure | None]] = [(inserted, None), (selected, None)]
        lines += [(found[what][at], inserted) for what in WRITES] + [(found[what][at], selected) for what in READS]
        console.print(table(f"{name}, {rows:,} tickets", lines))
    console.print(
        table(f"{name}, {many:,} beside {FEW:,}, asked in turns", [(full, few) for few, full in found.values()])
    )


async def _in_turns(what: str, once: Once, helds: Sequence[Held]) -> list[Figure]:
    times: list[list[float]] = [[] for _ in helds]
    for i in range(TIMES):
        for held, of in zip(helds, times, strict=True):
            began = time.perf_counter()
            (await once(held, i)).raise_for_status()
            of.append(time.perf_counter() - began)
    return [Figure(what, of, len(of) / sum(of)) for of in times]


class Bare:
    """The reference: the same table, one insert and one select, and nothing else. (its database, its client)"""

    def __init__(self, settings: Settings) -> None:
        self.db = Database(settings.database_for("bare"), settings.cipher_for("api"))

    async def __aenter__(self) -> tuple[Database, AsyncClient]:
        async with self.db.writer() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
            if self.db.is_sqlite:
                await connection.exec_driver_sql("CREATE VIRTUAL TABLE ticket_words USING fts5(words, content='')")
            else:
                await connection.exec_driver_sql("ALTER TABLE ticket ADD COLUMN words tsvector")
        self.client = AsyncClient(transport=ASGITransport(_bare_app(self.db)), base_url="http://bare")
        return self.db, self.client

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()
        await self.db.close()


def _bare_app(db: Database) -> FastAPI:
    app = FastAPI()

    @app.post("/tickets")
    async def add(row: dict[str, Any]) -> int:
        async with db.writing() as session:
            ticket = Ticket(**row_of(int(time.time_ns()), row["text"], datetime.fromisoformat(row["at"])))
            session.add(ticket)
            await session.flush()
            return ticket.id

    @app.get("/tickets")
    async def newest() -> list[dict[str, Any]]:
        async with db.reading() as session:
            query = select(Ticket).order_by(col(Ticket.id).desc()).limit(50)
            return [ticket.model_dump() for ticket in await session.exec(query)]

    return app


if __name__ == "__main__":
    main()
