"""/staff: admins add members of staff, change their office, give new passwords, and let them go."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api import appointments, people
from api.models import LAST_KEY
from api.office import Office
from api.pages.render import page
from api.pages.staff_page import NOTHING, Told, Typed, context
from api.routes.deps import TheOffice
from api.routes.sent import Text, refused, see_other
from api.routes.signed_in import Admin, AdminSubmitting, Reader, frame

router = APIRouter()
Id = Annotated[int, Path(ge=1, le=LAST_KEY)]
Chosen = Annotated[int, Query(ge=0, le=LAST_KEY)]


@router.get("/staff")
async def read(request: Request, office: TheOffice, reader: Admin, person: Chosen = 0) -> Response:
    return await _shown(request, office, reader, person)


@router.post("/staff")
async def add(
    request: Request, office: TheOffice, reader: AdminSubmitting, name: Text = "", role: Text = "", scope: Text = ""
) -> Response:
    """Their password is shown on this very answer and nowhere else."""
    typed = Typed(name.strip(), role, scope)
    made: list[tuple[int, str]] = []

    async def added(session: AsyncSession) -> None:
        staff = await people.add(session, office.clock, typed.name, role, scope)
        made.append((staff.id, await people.new_password(session, staff.name)))

    if error := await refused(request, added):
        return await _shown(request, office, reader, 0, Told(error, typed))
    ((person, fresh),) = made
    return await _shown(request, office, reader, person, Told(password=fresh))


@router.post("/staff/{person}")
async def change(
    person: Id, request: Request, office: TheOffice, reader: AdminSubmitting, role: Text = "", scope: Text = ""
) -> Response:
    async def changed(session: AsyncSession) -> None:
        await appointments.change(session, reader.actor, person, role, scope)

    return await _done(request, office, reader, person, changed, Typed("", role, scope))


@router.post("/staff/{person}/password")
async def password(person: Id, request: Request, office: TheOffice, reader: AdminSubmitting) -> Response:
    made: list[str] = []

    async def renewed(session: AsyncSession) -> None:
        made.append((await appointments.new_password(session, person))[1])

    if error := await refused(request, renewed):
        return await _shown(request, office, reader, person, Told(error))
    return await _shown(request, office, reader, person, Told(password=made[0]))


@router.post("/staff/{person}/sign-out")
async def sign_out(person: Id, request: Request, office: TheOffice, reader: AdminSubmitting) -> Response:
    async def ended(session: AsyncSession) -> None:
        await appointments.revoke(session, person)

    return await _done(request, office, reader, person, ended)


@router.post("/staff/{person}/dismiss")
async def dismiss(person: Id, request: Request, office: TheOffice, reader: AdminSubmitting) -> Response:
    async def gone(session: AsyncSession) -> None:
        await appointments.dismiss(session, reader.actor, person)

    return await _done(request, office, reader, person, gone)


@router.post("/staff/{person}/take-back")
async def take_back(person: Id, request: Request, office: TheOffice, reader: AdminSubmitting) -> Response:
    async def there(session: AsyncSession) -> None:
        await appointments.take_back(session, person)

    return await _done(request, office, reader, person, there)


async def _done(
    request: Request,
    office: Office,
    reader: Reader,
    person: int,
    write: Callable[[AsyncSession], Awaitable[None]],
    typed: Typed | None = None,
) -> Response:
    if error := await refused(request, write):
        return await _shown(request, office, reader, person, Told(error, typed))
    return see_other(f"/staff?person={person}")


async def _shown(request: Request, office: Office, reader: Reader, person: int, told: Told = NOTHING) -> Response:
    async with request.app.state.db.reading() as session:
        found = await context(session, office.clock(), person, told)
        around = await frame(session, reader)
    status = told.error.status if told.error else 200
    return page("staff.html", office.clock(), status, frame=around, **found)
