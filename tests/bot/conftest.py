import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.db import Database
from api.settings import Settings
from bot.app import MIGRATIONS
from bot.hearing import Hearing
from bot.store import Store
from nlp.understand import Understander
from tests.bot.doubles import Fuse, Phone, Shell, shell
from tests.conftest import Api, Clock, in_own_loop
from tests.world import World, running_world


def opened(tmp_path: Path, database_url: str) -> Database:
    settings = Settings(var_dir=tmp_path, database_url=database_url)
    return Database(settings.database_for("bot"), settings.cipher_for("bot"), "bot")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def bot_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database of the bot on SQLite, to be copied."""
    folder = tmp_path_factory.mktemp("bot-template")
    in_own_loop(_migrate(opened(folder, "")))
    return folder / "bot.db"


async def _migrate(db: Database) -> None:
    await db.migrate(MIGRATIONS)
    await db.close()


@pytest.fixture
async def db(tmp_path: Path, database_url: str) -> AsyncIterator[Database]:
    """The bot's tables, on SQLite and in a schema of their own on PostgreSQL."""
    db = opened(tmp_path, database_url)
    await db.migrate(MIGRATIONS)
    yield db
    await db.close()


@pytest.fixture
async def store(tmp_path: Path, bot_template: Path) -> AsyncIterator[Store]:
    """On SQLite only, for tests of what stands above the store."""
    shutil.copy(bot_template, tmp_path / "bot.db")
    db = opened(tmp_path, "")
    yield Store(db)
    await db.close()


@pytest.fixture
def ready(tmp_path: Path, sqlite_template: Path, bot_template: Path) -> Path:
    """A folder with both databases, migrated and else empty."""
    shutil.copy(sqlite_template, tmp_path / "api.db")
    shutil.copy(bot_template, tmp_path / "bot.db")
    return tmp_path


@pytest.fixture
async def world(ready: Path, understander: Understander) -> AsyncIterator[World]:
    """The whole product, Telegram by polling and the web chat."""
    async with running_world(ready, "", understander) as world:
        yield world


@pytest.fixture
def hearing(understander: Understander) -> Hearing:
    return Hearing(understander)


@pytest.fixture
async def bot(api: Api, store: Store, hearing: Hearing) -> AsyncIterator[Shell]:
    """Nothing dies and nothing fails, until a test says so. `api` is the module's own."""
    async with shell(api, store, hearing, Fuse(), Phone()) as running:
        yield running
