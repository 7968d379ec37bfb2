"""All rows of a database under the newest key. Safe to repeat and to break off, while everything runs."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, MetaData, Row, Table, Text, and_, cast, func, or_, select, tuple_

from api.cipher import MARK, Cipher
from api.ciphered import SEALED_TYPES
from api.db import Database

A_BATCH = 500
Done = Callable[[int], None]


def sealed_columns(metadata: MetaData) -> Iterator[tuple[Table, list[Column[Any]]]]:
    for table in metadata.sorted_tables:
        if columns := [column for column in table.columns if isinstance(column.type, SEALED_TYPES)]:
            yield table, columns


def what_next(many: int) -> str:
    """A process that runs seals with the key that was the newest when it started."""
    if many:
        return "Now restart every process, and run this again until it finds nothing."
    return "Nothing was sealed by an older key: once every process was restarted, older keys may go."


async def count(db: Database, metadata: MetaData) -> int:
    """Rows that an older key sealed."""
    many = 0
    async with db.reader() as connection:
        for table, columns in sealed_columns(metadata):
            query = select(func.count()).select_from(table).where(_is_old(columns, db.known_cipher))
            many += (await connection.execute(query)).scalar_one()
    return many


def _is_old(columns: Sequence[Column[Any]], cipher: Cipher) -> ColumnElement[bool]:
    """By what is stored, not by what it says."""
    stored = [cast(column, Text) for column in columns]
    return or_(*(and_(one.contains(MARK), ~one.contains(f"{MARK}{cipher.newest}:")) for one in stored))


async def rows(db: Database, metadata: MetaData, done: Done) -> int:
    """A batch a transaction; how many rows were sealed anew."""
    many = 0
    for table, columns in sealed_columns(metadata):
        keys, last = list(table.primary_key.columns), None
        while found := await _batch(db, table, columns, last):
            many, last = many + len(found), tuple(getattr(found[-1], key.name) for key in keys)
            done(len(found))
    return many


async def _batch(
    db: Database, table: Table, columns: Sequence[Column[Any]], last: tuple[Any, ...] | None
) -> Sequence[Row[Any]]:
    keys = list(table.primary_key.columns)
    query = select(*keys, *columns).where(_is_old(columns, db.known_cipher)).order_by(*keys).limit(A_BATCH)
    if last is not None:
        query = query.where(tuple_(*keys) > tuple_(*last))
    async with db.writer() as connection:
        found = (await connection.execute(query.with_for_update())).all()
        for row in found:
            its = and_(*(key == getattr(row, key.name) for key in keys))
            anew = {column.name: getattr(row, column.name) for column in columns}
            await connection.execute(table.update().where(its).values(anew))
    return found
