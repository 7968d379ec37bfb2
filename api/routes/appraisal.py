"""/contractors: whose word that it is done could be relied on."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from api import appraisal
from api.access import KEEPS_RULES
from api.appraisal import Record
from api.auth import Caller
from api.errors import Forbidden
from api.problems import may_answer
from api.routes.deps import Reading, TheOffice

router = APIRouter(tags=["appraisal"])


@router.get("/contractors", responses=may_answer())
async def compare(
    caller: Caller, session: Reading, office: TheOffice, days: Annotated[int, Query(ge=1, le=3660)] = 90
) -> list[Record]:
    if caller.role not in KEEPS_RULES:
        raise Forbidden(role=caller.role)
    return await appraisal.records(session, caller, office.clock() - timedelta(days=days))
