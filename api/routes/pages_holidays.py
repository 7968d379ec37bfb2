"""/holidays: admins keep the district's own days off and days worked."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from api import holidays
from api.errors import AppError
from api.holidays import Wanted
from api.models import LAST_KEY
from api.office import Office
from api.pages.holidays_page import Refused, context, trial_context
from api.pages.render import page
from api.routes.deps import TheOffice
from api.routes.sent import Text, see_other, writing
from api.routes.signed_in import Admin, AdminSubmitting, Reader, frame

router = APIRouter()
Year = Annotated[int, Query(ge=2000, le=2100)]
Id = Annotated[int, Form(ge=0, le=LAST_KEY)]


@router.get("/holidays")
async def read(request: Request, office: TheOffice, reader: Admin, year: Year | None = None) -> Response:
    return await _shown(request, office, reader, year or 0)


@router.post("/holidays")
async def change(
    request: Request,
    office: TheOffice,
    reader: AdminSubmitting,
    first: Text = "",
    last: Text = "",
    kind: Text = "",
    why: Text = "",
    drop: Id = 0,
    tried: Text = "",
) -> Response:
    """Without `tried` it is only shown whose promises run over the days."""
    wanted = Wanted(first.strip(), last.strip(), kind, why.strip(), drop)
    try:
        if not tried:
            return await _tried(request, office, reader, wanted)
        async with writing(request) as session:
            await holidays.keep(session, office, reader.actor, wanted, tried)
    except AppError as error:
        return await _shown(request, office, reader, 0, Refused(error, wanted))
    await office.own_days.read(request.app.state.db)
    return see_other(f"/holidays?year={wanted.first[:4]}" if wanted.first else "/holidays")


async def _tried(request: Request, office: Office, reader: Reader, wanted: Wanted) -> Response:
    async with request.app.state.db.reading() as session:
        found = await trial_context(session, office, reader.actor, wanted)
        around = await frame(session, reader)
    return page("holidays_try.html", office.clock(), frame=around, **found)


async def _shown(
    request: Request, office: Office, reader: Reader, year: int, refused: Refused | None = None
) -> Response:
    async with request.app.state.db.reading() as session:
        found = await context(session, office, year, refused)
        around = await frame(session, reader)
    return page("holidays.html", office.clock(), refused.error.status if refused else 200, frame=around, **found)
