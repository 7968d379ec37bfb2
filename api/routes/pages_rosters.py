"""/units/roster: admins keep who is on duty for a unit, and see the week to come."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api import rosters
from api.models import LAST_KEY
from api.office import Office
from api.pages import times_form
from api.pages.render import page
from api.pages.roster_page import Refused, Typed, context
from api.pages.times_form import Line
from api.routes.deps import TheOffice
from api.routes.sent import Several, Text, refused, see_other
from api.routes.signed_in import Admin, AdminSubmitting, Reader, frame
from api.schemas import Typed as Plain

router = APIRouter()
Chosen = Annotated[str, Plain, Query(max_length=100)]
Id = Annotated[int, Form(ge=1, le=LAST_KEY)]


@router.get("/units/roster")
async def read(request: Request, office: TheOffice, reader: Admin, unit: Chosen = "") -> Response:
    return await _shown(request, office, reader, unit)


@router.post("/units/roster")
async def add(
    request: Request,
    office: TheOffice,
    reader: AdminSubmitting,
    unit: Text = "",
    staff: Text = "",
    days: Several = (),
    dates: Text = "",
    begin: Text = "",
    end: Text = "",
) -> Response:
    [line] = times_form.lines(days, [dates], [begin], [end])

    async def added(session: AsyncSession) -> None:
        await rosters.add(session, reader.actor, office.clock(), unit, staff, times_form.read(line))

    return await _done(request, office, reader, unit, added, Typed(staff, line))


@router.post("/units/roster/drop")
async def drop(request: Request, office: TheOffice, reader: AdminSubmitting, shift: Id, unit: Text = "") -> Response:
    async def dropped(session: AsyncSession) -> None:
        await rosters.drop(session, reader.actor, office.clock(), unit, shift)

    return await _done(request, office, reader, unit, dropped, Typed("", Line()))


async def _done(
    request: Request,
    office: Office,
    reader: Reader,
    unit: str,
    write: Callable[[AsyncSession], Awaitable[None]],
    typed: Typed,
) -> Response:
    if error := await refused(request, write):
        return await _shown(request, office, reader, unit, Refused(error, typed))
    return see_other(f"/units/roster?{urlencode({'unit': unit})}")


async def _shown(
    request: Request, office: Office, reader: Reader, unit: str, refused: Refused | None = None
) -> Response:
    async with request.app.state.db.reading() as session:
        found = await context(session, office, unit, refused)
        around = await frame(session, reader)
    return page("roster.html", office.clock(), refused.error.status if refused else 200, frame=around, **found)
