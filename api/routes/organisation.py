"""Who handles what: which units serve a place, whom the rules name for a ticket, and which rules found nobody."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api import routing, tickets, troubles, unit_views
from api.access import KEEPS_RULES
from api.answers import RouteOut, TroubleOut, UnitOut
from api.auth import Caller
from api.errors import Forbidden, NotAllowed
from api.lifecycle import DESK, Lane
from api.problems import may_answer
from api.routes.deps import Number, Reading, TheOffice
from api.routes.grids import for_work

router = APIRouter(tags=["organisation"])


@router.get("/areas/{code}/units", responses=may_answer(404), dependencies=[Depends(for_work)])
async def serving(code: Number, session: Reading, office: TheOffice) -> list[UnitOut]:
    """Of a street, community or grid; the nearest first."""
    return await unit_views.serving(session, office, code)


@router.get("/tickets/{number}/route", responses=may_answer(404, 409))
async def route(number: Number, caller: Caller, session: Reading, office: TheOffice) -> RouteOut:
    if caller.role not in DESK:
        raise Forbidden(role=caller.role)
    ticket = await tickets.seen(session, number, caller)
    if ticket.lane is Lane.LEGAL:
        raise NotAllowed(reason="legal_matter")  # advisers are found by their community, not by rules
    return RouteOut(**asdict(await routing.route(session, office, ticket)))


@router.get("/organisation/troubles", responses=may_answer())
async def recent_troubles(
    caller: Caller, session: Reading, office: TheOffice, days: Annotated[int, Query(ge=1, le=3660)] = 30
) -> list[TroubleOut]:
    if caller.role not in KEEPS_RULES:
        raise Forbidden(role=caller.role)
    found = await troubles.since(session, office.clock() - timedelta(days=days))
    return [TroubleOut(**trouble.model_dump()) for trouble in found]
