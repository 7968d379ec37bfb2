"""A process that was killed starts again: nobody waits for the leases it held."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.db import Database
from api.lifecycle import Role
from api.settings import Settings
from bot.app import MIGRATIONS
from bot.events import Heard, Said, Say
from bot.state import Dialogue
from bot.store import Store
from tests.api.life import acknowledge, cast_of, claim, open_ticket
from tests.conftest import Api, Clock

CHAT = ("telegram", "77")
LEASE = timedelta(seconds=30)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    settings = Settings(var_dir=tmp_path)
    db = Database(settings.database_for("bot"), settings.cipher_for("bot"))
    await db.migrate(MIGRATIONS)
    yield Store(db)
    await db.close()


async def test_a_bot_that_starts_anew_gets_what_it_had_claimed(api: Api) -> None:
    cast = await cast_of(api)
    await cast.done(Role.TRIAGE, (await open_ticket(api))["number"], "file")
    (notice,) = await claim(api)
    assert await claim(api) == []
    assert await claim(api, worker="other", anew=True) == []
    assert [again["id"] for again in await claim(api, anew=True)] == [notice["id"]]


async def test_what_was_put_off_stays_put_off(api: Api) -> None:
    cast = await cast_of(api)
    await cast.done(Role.TRIAGE, (await open_ticket(api))["number"], "file")
    (notice,) = await claim(api)
    await acknowledge(api, notice, later=3600)
    assert await claim(api, anew=True) == []


async def test_leases_of_the_dead_end_at_the_start(store: Store) -> None:
    clock = Clock()
    await store.receive("k", CHAT, Said("你好", Heard()), clock())
    received = await store.oldest(CHAT)
    assert received is not None
    await store.turn(received, received.event, lambda dialogue, event: (Dialogue(), [Say("您好")]), clock())
    leased = await store.next_command(CHAT, "say", clock(), LEASE)
    assert leased is not None
    assert await store.next_command(CHAT, "say", clock(), LEASE) is None
    await store.take_over(clock())
    again = await store.next_command(CHAT, "say", clock(), LEASE)
    assert again is not None and again.id == leased.id


def test_a_secret_is_never_half_written(tmp_path: Path) -> None:
    first, second = Settings(var_dir=tmp_path), Settings(var_dir=tmp_path)
    assert len(first.bot_key) > 30
    assert second.bot_key == first.bot_key
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["bot"]
