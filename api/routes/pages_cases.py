"""/cases: the answers that two advisers agreed on; advisers keep them, supervisors may withdraw, admins read."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api import case_sources, cases
from api.errors import AppError, Forbidden
from api.filters import Asked
from api.models import LAST_KEY
from api.office import Office
from api.pages import cases_page
from api.pages.render import page
from api.routes.deps import Reading, TheOffice
from api.routes.sent import Text, plain, refused, see_other, writing
from api.routes.signed_in import AdviserSubmitting, Reader, SignedIn, Submitting, frame

router = APIRouter()
Id = Annotated[int, Path(ge=1, le=LAST_KEY)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; anything unknown narrows to nothing."""

    topic: Asked = ""
    state: Asked = ""
    q: Asked = ""


def reading(reader: SignedIn) -> Reader:
    if reader.actor.role not in cases.READS:
        raise Forbidden(role=reader.actor.role)
    return reader


Keeper = Annotated[Reader, Depends(reading)]


@router.get("/cases")
async def read_all(
    session: Reading, office: TheOffice, reader: Keeper, wanted: Annotated[Wanted, Depends()]
) -> Response:
    found = await cases_page.of_list(session, office, reader.actor, wanted.topic, wanted.state, wanted.q.strip())
    return page("cases.html", office.clock(), frame=await frame(session, reader), **found)


@router.get("/cases/{case_id}")
async def read(case_id: Id, session: Reading, office: TheOffice, reader: Keeper) -> Response:
    return await _shown(session, office, reader, case_id)


@router.post("/cases/{case_id}/withdraw")
async def withdraw(case_id: Id, request: Request, office: TheOffice, reader: Submitting, reason: Text = "") -> Response:
    why = plain(reason)
    error = await refused(request, lambda session: cases.withdraw(session, office, reader.actor, case_id, why))
    return await _answered(request, office, reader, case_id, error, why)


@router.post("/cases/{case_id}/renew")
async def renew(case_id: Id, request: Request, office: TheOffice, reader: AdviserSubmitting) -> Response:
    error = await refused(request, lambda session: cases.renew(session, office, reader.actor, case_id))
    return await _answered(request, office, reader, case_id, error)


@router.post("/cases/{case_id}/revise")
async def revise(case_id: Id, request: Request, office: TheOffice, reader: AdviserSubmitting) -> Response:
    try:
        async with writing(request) as session:
            case = await cases.read(session, case_id, for_update=True)
            draft = await case_sources.revise(session, office, reader.actor, case)
    except AppError as error:
        if error.status == 404:
            raise
        return await _answered(request, office, reader, case_id, error)
    return see_other(f"/cases/drafts/{draft.id}")


async def _answered(
    request: Request, office: Office, reader: Reader, case_id: int, error: AppError | None, typed: str = ""
) -> Response:
    if error is None:
        return see_other(f"/cases/{case_id}")
    if isinstance(error, Forbidden):
        raise error
    async with request.app.state.db.reading() as session:
        return await _shown(session, office, reader, case_id, error, typed)


async def _shown(
    session: AsyncSession,
    office: Office,
    reader: Reader,
    case_id: int,
    error: AppError | None = None,
    typed: str = "",
) -> Response:
    found = await cases_page.of_case(session, office, reader.actor, await cases.read(session, case_id), error, typed)
    status = error.status if error else 200
    return page("case.html", office.clock(), status, frame=await frame(session, reader), **found)
