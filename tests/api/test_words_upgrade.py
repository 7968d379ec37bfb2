"""A database from before words were enciphered is taken up with all it holds, and no page of it keeps a word."""

import json
import shutil
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlmodel import SQLModel, select

from api import recipher
from api.__main__ import MIGRATIONS
from api.cipher import MARK, WrongKey
from api.db import Database
from api.keys import check
from api.models import Event, Ticket
from api.office import utc_now
from api.settings import Settings
from tests.conftest import fresh_postgres

BEFORE = "0018"
SAID, PLACE, ASKED, ANSWER = "房东闫翠凤不退押金", "东大街五号", "合同是书面的吗", "先发律师函"
TICKET = {
    "id": 1, "number": "GS20261101-0001", "lane": "legal", "kind": "legal", "label": "legal:tenancy",
    "status": "dispatched", "step": 3, "priority": 0, "urgent": False, "text": SAID, "place": PLACE,
    "street": "", "community": "", "grid": "", "channel": "web", "confirmed": True, "confidence": 0.9,
    "alternatives": "[]", "because": json.dumps(["闫翠凤"]), "escalated": False, "asks": 0, "paused": False,
    "returns": 0, "disputes": 0, "follow_ups": 0, "extensions": 0, "warned": 0, "check_warned": 0, "urged": 0,
    "more_time": False, "events": 1, "head": "", "lateness": 0, "joined": 0,
}  # fmt: skip
EVENT = {
    "ticket_id": 1, "before": "", "after": "reported", "role": "resident", "actor": "r1", "state": "", "mac": "",
    "seals": json.dumps({"note": ["salt-of-it", "digest-of-it"]}),
}  # fmt: skip
FACTS = {"where": PLACE, "by": "anna", "label": ["other", "legal:tenancy"]}
ROWS: list[tuple[str, dict[str, Any]]] = [
    ("ticket", TICKET),
    ("event", EVENT | {"id": 1, "seq": 1, "action": "report", "note": SAID, "reason": "", "facts": json.dumps(FACTS)}),
    ("event", EVENT | {"id": 2, "seq": 2, "action": "ask", "note": ASKED, "reason": ANSWER, "facts": "{}"}),
    ("pause", {"id": 1, "ticket_id": 1, "question": ASKED}),
    ("notice", {
        "id": 1, "ticket_id": 1, "event_id": 2, "kind": "legal.ask", "channel": "web", "address": "r1",
        "urgent": False, "facts": json.dumps({"note": ASKED}), "attempts": 0, "claimed_by": "", "failed": "",
    }),
]  # fmt: skip
MOMENTS = {
    "ticket": ("reported_at", "status_at"), "event": ("at",), "pause": ("opened_at", "ends_at"),
    "notice": ("created_at", "not_before_at"),
}  # fmt: skip


def to_the_old_state(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, BEFORE)
    for table, row in ROWS:
        moments = dict.fromkeys(MOMENTS[table], "TIMESTAMP '2026-11-01 09:00:00'")
        if connection.dialect.name == "sqlite":
            moments = dict.fromkeys(MOMENTS[table], "'2026-11-01 09:00:00.000000'")
        columns = ", ".join([*row, *moments])
        values = ", ".join([*(f":{name}" for name in row), *moments.values()])
        connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), row)


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


async def stored(db: Database) -> str:
    """Every column of every row, as it lies there."""
    async with db.reader() as connection:
        rows = [(await connection.execute(text(f"SELECT * FROM {table}"))).all() for table in MOMENTS]
    return repr(rows)


async def test_what_was_said_is_read_as_before_and_lies_there_enciphered(db: Database) -> None:
    lies = await stored(db)
    assert not [word for word in (SAID, "闫翠凤", "\\u95eb", PLACE, ASKED, ANSWER, "salt-of-it") if word in lies]
    assert lies.count(MARK) >= 9
    async with db.reading() as session:
        ticket = (await session.exec(select(Ticket))).one()
        report, asked = (await session.exec(select(Event).order_by(Event.id))).all()  # type: ignore[arg-type]
    assert (ticket.text, ticket.place, ticket.because) == (SAID, PLACE, ["闫翠凤"])
    assert (report.note, report.facts, report.seals) == (SAID, FACTS, {"note": ["salt-of-it", "digest-of-it"]})
    assert (asked.note, asked.reason, asked.facts) == (ASKED, ANSWER, {})


def words_in(files: Iterable[Path]) -> list[str]:
    contents = b"".join(file.read_bytes() for file in files)
    return [word for word in (SAID, PLACE, ASKED, ANSWER) if word.encode() in contents]


async def test_no_page_of_an_sqlite_file_keeps_a_word(tmp_path: Path) -> None:
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/api.db", Settings(var_dir=tmp_path).cipher_for("api"))
    files = [tmp_path / "api.db", tmp_path / "api.db-wal"]
    async with db.engine.connect() as connection:
        await connection.run_sync(to_the_old_state)
        await connection.commit()
    assert words_in(files) == [SAID, PLACE, ASKED, ANSWER]
    await db.migrate(MIGRATIONS)
    assert words_in(files) == []
    await db.close()


async def test_without_its_key_nothing_starts(db: Database, tmp_path: Path) -> None:
    await check(db, utc_now())
    assert db.known_cipher.marks is not None
    for lost, key in (("words", db.known_cipher.newest), ("residents", db.known_cipher.marks.id)):
        shutil.copytree(tmp_path / "keys", tmp_path / lost / "keys")
        (tmp_path / lost / "keys" / lost).unlink()
        other = Database(db.url, Settings(var_dir=tmp_path / lost).cipher_for("api"))
        with pytest.raises(WrongKey, match=f"{key}, which is not in .*{lost}/keys/{lost}"):
            await check(other, utc_now())
        await other.close()


async def test_keys_are_exchanged(db: Database, tmp_path: Path) -> None:
    settings, old = Settings(var_dir=tmp_path), db.known_cipher.newest
    settings.add_key("api")
    beside = Database(db.url, settings.cipher_for("api"))
    assert beside.known_cipher.newest != old
    await check(beside, utc_now())
    many = await recipher.count(beside, SQLModel.metadata)
    assert many == len(ROWS) and await recipher.rows(beside, SQLModel.metadata, lambda _: None) == many
    assert f"{MARK}{old}" not in await stored(beside) and await recipher.count(beside, SQLModel.metadata) == 0
    async with db.reading() as session:  # by a process that knew the old one only
        assert (await session.exec(select(Ticket.text))).one() == SAID
    await beside.close()
