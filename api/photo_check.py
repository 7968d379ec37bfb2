"""Compares the album with the rows: files that no row speaks of, rows whose file is not there."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.album import names
from api.album.album import Album, Entry
from api.album.names import Name
from api.db import Database
from api.models import Photo, Ticket
from api.photos import has_row

SETTLED = timedelta(hours=1)  # a younger file may belong to a row that is about to be written
A_PAGE = 1000
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lacking:
    photo: str
    number: str


@dataclass(slots=True)
class Findings:
    pictures: int = 0
    orphans: list[str] = field(default_factory=list)
    lacking: list[Lacking] = field(default_factory=list)
    foreign: int = 0  # files that are not ours by their names


async def count(session: AsyncSession) -> int:
    return (await session.exec(select(func.count()).select_from(Photo))).one()


async def compare(db: Database, album: Album, now: datetime, done: Progress) -> Findings:
    """Files first and rows after them: what comes in between has a row by then, and is not taken for an orphan.

    `done` is called with "files" for each file and with "pictures" for each row.
    """
    found, whole, ours = Findings(), set[str](), list[tuple[Entry, Name]]()
    async for entry in album.entries():
        done("files")
        if (name := names.parse(entry.name)) is None:
            found.foreign += 1
            continue
        ours.append((entry, name))
        if entry.name == names.full(name.photo):
            whole.add(name.photo)
    known = set[str]()
    async for row in _rows(db):
        known.add(row.photo)
        if row.photo not in whole and await _is_lacking(db, album, row):
            found.lacking.append(row)
        done("pictures")
    found.pictures = len(known)
    found.orphans = sorted(
        {entry.name for entry, name in ours if entry.at <= now - SETTLED and not (name.whole and name.photo in known)}
    )
    return found


async def _is_lacking(db: Database, album: Album, row: Lacking) -> bool:
    """Came after the files were listed, or was erased meanwhile: then nothing is wrong."""
    return await album.size(names.full(row.photo)) is None and await has_row(db, row.photo)


async def _rows(db: Database) -> AsyncIterator[Lacking]:
    last = ""
    while True:
        query = select(Photo.id, Ticket.number).join(Ticket, col(Ticket.id) == col(Photo.ticket_id))
        async with db.reading() as session:
            page = (await session.exec(query.where(Photo.id > last).order_by(Photo.id).limit(A_PAGE))).all()
        for photo, number in page:
            yield Lacking(photo, number)
        if len(page) < A_PAGE:
            return
        last = page[-1][0]
