"""A bot's database from before words were enciphered is taken up with all that waits in it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateSchema

from api.cipher import MARK
from api.db import Database
from bot.app import MIGRATIONS
from bot.events import Heard, Said, Say
from bot.state import Dialogue
from bot.store import COMMAND, DIALOGUE, EVENT, Store
from tests.bot.conftest import opened
from tests.conftest import Clock

BEFORE, MANY = "0001", 1100  # more than a batch
CHAT, SAID, TOLD = ("web", "anna"), "房东闫翠凤不退押金", "顾问回答您：先发律师函"
AT = {"sqlite": "'2026-11-01 09:00:00.000000'", "postgresql": "TIMESTAMP '2026-11-01 09:00:00'"}
EVENT_ROW = {
    "channel": "web", "chat": "anna", "event": EVENT.dump_json(Said(SAID, Heard())).decode(), "from_person": True,
    "handled": False,
}  # fmt: skip
COMMAND_ROW = {
    "id": 1, "channel": "web", "chat": "anna", "lane": "say", "command": COMMAND.dump_json(Say(TOLD)).decode(),
    "notice_id": 7, "done": False, "attempts": 0, "failed": "",
}  # fmt: skip
DIALOGUE_ROW = {"channel": "web", "chat": "anna", "dialogue": DIALOGUE.dump_json(Dialogue(count=3)).decode()}


def to_the_old_state(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, BEFORE)
    frames = [
        {"chat": "anna", "n": n, "command_id": 100 + n, "frame": json.dumps({"say": f"{TOLD} {n}"}), "seen": False}
        for n in range(1, MANY + 1)
    ]
    for table, moment, rows in (
        ("inbox", "received_at", [EVENT_ROW | {"id": 1, "key": "k1"}]),
        ("chat", "heard_at", [DIALOGUE_ROW]),
        ("command", "next_at", [COMMAND_ROW]),
        ("frame", "", frames),
    ):
        insert(connection, table, moment, rows)


def insert(connection: Connection, table: str, moment: str, rows: list[dict[str, Any]]) -> None:
    columns = ", ".join([*rows[0], *([moment] if moment else [])])
    at = [AT[connection.dialect.name]] if moment else []
    values = ", ".join([*(f":{name}" for name in rows[0]), *at])
    connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), rows)


@pytest.fixture
async def old(tmp_path: Path, database_url: str) -> AsyncIterator[Database]:
    db = opened(tmp_path, database_url)
    async with db.engine.connect() as connection:
        if db.schema:
            await connection.execute(CreateSchema(db.schema, if_not_exists=True))
        await connection.run_sync(to_the_old_state)
        await connection.commit()
    await db.migrate(MIGRATIONS)
    yield db
    await db.close()


async def test_all_that_waits_is_there_and_lies_enciphered(old: Database, tmp_path: Path) -> None:
    store, clock = Store(old), Clock()
    received = await store.oldest(CHAT)
    assert received is not None and received.event == Said(SAID, Heard())
    seen: list[int] = []
    await store.turn(received, received.event, lambda it, _: (seen.append(it.count) or it, []), clock())
    assert seen == [3]
    waiting = await store.next_command(CHAT, "say", clock(), clock() - clock())
    assert waiting is not None and waiting.command == Say(TOLD)
    shown = await store.unseen("anna")
    assert [frame["say"] for frame in shown] == [f"{TOLD} {n}" for n in range(1, MANY + 1)]


async def test_no_column_and_no_page_shows_a_word(old: Database, tmp_path: Path) -> None:
    async with old.reader() as connection:
        lies = [
            repr((await connection.execute(text(f"SELECT * FROM {table}"))).all())
            for table in ("inbox", "chat", "command", "frame")
        ]
    assert all(MARK in rows for rows in lies)
    files = [file.read_bytes() for file in tmp_path.glob("bot.db*")]  # noqa: ASYNC240 - nothing else runs
    for word in (SAID, TOLD, "闫翠凤"):
        escaped = json.dumps(word)[1:-1]
        assert not any(word in rows or escaped in rows for rows in lies)
        assert not any(word.encode() in content or escaped.encode() in content for content in files)
