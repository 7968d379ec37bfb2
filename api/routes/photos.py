"""/tickets/{number}/photos: add a picture; see it, or the small one."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response, UploadFile, status

from api import photos, pictures, repeats, tickets
from api.answers import PhotoOut
from api.auth import Caller
from api.models import Photo
from api.photos import Shelved
from api.problems import may_answer
from api.routes.deps import Key, Number, TheOffice, Writing

router = APIRouter(tags=["photos"])
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "as `If-None-Match` knows it"}}
# A picture never changes. A day, so that what was erased does not stay in a clerk's browser for longer; by Cookie and
# token, so that the next person at the same desk is not shown it.
HEADERS = {
    "Cache-Control": "private, max-age=86400, immutable",
    "Vary": "Authorization, Cookie, X-Resident, X-Staff",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Jpeg(Response):
    media_type = "image/jpeg"


async def shelved(
    number: Number, file: UploadFile, caller: Caller, request: Request, office: TheOffice
) -> AsyncIterator[Shelved]:
    async with request.app.state.db.reading() as session:
        await photos.welcome(session, number, caller)
    picture = await pictures.read(await photos.received(file))
    async with photos.shelving(office.photos, [picture]) as (one,):
        yield one


@router.post("/tickets/{number}/photos", status_code=status.HTTP_201_CREATED, responses=may_answer(404, 409, 413, 503))
async def add_photo(
    number: Number,
    caller: Caller,
    shelved: Annotated[Shelved, Depends(shelved, scope="function")],  # before the session: it ends after the commit
    session: Writing,
    office: TheOffice,
    key: Key = "",
) -> PhotoOut:
    """The same picture again is the same photo, with a key or without."""
    await repeats.once(session, caller.name, key, f"{number}/photo/{shelved.picture.digest}", office.clock())
    ticket = await tickets.seen(session, number, caller, for_update=True)
    photo = await photos.add(session, office, ticket, caller, shelved)
    return PhotoOut(photo=photo.id, width=photo.width, height=photo.height)


async def asked_for(number: Number, photo: Number, caller: Caller, request: Request) -> Photo:
    """The connection is given back before the store is waited for."""
    async with request.app.state.db.reading() as session:
        return await photos.find(session, number, caller, photo)


AskedFor = Annotated[Photo, Depends(asked_for)]
Known = Annotated[str, Header(alias="If-None-Match")]


@router.get("/tickets/{number}/photos/{photo}", response_class=Jpeg, responses=may_answer(404, 503) | UNCHANGED)
async def read_photo(found: AskedFor, office: TheOffice, known: Known = "") -> Response:
    headers = _headers(found, f"{found.id}")
    if headers["ETag"] in known:
        return Response(status_code=304, headers=headers)
    return Jpeg(await photos.content_of(office.photos, found), headers=headers)


@router.get("/tickets/{number}/photos/{photo}/small", response_class=Jpeg, responses=may_answer(404, 503) | UNCHANGED)
async def read_small_photo(found: AskedFor, request: Request, office: TheOffice, known: Known = "") -> Response:
    """The same, of 320 pixels at the most."""
    headers = _headers(found, f"{found.id}-small")
    if headers["ETag"] in known:
        return Response(status_code=304, headers=headers)
    return Jpeg(await photos.small_of(request.app.state.db, office.photos, found), headers=headers)


def _headers(photo: Photo, called: str) -> dict[str, str]:
    return HEADERS | {"ETag": f'"{called}"', "Content-Disposition": f'inline; filename="{called}.jpg"'}
