"""What commands share: work in the database that the settings name."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from api import keys
from api.db import Database
from api.office import utc_now
from api.settings import Settings

T = TypeVar("T")


def in_database(work: Callable[[Database, Settings], Awaitable[T]]) -> T:
    """Raises WrongKey before anything is done."""

    async def checked(db: Database, settings: Settings) -> T:
        await keys.check(db, utc_now())
        return await work(db, settings)

    return in_any_database(checked)


def in_any_database(work: Callable[[Database, Settings], Awaitable[T]]) -> T:
    """One without tables, too."""

    async def run() -> T:
        settings = Settings()
        db = Database(settings.database_for("api"), settings.cipher_for("api"))
        try:
            return await work(db, settings)
        finally:
            await db.close()

    return asyncio.run(run())


def in_transaction(work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    async def run(db: Database, _settings: Settings) -> T:
        async with db.writing() as session:
            return await work(session)

    return in_database(run)
