"""One trained model for the whole run; the API over ASGI with a clock that tests set, on SQLite and on PostgreSQL."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from api import areas, people
from api.__main__ import MIGRATIONS
from api.album.opening import open_album
from api.app import create_app
from api.calendar import district_calendar
from api.db import Database
from api.deadlines import SHANGHAI
from api.lifecycle import Role
from api.models import Area
from api.office import Office
from api.settings import Settings
from nlp.understand import Understander
from tests.postgres import running_postgres

BOT_KEY = "test-bot-key"
TEMPLATE = f"template_{os.getpid()}"


MEMORY, ENOUGH = Path("/dev/shm"), 6_000_000_000
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:  # commits that wait for no disk
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


class Clock:
    """A Monday morning, until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture(scope="session")
def model_dir(pytestconfig: pytest.Config) -> Path:
    """Where the model is trained, once for all workers and, while nothing changes, for later runs."""
    return Path(os.environ.get("TEST_MODEL_DIR") or pytestconfig.cache.mkdir("model"))


@pytest.fixture(scope="session")
def understander(model_dir: Path) -> Understander:
    return Understander.load(model_dir)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the areas that are shipped, to be copied: much faster than migrating for each test."""
    file = tmp_path_factory.mktemp("template") / "api.db"
    in_own_loop(_prepare(Database(f"sqlite+aiosqlite:///{file}")))
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    in_own_loop(_execute(postgres_url, f'CREATE DATABASE "{TEMPLATE}"'))
    settings = Settings(database_url=f"{postgres_url}/{TEMPLATE}")
    in_own_loop(_prepare(Database(settings.database_for("api"))))
    return TEMPLATE


def in_own_loop(work: Coroutine[Any, Any, None]) -> None:
    """A session's fixture, asked for by a test's fixture, cannot use the loop that runs already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@pytest.fixture(params=["sqlite", "postgres"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database of each kind, migrated and else empty; the settings' DATABASE_URL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "api.db")
        yield ""
        return
    template = request.getfixturevalue("postgres_template")
    async with fresh_postgres(request.getfixturevalue("postgres_url"), template) as url:
        yield url


@asynccontextmanager
async def fresh_postgres(server: str, template: str = "template1") -> AsyncIterator[str]:
    name = f"t{os.urandom(6).hex()}"
    await _execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield f"{server}/{name}"
    await _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(f"{server}/postgres")
    await connection.execute(statement)
    await connection.close()


@dataclass
class Api:
    """The API as its callers meet it."""

    app: FastAPI
    client: AsyncClient
    office: Office
    clock: Clock
    settings: Settings
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def db(self) -> Database:
        db: Database = self.app.state.db
        return db

    async def staff(self, name: str, role: Role, scope: str = "", password: str = "") -> dict[str, str]:
        """Adds a person (once) and answers with the headers of their bearer token."""
        if name not in self.tokens:
            async with self.db.writing() as session:
                person = await people.add(session, self.clock, name, role, scope)
                if password:
                    people.set_password(person, password)
                self.tokens[name] = await people.token_for(session, self.clock, name)
        return {"Authorization": f"Bearer {self.tokens[name]}"}

    async def contractor(self, street: str, code: str = "contractor-1") -> str:
        async with self.db.writing() as session:
            await people.add_unit(session, code, f"{street}快修队", "contractor", street)
        return code

    def resident(self, channel: str = "web", address: str = "r1") -> dict[str, str]:
        return self.bot() | {"X-Resident": f"{channel}:{address}"}

    def bot(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {BOT_KEY}"}


@asynccontextmanager
async def running_api(
    tmp_path: Path, database_url: str, understander: Understander, **settings: object
) -> AsyncIterator[Api]:
    clock = Clock()
    given: dict[str, Any] = {"var_dir": tmp_path, "database_url": database_url, "bot_api_key": BOT_KEY}
    configured = Settings(**given | {"sweep_seconds": 3600} | settings)
    told, key = frozenset(configured.intake_callbacks), configured.history_key.encode()
    by = {"callbacks": told, "staff_url": configured.staff_url}
    office = Office(understander, clock, district_calendar(), open_album(configured), key, **by)  # type: ignore[arg-type]
    app = create_app(configured, clock, office)
    await _prepare(Database(configured.database_for("api"), configured.cipher_for("api")))
    http = AsyncClient(transport=ASGITransport(app), base_url="http://api")
    async with app.router.lifespan_context(app), http as client:
        yield Api(app, client, office, clock, configured)


async def _prepare(db: Database) -> None:
    """What `api migrate` does before the API starts, where no template did it."""
    if not await _is_prepared(db):
        await db.migrate(MIGRATIONS)
        async with db.writing() as session:
            await areas.import_areas(session, areas.SHIPPED)
    await db.close()


async def _is_prepared(db: Database) -> bool:
    async with db.reading() as session:
        try:
            return (await session.exec(select(Area.code).limit(1))).first() is not None
        except DBAPIError:
            return False


@pytest.fixture
async def api(tmp_path: Path, database_url: str, understander: Understander) -> AsyncIterator[Api]:
    """The API on an empty database, once on SQLite and once on PostgreSQL."""
    async with running_api(tmp_path, database_url, understander) as running:
        yield running
