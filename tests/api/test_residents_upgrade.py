"""A database from before residents had a table of their own: who they are moves there, and all else stays true."""

import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, DateTime, MetaData, func, select, text
from sqlmodel import SQLModel
from sqlmodel import select as select_rows

from api import audit, residents
from api.__main__ import MIGRATIONS
from api.db import Database
from api.models import Event, Follower, Notice, Photo, RequestKey, Resident, Ticket
from api.settings import Settings
from tests.conftest import fresh_postgres

BEFORE = "0011"
ROWS: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("before_residents.json").read_text(encoding="utf-8")
)
KEY = str(ROWS.pop("key")).encode()
WHO = {("web", "r1-7001"), ("web", "r3-7003"), ("telegram", "5550001")}  # and the caller of the order of 12345
ADDRESSES = ("r1-7001", "r3-7003", "5550001")
STAFF_CHAT = "990077"


def to_the_old_state(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, BEFORE)
    tables = MetaData()
    tables.reflect(connection)
    for name, rows in ROWS.items():
        columns = tables.tables[name].columns
        connection.execute(
            tables.tables[name].insert(),
            [{field: _value(columns[field], value) for field, value in row.items()} for row in rows],
        )


def _value(column: Column[Any], value: Any) -> Any:
    moment = isinstance(column.type, DateTime) and value is not None
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if moment else value


@pytest.fixture(params=["sqlite", "postgres"])
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    cipher = Settings(var_dir=tmp_path).cipher_for("api")
    if request.param == "sqlite":
        found = Database(f"sqlite+aiosqlite:///{tmp_path}/api.db", cipher)
        await _upgrade(found)
        yield found
        await found.close()
        return
    async with fresh_postgres(request.getfixturevalue("postgres_url")) as url:
        found = Database(Settings(database_url=url).database_for("api"), cipher)
        await _upgrade(found)
        yield found
        await found.close()


async def _upgrade(db: Database) -> None:
    async with db.engine.connect() as connection:
        await connection.run_sync(to_the_old_state)
        await connection.commit()
    await db.migrate(MIGRATIONS)


async def test_the_history_verifies_as_before(db: Database) -> None:
    async with db.reading() as session:
        assert [flaw async for flaw in audit.verify(session, KEY, {}, lambda _: None)] == []


async def test_whose_an_old_event_is_is_still_bound(db: Database) -> None:
    async with db.writing() as session:
        [join] = (await session.exec(select_rows(Event).where(Event.action == "join"))).all()
        other = await residents.named(session, "web", "r3-7003")
        assert other is not None
        join.actor = other
    async with db.reading() as session:
        [flaw] = [flaw async for flaw in audit.verify(session, KEY, {}, lambda _: None)]
    assert "actor" in flaw.what


async def test_who_they_are_stands_in_one_table(db: Database) -> None:
    async with db.reading() as session:
        known = (await session.exec(select_rows(Resident))).all()
        tickets = (await session.exec(select_rows(Ticket).order_by(Ticket.number))).all()
        told = [(one.channel, one.address) for one in await residents.following(session, tickets[0])]
    of = {one.id: (one.channel, one.address) for one in known}
    assert set(of.values()) > WHO and len(of) == len(WHO) + 2  # the caller, and the order that is told of progress
    whose = [of.get(ticket.reporter_id or "") for ticket in tickets]
    assert whose[0] == ("web", "r1-7001") and whose[2] == ("telegram", "5550001") and whose[4] == ("web", "r3-7003")
    assert whose[3] is None, "erased before"
    assert told == [("web", "r1-7001"), ("telegram", "5550001"), ("web", "r3-7003")]


async def test_no_table_shows_an_address(db: Database) -> None:
    async with db.engine.connect() as connection:
        tables = MetaData()
        await connection.run_sync(lambda sync: tables.reflect(sync))
        rows = {
            name: str((await connection.execute(select(table))).all())
            for name, table in tables.tables.items()
            if name != "alembic_version"
        }
    assert [name for name, text in rows.items() if any(address in text for address in ADDRESSES)] == []


async def test_notices_that_wait_still_reach_people(db: Database) -> None:
    async with db.reading() as session:
        waiting = (await session.exec(select_rows(Notice).order_by(Notice.id))).all()  # type: ignore[arg-type]
        known = await residents.addresses(session, [notice.address for notice in waiting])
    reached = [known.get(notice.address, notice.address) for notice in waiting]
    assert reached == [row["address"] for row in ROWS["notice"]]
    assert STAFF_CHAT not in known.values(), "whoever is on duty is no resident"


async def test_a_repeated_request_is_still_known_by_its_key(db: Database) -> None:
    hashed = {hashlib.sha256(row["key"].encode()).hexdigest(): row["number"] for row in ROWS["request_key"]}
    async with db.reading() as session:
        kept = (await session.exec(select_rows(RequestKey))).all()
        [photo] = (await session.exec(select_rows(Photo))).all()
        mine = await residents.named(session, "web", "r1-7001")
    assert {one.key: one.number for one in kept} == hashed
    assert photo.by == mine and mine in {one.caller for one in kept}


async def test_the_tables_are_those_of_the_models(db: Database) -> None:
    async with db.engine.connect() as connection:
        differs = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), SQLModel.metadata)
        )
        dangling = select(func.count()).select_from(Follower).where(text("resident_id IS NULL"))
        assert (await connection.execute(dangling)).scalar() == 0
    beside = "'words'"  # the search index of PostgreSQL, which no model has
    ours = ("ticket", "follower", "resident", "old_seal", "event", "notice")
    assert [
        change for change in map(str, differs) if any(f"'{name}'" in change for name in ours) and beside not in change
    ] == []
