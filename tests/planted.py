"""Where a planted word could lie or be read: files, every column of every table, every GET route for every role."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text

from api.db import Database
from api.lifecycle import Role
from tests.api.browsing import browser
from tests.conftest import Api

PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
WORD_INDEX = "ticket_words"  # SQLite's answers no question without a word: its pages are looked at in the file


def ways_to_write(word: str) -> list[bytes]:
    """As it is, as JSON escapes it, as UTF-16 has it."""
    escaped = word.encode("unicode_escape")
    return [word.encode(), escaped, escaped.upper().replace(b"\\U", b"\\u"), word.encode("utf-16-le")]


def is_in(content: bytes, words: Iterable[str]) -> bool:
    return any(way in content for word in words for way in ways_to_write(word))


def files_with(folder: Path, words: Iterable[str]) -> list[str]:
    """Of all there is: databases, their WAL, pictures, uploads, logs."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return [str(file.relative_to(folder)) for file in files if is_in(file.read_bytes(), words)]


async def columns_with(db: Database, words: Iterable[str]) -> list[str]:
    """`table.column` of what lies there so that anybody with a login reads it."""
    found: set[str] = set()
    async with db.reader() as connection:
        for table in await _tables(connection):
            for row in (await connection.execute(text(f"SELECT * FROM {table}"))).mappings():
                found |= {f"{table}.{name}" for name, value in row.items() if is_in(repr(value).encode(), words)}
    return sorted(found)


async def _tables(connection: Any) -> list[str]:
    """Of all schemas on PostgreSQL, the bot's among them."""
    if connection.dialect.name == "sqlite":
        names = await connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        return [name for name in names.scalars() if not name.startswith(WORD_INDEX)]
    query = "SELECT table_schema || '.' || quote_ident(table_name) FROM information_schema.tables"
    names = await connection.execute(text(f"{query} WHERE table_schema IN ('public', 'bot')"))
    return list(names.scalars())


def pages_of(routes: Iterable[Any]) -> Iterator[str]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from pages_of(inner.routes)
        elif "GET" in (getattr(route, "methods", None) or ()):
            yield route.path


def addresses(app: FastAPI, known: dict[str, list[str]]) -> list[str]:
    """Every GET address there is, with all that can stand in it."""
    described = app.openapi()["paths"]
    paths = {path for path, methods in described.items() if "get" in methods} | set(pages_of(app.routes))
    found = [one for path in sorted(paths) for one in _filled(path, known)]
    return [f"{one}?wait=0&since=0" if one.endswith("/stream") else one for one in found]


def _filled(path: str, known: dict[str, list[str]]) -> list[str]:
    names = PARAMETER.findall(path)
    if not names:
        return [path]
    first = names[0]
    return [more for value in known.get(first, ["x"]) for more in _filled(PARAMETER.sub(value, path, count=1), known)]


async def readings(api: Api, role: Role, name: str, paths: Iterable[str]) -> AsyncIterator[tuple[str, Response]]:
    """What one member of staff is answered, by token and on the pages."""
    headers = await api.staff(name, role)
    signed_in = (await browser(api, role, name)).client
    for path in paths:
        client: AsyncClient = api.client if path.startswith(("/api/", "/open311/")) else signed_in
        yield path, await client.get(path, headers=headers if client is api.client else None, follow_redirects=True)
