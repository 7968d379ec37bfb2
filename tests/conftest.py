"""One trained model for the whole run; the API over ASGI with a clock that tests set, on SQLite and on PostgreSQL."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from api import areas, people
from api.__main__ import MIGRATIONS
from api.app import create_app
from api.calendar import district_calendar
from api.db import Database
from api.deadlines import SHANGHAI
from api.lifecycle import Role
from api.office import Office
from api.settings import Settings
from nlp.understand import Understander
from tests.postgres import running_postgres

BOT_KEY = "test-bot-key"


class Clock:
    """A Monday morning, until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the session's model is trained, once. `TEST_MODEL_DIR` keeps it between runs."""
    kept = os.environ.get("TEST_MODEL_DIR")
    return Path(kept) if kept else tmp_path_factory.mktemp("model")


@pytest.fixture(scope="session")
def understander(model_dir: Path) -> Understander:
    return Understander.load(model_dir)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database of each kind; the settings' DATABASE_URL."""
    if request.param == "sqlite":
        yield ""
        return
    async with fresh_postgres(request.getfixturevalue("postgres_url")) as url:
        yield url


@asynccontextmanager
async def fresh_postgres(server: str) -> AsyncIterator[str]:
    import asyncpg  # noqa: PLC0415 - only where PostgreSQL is asked for

    name = f"t{os.urandom(6).hex()}"
    connection = await asyncpg.connect(f"{server}/postgres")
    await connection.execute(f'CREATE DATABASE "{name}"')
    yield f"{server}/{name}"
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
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
                self.tokens[name] = await people.token_for(session, name)
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
async def running_api(tmp_path: Path, database_url: str, understander: Understander, **settings: object) -> AsyncIterator[Api]:
    clock = Clock()
    configured = Settings(var_dir=tmp_path, database_url=database_url, bot_api_key=BOT_KEY, sweep_seconds=3600, **settings)  # type: ignore[arg-type]
    office = Office(understander, clock, district_calendar(), tmp_path / "photos")
    app = create_app(configured, clock, office)
    async with app.router.lifespan_context(app):
        await app.state.db.migrate(MIGRATIONS)
        async with app.state.db.writing() as session:
            await areas.import_areas(session, areas.SHIPPED)
        async with AsyncClient(transport=ASGITransport(app), base_url="http://api") as client:
            yield Api(app, client, office, clock, configured)


@pytest.fixture
async def api(tmp_path: Path, database_url: str, understander: Understander) -> AsyncIterator[Api]:
    """The API on an empty database, once on SQLite and once on PostgreSQL."""
    async with running_api(tmp_path, database_url, understander) as running:
        yield running
