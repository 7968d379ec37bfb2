"""Where pictures are kept: the one seam between them and folders or S3-compatible storage."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from api.errors import NoStore


class Absent(Exception):
    """The store answers, and has no such file."""


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    at: datetime  # when it was put there, by the store's clock


class Album(Protocol):
    """Names are those of `names`. Everything raises NoStore where the store cannot be used."""

    async def put(self, name: str, content: bytes) -> None:
        """Whole or not at all, and for good once it returns. Again is harmless."""

    async def get(self, name: str) -> bytes:
        """Raises Absent."""

    async def size(self, name: str) -> int | None:
        """In bytes; None where there is none."""

    async def remove(self, name: str) -> None:
        """What is not there is removed already."""

    def entries(self) -> AsyncIterator[Entry]:
        """All files, and what is left of half-written ones."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A new place, and the old one as long as something lies there: it is read, and erased from, and not added to."""

    to: Album
    old: Album

    async def put(self, name: str, content: bytes) -> None:
        await self.to.put(name, content)

    async def get(self, name: str) -> bytes:
        for place in (self.to, self.old, self.to):  # it may be carried over between two looks
            try:
                return await place.get(name)
            except Absent:
                continue
        raise Absent(name)

    async def size(self, name: str) -> int | None:
        found = await self.to.size(name)
        return await self.old.size(name) if found is None else found

    async def remove(self, name: str) -> None:
        await self.old.remove(name)
        await self.to.remove(name)

    async def entries(self) -> AsyncIterator[Entry]:
        for place in (self.old, self.to):  # what is carried over meanwhile is met twice rather than never
            async for entry in place.entries():
                yield entry


async def prove(album: Album) -> None:
    """Puts a file, reads it and removes it, so that a wrong setting is met at the start. Raises NoStore."""
    name, content = f"proof-{secrets.token_hex(8)}", secrets.token_bytes(16)
    await album.put(name, content)
    try:
        if await album.get(name) != content:
            raise NoStore(reason="the store for pictures gives back something else than was put there")
    except Absent:
        raise NoStore(reason="the store for pictures does not give back what was put there") from None
    await album.remove(name)
