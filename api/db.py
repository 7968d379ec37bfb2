"""How a database is opened, for both processes: SQLite by one writer at a time, or PostgreSQL. Column types.

SQLite: WAL, `synchronous=FULL`, writes `BEGIN IMMEDIATE` under a process-wide lock, reads plain `BEGIN`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, DateTime, Dialect, String, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.schema import CreateSchema
from sqlalchemy.types import TypeDecorator
from sqlmodel.ext.asyncio.session import AsyncSession

from api.cipher import Cipher, WrongKey

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON")


class Database:
    def __init__(self, url: str, cipher: Cipher | None = None, schema: str | None = None) -> None:
        """`cipher` opens what is enciphered in it (`ciphered`). `schema` holds the tables on PostgreSQL; SQLite, one
        file an owner, has none."""
        self.url, self.cipher = url, cipher
        self.is_sqlite = url.startswith("sqlite")
        self.schema = None if self.is_sqlite else schema
        self.engine = self._open()
        self.engine.dialect.cipher = cipher  # type: ignore[attr-defined] # where `ciphered` finds it
        self._writer = self.engine.execution_options(begin="BEGIN IMMEDIATE") if self.is_sqlite else self.engine
        self._lock: asyncio.Lock | nullcontext[None] = asyncio.Lock() if self.is_sqlite else nullcontext()

    def _open(self) -> AsyncEngine:
        if not self.is_sqlite:
            where = {"server_settings": {"search_path": self.schema}} if self.schema else {}
            return create_async_engine(
                self.url, pool_size=10, max_overflow=10, pool_pre_ping=True, connect_args=where, hide_parameters=True
            )
        Path(self.url.split(":///")[1]).parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(self.url, pool_size=8, max_overflow=0, hide_parameters=True)
        event.listen(engine.sync_engine, "connect", _prepare)
        event.listen(engine.sync_engine, "begin", _begin)
        return engine

    @property
    def known_cipher(self) -> Cipher:
        if self.cipher is None:
            raise WrongKey("this database was opened without a key")
        return self.cipher

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[AsyncConnection]:
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writer(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed at the end of the block, rolled back when the block raises."""
        async with self._lock, self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """As `writer`, for mapped objects."""
        async with self._lock, AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    async def migrate(self, folder: Path) -> None:
        """Brings the tables to the newest revision of the alembic scripts in `folder`. Safe to repeat."""
        config = Config()
        config.set_main_option("script_location", str(folder))
        async with self.engine.connect() as connection:
            if self.schema:
                await connection.execute(CreateSchema(self.schema, if_not_exists=True))
            before = await connection.run_sync(_revision)
            await connection.run_sync(_upgrade, config)
            after = await connection.run_sync(_revision)
            await connection.commit()
        if before not in (None, after):
            await self.scrub()

    async def scrub(self) -> None:
        """SQLite keeps what a row was, in free pages and in its WAL: writes the file anew, without them."""
        await self._alone("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")

    async def empty_wal(self) -> None:
        """SQLite: what was overwritten stays in the WAL until that begins anew. Left for the next time where somebody
        reads just now."""
        await self._alone("PRAGMA busy_timeout=100", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA busy_timeout=10000")

    async def _alone(self, *statements: str) -> None:
        """Past SQLAlchemy, which would begin a transaction. PostgreSQL has other ways (docs/privacy.md)."""
        if not self.is_sqlite:
            return
        async with self._lock, self.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            for statement in statements:
                await driver.execute_fetchall(statement)

    async def close(self) -> None:
        await self.engine.dispose()


async def alone_with(session: AsyncSession, table: str) -> None:
    """Until the transaction ends, who also means to write this table waits. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(text(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))  # type: ignore[call-overload]


def _upgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late: `_begin` says it
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


class UtcDateTime(TypeDecorator[datetime]):
    """Aware moments, stored as UTC. SQLite would drop the zone and hand back naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumValue(TypeDecorator[StrEnum]):
    """A StrEnum stored by its value; SQLAlchemy's own type would store the member's name."""

    impl = String
    cache_ok = True

    def __init__(self, of: type[StrEnum]) -> None:
        super().__init__(20)
        self.of = of

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.of(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.of(value)
