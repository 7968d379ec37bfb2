"""Carries pictures from the folder to the store that is set, while both are in use. Safe to repeat and to break off."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from api.album import names
from api.album.album import Absent, Album, Entry
from api.album.names import Name
from api.db import Database
from api.errors import NoStore
from api.photos import has_row

AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Carried:
    files: int
    left: int  # without a row: an upload under way, or an orphan, which `photos check` judges


async def list_ours(old: Album) -> list[tuple[Entry, Name]]:
    found = [(entry, names.parse(entry.name)) async for entry in old.entries()]
    return [(entry, name) for entry, name in found if name is not None]


async def carry(
    db: Database, old: Album, to: Album, ours: list[tuple[Entry, Name]], done: Callable[[int], None]
) -> Carried:
    """`done` is called with how many files were looked at."""
    files = 0
    for start in range(0, len(ours), AT_ONCE):
        some = ours[start : start + AT_ONCE]
        files += sum(await asyncio.gather(*(_carry_one(db, old, to, entry.name, name) for entry, name in some)))
        done(len(some))
    return Carried(files, len(ours) - files)


async def _carry_one(db: Database, old: Album, to: Album, name: str, its: Name) -> bool:
    """There before it is gone here; and gone at both when the picture was erased meanwhile."""
    if not its.whole or not await has_row(db, its.photo):
        return False
    try:
        content = await old.get(name)
    except Absent:  # another run, or an erasure, was here first
        return True
    if await to.size(name) != len(content):
        await to.put(name, content)
        if await to.size(name) != len(content):
            raise NoStore(reason=f"{name} did not arrive whole")
    if not await has_row(db, its.photo):
        await to.remove(name)
    await old.remove(name)
    return True
