"""Pictures on a ticket: who may add and see them; their rows, and in which order files and rows come and go.

A file lies in the album before its row is written, and is taken out after its row is gone: whatever is cut off in
between leaves a file without a row, which nobody can reach and `photos check` finds, and never a row without a file.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

import structlog
from fastapi import UploadFile
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import pictures, tickets
from api.access import may_read_words, only_reviews
from api.actors import Actor
from api.album import names
from api.album.album import Absent, Album
from api.db import Database
from api.errors import BadPhoto, NoStore, NotFound, TooLarge, TooMany
from api.models import Photo, PhotoGone, Ticket
from api.office import Office, Records
from api.pictures import Picture
from api.schemas import MAX_PHOTO_BYTES, MAX_PHOTOS

log = structlog.get_logger()
A_BATCH = 20


async def received(file: UploadFile) -> bytes:
    content = await file.read(MAX_PHOTO_BYTES + 1)
    if len(content) > MAX_PHOTO_BYTES:
        raise TooLarge(most=MAX_PHOTO_BYTES)
    return content


@contextmanager
def _on_log() -> Iterator[None]:
    try:
        yield
    except NoStore as error:
        log.warning("no_store", reason=error.facts.get("reason"))
        raise


# --- in


@dataclass(slots=True)
class Shelved:
    """Its files lie in the album; `taken` when a row speaks of them."""

    id: str
    picture: Picture
    taken: bool = False


@asynccontextmanager
async def shelving(album: Album, given: Sequence[Picture]) -> AsyncIterator[list[Shelved]]:
    """Before the transaction: writers must not wait for a store. Afterwards what no row was written for goes again.

    What was taken stays even when the transaction fails: a commit whose answer was lost may have been one.
    """
    shelved: list[Shelved] = []
    try:
        for picture in given:
            one = Shelved(secrets.token_urlsafe(16), picture)
            with _on_log():
                await album.put(names.full(one.id), picture.content)
                shelved.append(one)
                await album.put(names.small(one.id), picture.small)
        yield shelved
    finally:
        with suppress(NoStore):
            for one in shelved:
                if not one.taken:
                    await _take_out(album, one.id)


async def welcome(session: AsyncSession, number: str, actor: Actor) -> None:
    """Raises NotFound for who may not add a picture: nothing of theirs shall be read or kept."""
    _may_add(actor, await tickets.seen(session, number, actor))


async def add(session: AsyncSession, office: Office, ticket: Ticket, actor: Actor, shelved: Shelved) -> Photo:
    """The same picture again is the same photo. Raises TooMany past MAX_PHOTOS. The caller holds the ticket's lock."""
    _may_add(actor, ticket)
    before = (await session.exec(select(Photo).where(Photo.ticket_id == ticket.id))).all()
    if same := next((photo for photo in before if photo.digest == shelved.picture.digest), None):
        return same
    if len(before) >= MAX_PHOTOS:
        raise TooMany(most=MAX_PHOTOS)
    photo = Photo(
        id=shelved.id,
        ticket_id=ticket.id,
        by=actor.name,
        width=shelved.picture.width,
        height=shelved.picture.height,
        digest=shelved.picture.digest,
        at=office.clock(),
    )
    session.add(photo)
    shelved.taken = True
    await session.flush()
    return photo


def _may_add(actor: Actor, ticket: Ticket) -> None:
    if not may_read_words(actor, ticket) or only_reviews(actor, ticket):
        raise NotFound(number=ticket.number)


# --- seen


async def ids_of(session: AsyncSession, ticket: Ticket) -> list[str]:
    return list((await session.exec(select(Photo.id).where(Photo.ticket_id == ticket.id).order_by(Photo.id))).all())


async def find(session: AsyncSession, number: str, actor: Actor, photo_id: str) -> Photo:
    ticket = await tickets.seen(session, number, actor)
    found = (await session.exec(select(Photo).where(Photo.id == photo_id, Photo.ticket_id == ticket.id))).first()
    if found is None or not may_read_words(actor, ticket):
        raise NotFound(photo=photo_id)
    return found


async def content_of(album: Album, photo: Photo) -> bytes:
    try:
        with _on_log():
            return await album.get(names.full(photo.id))
    except Absent:
        raise NotFound(photo=photo.id) from None


async def small_of(db: Database, album: Album, photo: Photo) -> bytes:
    """Made now if it was not made when the picture came."""
    try:
        with _on_log():
            return await album.get(names.small(photo.id))
    except Absent:
        return await _made(db, album, photo)


async def _made(db: Database, album: Album, photo: Photo) -> bytes:
    try:
        small = await pictures.shrink(await content_of(album, photo))
    except BadPhoto:  # not what we wrote: the disk's fault, not the reader's
        raise NotFound(photo=photo.id) from None
    with suppress(NoStore):
        await album.put(names.small(photo.id), small)
        if not await has_row(db, photo.id):  # erased meanwhile, and its files perhaps taken out before this one came
            await album.remove(names.small(photo.id))
    return small


async def has_row(db: Database, photo_id: str) -> bool:
    async with db.reading() as session:
        return (await session.exec(select(Photo.id).where(Photo.id == photo_id))).first() is not None


# --- out


async def drop(session: AsyncSession, records: Records, ticket: Ticket) -> None:
    """All pictures of a ticket, for ever: nobody sees them from now on, and `discard` takes out their files."""
    ids = await ids_of(session, ticket)
    await session.exec(delete(Photo).where(col(Photo.ticket_id) == ticket.id))
    session.add_all([PhotoGone(id=photo_id, at=records.clock()) for photo_id in ids])
    await session.flush()


async def discard(db: Database, album: Album) -> int:
    """The files of what was dropped, both sizes; how many pictures. Safe to repeat and at several places at once.

    Raises NoStore while they must wait for the store.
    """
    done = 0
    while ids := await _dropped(db):
        await asyncio.gather(*(_take_out(album, photo_id) for photo_id in ids))
        async with db.writing() as session:
            await session.exec(delete(PhotoGone).where(col(PhotoGone.id).in_(ids)))
        done += len(ids)
    return done


async def _dropped(db: Database) -> Sequence[str]:
    async with db.reading() as session:
        return (await session.exec(select(PhotoGone.id).order_by(PhotoGone.id).limit(A_BATCH))).all()


async def _take_out(album: Album, photo_id: str) -> None:
    for name in (names.small(photo_id), names.full(photo_id)):
        await album.remove(name)
