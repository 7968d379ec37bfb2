"""/intake/{source}: reports of other offices, in the fields of their own."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Request, Response, status

from api import clients
from api.actors import Actor
from api.answers import IntakeOut
from api.auth import Bearer
from api.errors import NotFound
from api.intake import fields, taking
from api.intake.sources import SOURCES
from api.intake.taking import Origin
from api.problems import may_answer
from api.routes.deps import TheOffice
from api.schemas import Typed

router = APIRouter(tags=["intake"])
Source = Annotated[str, Typed, Path(description=f"one of {', '.join(SOURCES)}")]
Sent = Annotated[
    dict[str, Any],
    Body(
        description="the source's own field names (docs/intake.md); others are left aside",
        examples=[{"orderNo": "2026112300012", "content": "南环新村12幢门口的路灯不亮了", "address": "南环新村12幢"}],
    ),
]


async def origin_of(source: Source, request: Request) -> Origin:
    its = request.app.state.intake.sources.get(source)
    if its is None:
        raise NotFound(source=source)
    return Origin(source, its, request.app.state.settings.reporter_key)


async def the_client(origin: Annotated[Origin, Depends(origin_of)], bearer: Bearer, request: Request) -> Actor:
    request.app.state.paces.keys.take(origin.source)
    async with request.app.state.db.reading() as session:
        return await clients.allowed(session, bearer.credentials if bearer else "", f"intake:{origin.source}")


@router.post(
    "/intake/{source}",
    status_code=status.HTTP_201_CREATED,
    responses=may_answer(404, 409, 413) | {200: {"model": IntakeOut, "description": "the ticket that this id has"}},
)
async def take(
    origin: Annotated[Origin, Depends(origin_of)],
    caller: Annotated[Actor, Depends(the_client)],
    sent: Sent,
    request: Request,
    office: TheOffice,
    response: Response,
) -> IntakeOut:
    """The same id is the same ticket, once for ever; changed words join its record while it is open."""
    taken = await taking.take(request.app.state.db, office, origin, fields.read(origin.its, sent), caller)
    response.status_code = status.HTTP_201_CREATED if taken.fresh else status.HTTP_200_OK
    return IntakeOut.model_validate(taken.ticket.model_dump() | {"changed": taken.changed})
