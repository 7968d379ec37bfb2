"""Pictures on a ticket: read, turned upright, re-encoded without EXIF and position, kept under VAR_DIR/photos."""

import asyncio
import hashlib
import io
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pillow_heif
from fastapi import UploadFile
from PIL import Image, ImageOps
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import may_read_words
from api.actors import Actor
from api.errors import BadPhoto, NotFound, TooLarge, TooMany
from api.models import Photo, Ticket
from api.office import Office, Records
from api.schemas import MAX_PHOTO_BYTES, MAX_PHOTOS

LONGEST_SIDE = 2000
MOST_PIXELS = 60_000_000  # a small file can unpack to gigabytes
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")

pillow_heif.register_heif_opener()


@dataclass(frozen=True, slots=True)
class Picture:
    """As it will be kept: JPEG, upright, of LONGEST_SIDE at the most; `digest` is that of the file as it was sent."""

    content: bytes
    width: int
    height: int
    digest: str


async def received(file: UploadFile) -> bytes:
    content = await file.read(MAX_PHOTO_BYTES + 1)
    if len(content) > MAX_PHOTO_BYTES:
        raise TooLarge(most=MAX_PHOTO_BYTES)
    return content


async def read(content: bytes) -> Picture:
    """Before the transaction, in a thread: writers must not wait for a picture. Raises BadPhoto for what is none."""
    return await asyncio.to_thread(_read, content)


def _read(content: bytes) -> Picture:
    try:
        upright = _upright(content)
    except BadPhoto:
        raise
    except Exception:  # decoders fail on broken files in whatever way they like
        raise BadPhoto from None
    stream = io.BytesIO()
    upright.save(stream, "JPEG", quality=85)  # from the pixels alone: no metadata comes along
    return Picture(stream.getvalue(), *upright.size, digest=hashlib.sha256(content).hexdigest())


def _upright(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise BadPhoto(reason="too_many_pixels")
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright.info.clear()
    return upright


async def add(session: AsyncSession, office: Office, ticket: Ticket, actor: Actor, picture: Picture) -> Photo:
    """The same picture again is the same photo. Raises TooMany past MAX_PHOTOS. The caller holds the ticket's lock."""
    if not may_read_words(actor, ticket):
        raise NotFound(number=ticket.number)
    before = (await session.exec(select(Photo).where(Photo.ticket_id == ticket.id))).all()
    if same := next((photo for photo in before if photo.digest == picture.digest), None):
        return same
    if len(before) >= MAX_PHOTOS:
        raise TooMany(most=MAX_PHOTOS)
    photo = _photo(ticket, actor, picture, office.clock())
    await asyncio.to_thread(_keep, _path(office, photo.id), picture.content)
    session.add(photo)
    await session.flush()
    return photo


def _photo(ticket: Ticket, actor: Actor, picture: Picture, now: datetime) -> Photo:
    return Photo(
        id=secrets.token_urlsafe(16),
        ticket_id=ticket.id,
        by=actor.name,
        width=picture.width,
        height=picture.height,
        digest=picture.digest,
        at=now,
    )


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _path(office: Records, photo_id: str) -> Path:
    return office.photos / photo_id[:2] / f"{photo_id}.jpg"


async def ids_of(session: AsyncSession, ticket: Ticket) -> list[str]:
    return list((await session.exec(select(Photo.id).where(Photo.ticket_id == ticket.id).order_by(Photo.id))).all())


async def drop(session: AsyncSession, office: Records, ticket: Ticket) -> None:
    """All pictures of a ticket, for ever. A file without its row is found by nobody, so the rows go first."""
    ids = await ids_of(session, ticket)
    await session.exec(delete(Photo).where(col(Photo.ticket_id) == ticket.id))
    for photo_id in ids:
        await asyncio.to_thread(_path(office, photo_id).unlink, missing_ok=True)


async def file_of(session: AsyncSession, office: Office, ticket: Ticket, actor: Actor, photo_id: str) -> Path:
    found = (await session.exec(select(Photo).where(Photo.id == photo_id, Photo.ticket_id == ticket.id))).first()
    if found is None or not may_read_words(actor, ticket):
        raise NotFound(photo=photo_id)
    path = _path(office, found.id)
    if not await asyncio.to_thread(path.is_file):
        raise NotFound(photo=photo_id)
    return path
