"""/units: admins add contractors and other units, rename and retire them."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api import units
from api.errors import AppError, Forbidden, NotFound
from api.lifecycle import Role
from api.office import Office
from api.pages.render import page
from api.pages.units_page import Refused, Typed, context
from api.routes.deps import TheOffice
from api.routes.sent import Text, see_other
from api.routes.signed_in import Reader, SignedIn, Submitting, frame
from api.schemas import Typed as Plain

router = APIRouter()
Chosen = Annotated[str, Plain, Query(max_length=100)]


@router.get("/units")
async def read(request: Request, office: TheOffice, reader: SignedIn, unit: Chosen = "") -> Response:
    return await _shown(request, office, _admin(reader), unit)


@router.post("/units")
async def add(
    request: Request,
    office: TheOffice,
    reader: Submitting,
    code: Text = "",
    name: Text = "",
    kind: Text = "",
    street: Text = "",
) -> Response:
    typed = Typed(code.strip(), name.strip(), kind, street)

    async def added(session: AsyncSession) -> None:
        await units.add(session, typed.code, typed.name, kind, street)

    return await _done(request, office, _admin(reader), "", typed, added)


@router.post("/units/change")
async def change(
    request: Request, office: TheOffice, reader: Submitting, code: Text = "", name: Text = "", street: Text = ""
) -> Response:
    typed = Typed(code, name.strip(), "", street)

    async def changed(session: AsyncSession) -> None:
        await units.change(session, code, typed.name, street)

    return await _done(request, office, _admin(reader), code, typed, changed)


@router.post("/units/retire")
async def retire(
    request: Request, office: TheOffice, reader: Submitting, code: Text = "", name: Text = "", street: Text = ""
) -> Response:
    async def retired(session: AsyncSession) -> None:
        await units.retire(session, office.clock, code)

    return await _done(request, office, _admin(reader), code, Typed(code, name, "", street), retired)


def _admin(reader: Reader) -> Reader:
    if reader.actor.role is not Role.ADMIN:
        raise Forbidden(role=reader.actor.role)
    return reader


async def _done(
    request: Request,
    office: Office,
    reader: Reader,
    chosen: str,
    typed: Typed,
    write: Callable[[AsyncSession], Awaitable[None]],
) -> Response:
    try:
        async with request.app.state.db.writing() as session:
            await write(session)
    except NotFound:
        raise
    except AppError as error:
        return await _shown(request, office, reader, chosen, Refused(error, typed))
    return see_other("/units")


async def _shown(
    request: Request, office: Office, reader: Reader, chosen: str, refused: Refused | None = None
) -> Response:
    async with request.app.state.db.reading() as session:
        found = await context(session, office, reader.actor, chosen, refused)
        around = await frame(session, reader)
    return page("units.html", office.clock(), refused.error.status if refused else 200, frame=around, **found)
