"""Pictures on a ticket: read, turned upright, re-encoded without EXIF and position, kept under VAR_DIR/photos."""

import asyncio
import hashlib
import io
import secrets
from pathlib import Path

import pillow_heif
from fastapi import UploadFile
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import may_read_words
from api.actors import Actor
from api.errors import BadPhoto, NotFound, TooLarge, TooMany
from api.models import Photo, Ticket
from api.office import Office
from api.schemas import MAX_PHOTO_BYTES, MAX_PHOTOS

LONGEST_SIDE = 2000
MOST_PIXELS = 60_000_000  # a small file can unpack to gigabytes
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")

pillow_heif.register_heif_opener()


async def received(file: UploadFile) -> bytes:
    content = await file.read(MAX_PHOTO_BYTES + 1)
    if len(content) > MAX_PHOTO_BYTES:
        raise TooLarge(most=MAX_PHOTO_BYTES)
    return content


async def add(session: AsyncSession, office: Office, ticket: Ticket, actor: Actor, content: bytes) -> Photo:
    """Raises BadPhoto for what is no picture, TooMany past MAX_PHOTOS."""
    if not may_read_words(actor, ticket):
        raise NotFound(number=ticket.number)
    digest = hashlib.sha256(content).hexdigest()
    before = (await session.exec(select(Photo).where(Photo.ticket_id == ticket.id))).all()
    if same := next((photo for photo in before if photo.digest == digest), None):
        return same
    if len(before) >= MAX_PHOTOS:
        raise TooMany(most=MAX_PHOTOS)
    photo_id = secrets.token_urlsafe(16)
    width, height = await asyncio.to_thread(_keep, content, _path(office, photo_id))
    photo = Photo(id=photo_id, ticket_id=ticket.id, by=actor.name, width=width, height=height, digest=digest, at=office.clock())
    session.add(photo)
    await session.flush()
    return photo


def _keep(content: bytes, path: Path) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise BadPhoto(reason="too_many_pixels")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError, SyntaxError):
        raise BadPhoto from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    path.parent.mkdir(parents=True, exist_ok=True)
    upright.save(path, "JPEG", quality=85)  # a new file: no metadata comes along
    return upright.size


def _path(office: Office, photo_id: str) -> Path:
    return office.photos / photo_id[:2] / f"{photo_id}.jpg"


async def file_of(session: AsyncSession, office: Office, ticket: Ticket, actor: Actor, photo_id: str) -> Path:
    found = (await session.exec(select(Photo).where(Photo.id == photo_id, Photo.ticket_id == ticket.id))).first()
    if found is None or not may_read_words(actor, ticket):
        raise NotFound(photo=photo_id)
    return _path(office, found.id)
