"""/texts: admins keep the standard texts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api import repeats, standard_texts
from api.models import LAST_KEY
from api.office import Office
from api.pages.render import page
from api.pages.texts_page import Refused, context
from api.routes.deps import TheOffice
from api.routes.sent import Text, plain, refused, see_other
from api.routes.signed_in import Admin, AdminSubmitting, Reader, frame
from api.standard_texts import Draft

router = APIRouter()
Id = Annotated[int, Path(ge=1, le=LAST_KEY)]


@dataclass(frozen=True, slots=True)
class Typed:
    """`seen`: the version the form was made from; `token`: the same form sent twice adds one."""

    name: Text = ""
    action: Text = ""
    about: Text = ""
    step: Text = "0"
    words: Text = ""
    seen: Text = ""
    token: Text = ""

    def draft(self) -> Draft:
        return Draft(plain(self.name), self.action, self.about, self.step, plain(self.words))


TypedForm = Annotated[Typed, Depends()]


@router.get("/texts")
async def read(request: Request, office: TheOffice, reader: Admin) -> Response:
    return await _shown(request, office, reader)


@router.post("/texts")
async def add(request: Request, office: TheOffice, reader: AdminSubmitting, typed: TypedForm) -> Response:
    draft = typed.draft()

    async def once(session: AsyncSession) -> None:
        key, by = f"page-{typed.token}"[:200], reader.actor
        if not typed.token or await repeats.once(session, by.name, key, repr(draft), office.clock()) is None:
            await standard_texts.add(session, office, by, draft)

    return await _kept(request, office, reader, 0, draft, once)


@router.post("/texts/{text_id}")
async def change(
    text_id: Id, request: Request, office: TheOffice, reader: AdminSubmitting, typed: TypedForm
) -> Response:
    draft = typed.draft()

    async def written(session: AsyncSession) -> None:
        await standard_texts.change(session, office, reader.actor, text_id, typed.seen, draft)

    return await _kept(request, office, reader, text_id, draft, written)


@router.post("/texts/{text_id}/drop")
async def drop(text_id: Id, request: Request, office: TheOffice, reader: AdminSubmitting, typed: TypedForm) -> Response:
    async def dropped(session: AsyncSession) -> None:
        await standard_texts.drop(session, text_id, typed.seen)

    return await _kept(request, office, reader, text_id, typed.draft(), dropped)


async def _kept(
    request: Request,
    office: Office,
    reader: Reader,
    text_id: int,
    draft: Draft,
    write: Callable[[AsyncSession], Awaitable[None]],
) -> Response:
    if error := await refused(request, write):
        return await _shown(request, office, reader, Refused(error, text_id, draft))
    return see_other(f"/texts#text-{text_id}" if text_id else "/texts")


async def _shown(request: Request, office: Office, reader: Reader, refused: Refused | None = None) -> Response:
    async with request.app.state.db.reading() as session:
        found = await context(session, office, refused)
        around = await frame(session, reader)
    return page("texts.html", office.clock(), refused.error.status if refused else 200, frame=around, **found)
