"""Which keys a database's words were sealed with: a wrong or missing one is met at the start, not at the first word."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, MetaData, String, Table, column, delete, select, table
from sqlalchemy.dialects import postgresql, sqlite

from api.cipher import ID_LETTERS
from api.db import Database, UtcDateTime

_used = table("used_key", column("id", String), column("at", UtcDateTime))


def used_keys(metadata: MetaData) -> Table:
    """The table, among the others of its database. A key's id tells it from others, and nothing of what it is."""
    return Table(
        "used_key",
        metadata,
        Column("id", String(ID_LETTERS), primary_key=True),
        Column("at", UtcDateTime, nullable=False),
    )


async def check(db: Database, now: datetime) -> None:
    """Before anything is read or written. Raises WrongKey where a key is not at hand that was used before."""
    cipher = db.known_cipher
    async with db.reader() as connection:
        used = set((await connection.execute(select(_used.c.id))).scalars())
    cipher.require(used)
    if fresh := cipher.in_use - used:
        insert: Any = sqlite.insert if db.is_sqlite else postgresql.insert
        rows = [{"id": one, "at": now} for one in sorted(fresh)]
        async with db.writer() as connection:
            await connection.execute(insert(_used).values(rows).on_conflict_do_nothing())


async def forget_old(db: Database) -> None:
    """Once nothing is left that an older key sealed."""
    async with db.writer() as connection:
        await connection.execute(delete(_used).where(_used.c.id.not_in(db.known_cipher.in_use)))
