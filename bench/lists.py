"""Tickets by the million: creation, action, queue and search, each beside a bare FastAPI + SQLModel of the same row.

`python -m bench.lists [--many N]`: on SQLite, and on PostgreSQL where its binaries are found. Some minutes each at a
million. All goes over ASGI in one process; only the ratios say anything about other machines.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import insert, text
from sqlmodel import SQLModel, col, select

from api import search
from api.db import Database
from api.lifecycle import Lane, Role, Status
from api.models import Follower, Resident, Ticket
from api.settings import Settings
from bench.figures import Figure, table
from nlp.understand import Understander
from tests.conftest import Api, fresh_postgres, running_api
from tests.postgres import running_postgres

UTTERANCES = Path(__file__).parent.parent / "nlp" / "utterances" / "items.txt"
OPEN_AT_MOST = 10_000  # what a district has in hand, however much it has had
A_BATCH, TIMES, RESIDENTS = 5_000, 200, 5_000
SEARCHED = ("路灯", "垃圾", "下水道", "电梯坏了", "观前街", "梧桐树", "飞线充电", "没有这样的话")
REPORT = {"channel": "web", "text": "南门路菜场门口的路灯不亮了", "label": "street_light", "place": "南门路菜场门口"}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--many", type=int, default=1_000_000)
    asyncio.run(measured(Console(), asked.parse_args().many))


async def measured(console: Console, many: int) -> None:
    understander = Understander.load(Settings().var_dir.absolute())
    with ExitStack() as stack:
        servers = {"SQLite": ""}
        try:
            servers["PostgreSQL"] = stack.enter_context(running_postgres())
        except (RuntimeError, OSError) as error:
            console.print(f"PostgreSQL left out: {error}")
        for name, server in servers.items():
            for rows in (1_000, many):
                await _database(console, name, server, rows, understander)


async def _database(console: Console, name: str, server: str, rows: int, understander: Understander) -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        urls = [await stack.enter_async_context(fresh_postgres(server)) if server else "" for _ in range(2)]
        api = await stack.enter_async_context(
            running_api(folder / "ours", urls[0], understander, requests_a_minute=0, reports_an_hour=0)
        )
        bare = await stack.enter_async_context(Bare(Settings(var_dir=folder / "bare", database_url=urls[1])))
        with Progress(console=console, transient=True) as progress:
            for db in (api.db, bare[0]):
                task = progress.add_task(f"{name}: {rows:,} tickets", total=rows)
                await _fill(db, rows, api.clock(), lambda done, task=task: progress.advance(task, done))  # type: ignore[misc]
        console.print(table(f"{name}, {rows:,} tickets", await _figures(api, bare[1])))


class Bare:
    """The reference: the same table, one insert and one select, and nothing else. (its database, its client)"""

    def __init__(self, settings: Settings) -> None:
        self.db = Database(settings.database_for("bare"))

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
            ticket = Ticket(**_row(int(time.time_ns()), row["text"], datetime.fromisoformat(row["at"])))
            session.add(ticket)
            await session.flush()
            return ticket.id

    @app.get("/tickets")
    async def newest() -> list[dict[str, Any]]:
        async with db.reading() as session:
            query = select(Ticket).order_by(col(Ticket.id).desc()).limit(50)
            return [ticket.model_dump() for ticket in await session.exec(query)]

    return app


def _row(number: int, said: str, at: datetime, status: Status = Status.CLOSED) -> dict[str, Any]:
    return {
        "number": f"GS{number}", "lane": Lane.PUBLIC, "kind": "item", "label": "street_light", "status": status,
        "text": said, "place": "", "street": "金阊街道", "channel": "web", "reporter_id": f"r{number % RESIDENTS}",
        "reported_at": at, "status_at": at, "ended_at": at if status is Status.CLOSED else None,
    }  # fmt: skip


async def _fill(db: Database, many: int, now: datetime, done: Callable[[int], None]) -> None:
    """演示数据: utterances of the project, told again and again; a hundredth of them is still open."""
    said = [line.strip() for line in UTTERANCES.read_text(encoding="utf-8").splitlines() if line[:1] not in "#\n"]
    chance = random.Random(4)
    texts = [line.replace("{", "").replace("}", "") for line in said]
    streets = ["金阊街道", "吴门桥街道", "平江街道", "双塔街道", "沧浪街道", "虎丘街道", "白洋湾街道", "苏锦街道"]
    still_open = min(OPEN_AT_MOST, many // 2)
    async with db.writer() as connection:
        names = [f"r{one}" for one in range(RESIDENTS)]
        await connection.execute(insert(Resident), [{"id": one, "channel": "web", "address": one} for one in names])
    for begin in range(1, many + 1, A_BATCH):
        keys = range(begin, min(begin + A_BATCH, many + 1))
        rows = []
        for key in keys:
            is_open = key > many - still_open
            row = _row(
                key,
                chance.choice(texts),
                now - timedelta(minutes=many - key),
                _open(chance) if is_open else Status.CLOSED,
            )
            rows.append(
                row
                | {
                    "id": key,
                    "street": chance.choice(streets),
                    "label": chance.choice(LABELS),
                    "priority": int(chance.random() < 0.05),
                }
            )
        await _insert(db, rows)
        done(len(rows))
    async with db.writer() as connection:
        if not db.is_sqlite:
            await connection.exec_driver_sql("SELECT setval('ticket_id_seq', (SELECT max(id) FROM ticket))")
        await connection.exec_driver_sql("ANALYZE")


LABELS = ("street_light", "household_waste", "water_leak", "manhole_cover", "bulky_waste")


def _open(chance: random.Random) -> Status:
    return chance.choice((Status.REPORTED, Status.FILED, Status.DISPATCHED, Status.IN_PROGRESS))


async def _insert(db: Database, rows: Sequence[dict[str, Any]]) -> None:
    plain = {
        name: column.default.arg
        for name, column in Ticket.__table__.columns.items()
        if column.default is not None and not callable(column.default.arg)
    }  # type: ignore[attr-defined]
    whole = [plain | {"alternatives": [], "because": []} | row for row in rows]
    async with db.writer() as connection:
        await connection.execute(insert(Ticket), whole)
        followers = [{"ticket_id": row["id"], "resident_id": row["reporter_id"], "via": ""} for row in rows]
        await connection.execute(insert(Follower), followers)
        if db.is_sqlite:
            words = [{"key": row["id"], "words": " ".join(search.pairs(row["text"]))} for row in rows]
            await connection.execute(text("INSERT INTO ticket_words (rowid, words) VALUES (:key, :words)"), words)
        else:
            words = [{"key": row["id"], "words": search.as_tsvector(row["text"])} for row in rows]
            await connection.execute(
                text("UPDATE ticket SET words = CAST(CAST(:words AS text) AS tsvector) WHERE id = :key"), words
            )


async def _figures(api: Api, bare: AsyncClient) -> list[tuple[Figure, Figure | None]]:
    staff = await api.staff("bench", Role.TRIAGE)
    at = api.clock().isoformat()
    inserted = await _timed("bare insert", lambda i: bare.post("/tickets", json=REPORT | {"at": at}))
    selected = await _timed("bare select of 50", lambda i: bare.get("/tickets"))
    numbers: list[str] = []

    async def create(i: int) -> httpx.Response:
        answer = await api.client.post("/api/v1/tickets", json=REPORT | {"reporter": f"b{i}"}, headers=api.bot())
        numbers.append(answer.json()["number"])
        return answer

    created = await _timed("creation", create)
    filed = await _timed(
        "action", lambda i: api.client.post(f"/api/v1/tickets/{numbers[i]}/actions/file", json={}, headers=staff)
    )
    pages = {name: query for name, query in _pages()}
    lists = [
        await _timed(name, lambda i, query=query: api.client.get(f"/api/v1/tickets?{query}", headers=staff))  # type: ignore[misc]
        for name, query in pages.items()
    ]
    one = api.resident(address="r7")
    lists.append(await _timed("a resident's own", lambda i: api.client.get("/api/v1/tickets", headers=one)))
    found = await _timed("search in all", lambda i: _search(api, staff, i, ""))
    found_open = await _timed("search in what is open", lambda i: _search(api, staff, i, "open"))
    rows: list[tuple[Figure, Figure | None]] = [
        (inserted, None),
        (created, inserted),
        (filed, inserted),
        (selected, None),
    ]
    return rows + [(figure, selected) for figure in (*lists, found, found_open)]


def _pages() -> Iterator[tuple[str, str]]:
    yield "queue page", "status=open"
    yield "queue, mine, one street", "status=mine&grid=金阊街道"
    yield "newest of a label", "label=water_leak"
    yield "ended", "status=ended"


async def _search(api: Api, staff: dict[str, str], i: int, status: str) -> httpx.Response:
    asked = {"q": SEARCHED[i % len(SEARCHED)], "status": status}
    return await api.client.get("/api/v1/tickets", params=asked, headers=staff)


async def _timed(name: str, once: Callable[[int], Awaitable[httpx.Response]]) -> Figure:
    times = []
    for i in range(TIMES):
        began = time.perf_counter()
        (await once(i)).raise_for_status()
        times.append(time.perf_counter() - began)
    return Figure(name, times, len(times) / sum(times))


if __name__ == "__main__":
    main()
