"""A database from before grids had borders is taken up with all it holds."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlmodel import SQLModel, select

from api.__main__ import MIGRATIONS
from api.db import Database
from api.models import Area
from api.settings import Settings
from tests.conftest import fresh_postgres

BEFORE = "0007"
OLD = "INSERT INTO area VALUES ('32050801903301', '第一网格', 'grid', '320508019033', '综合', 310)"


async def upgraded(db: Database) -> tuple[list[Area], list[str]]:
    """The areas, and what of their table is not as the models say."""

    def to_the_old_state(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        connection.execute(text(OLD))

    async with db.engine.connect() as connection:
        await connection.run_sync(to_the_old_state)
        await connection.commit()
    await db.migrate(MIGRATIONS)
    async with db.engine.connect() as connection:
        differs = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), SQLModel.metadata)
        )
    async with db.reading() as session:
        areas = list((await session.exec(select(Area))).all())
    await db.close()
    return areas, [change for change in map(str, differs) if "'area'" in change or "<area>" in change]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_old_grids_have_no_border_and_are_in_use(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        areas, differs = await upgraded(Database(f"sqlite+aiosqlite:///{tmp_path}/api.db"))
    else:
        async with fresh_postgres(request.getfixturevalue("postgres_url")) as url:
            areas, differs = await upgraded(Database(Settings(database_url=url).database_for("api")))
    [old] = areas
    assert (old.name, old.households) == ("第一网格", 310)
    assert (old.polygon, old.demo, old.retired_at, old.revision) == ("", False, None, 0)
    assert differs == []
