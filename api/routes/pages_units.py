"""/units: admins add contractors and other units, rename and retire them."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api import units
from api.office import Office
from api.pages.render import page
from api.pages.units_page import Refused, Typed, context
from api.routes.deps import TheOffice
from api.routes.sent import Text, refused, see_other
from api.routes.signed_in import Admin, AdminSubmitting, Reader, frame
from api.schemas import Typed as Plain

router = APIRouter()
Chosen = Annotated[str, Plain, Query(max_length=100)]


@router.get("/units")
async def read(request: Request, office: TheOffice, reader: Admin, unit: Chosen = "") -> Response:
    return await _shown(request, office, reader, unit)


@router.post("/units")
async def add(
    request: Request,
    office: TheOffice,
    reader: AdminSubmitting,
    code: Text = "",
    name: Text = "",
    kind: Text = "",
    street: Text = "",
) -> Response:
    typed = Typed(code.strip(), name.strip(), kind, street)

    async def added(session: AsyncSession) -> None:
        await units.add(session, typed.code, typed.name, kind, street)

    return await _done(request, office, reader, "", typed, added)


@router.post("/units/change")
async def change(
    request: Request, office: TheOffice, reader: AdminSubmitting, code: Text = "", name: Text = "", street: Text = ""
) -> Response:
    typed = Typed(code, name.strip(), "", street)

    async def changed(session: AsyncSession) -> None:
        await units.change(session, code, typed.name, street)

    return await _done(request, office, reader, code, typed, changed)


@router.post("/units/retire")
async def retire(
    request: Request, office: TheOffice, reader: AdminSubmitting, code: Text = "", name: Text = "", street: Text = ""
) -> Response:
    async def retired(session: AsyncSession) -> None:
        await units.retire(session, office.clock, code)

    return await _done(request, office, reader, code, Typed(code, name, "", street), retired)


async def _done(
    request: Request,
    office: Office,
    reader: Reader,
    chosen: str,
    typed: Typed,
    write: Callable[[AsyncSession], Awaitable[None]],
) -> Response:
    if error := await refused(request, write):
        return await _shown(request, office, reader, chosen, Refused(error, typed))
    return see_other("/units")


async def _shown(
    request: Request, office: Office, reader: Reader, chosen: str, refused: Refused | None = None
) -> Response:
    async with request.app.state.db.reading() as session:
        found = await context(session, office, reader.actor, chosen, refused)
        around = await frame(session, reader)
    return page("units.html", office.clock(), refused.error.status if refused else 200, frame=around, **found)
