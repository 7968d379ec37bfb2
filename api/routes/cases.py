"""/cases: what the bot offers before a legal question goes to an adviser."""

from typing import Annotated

from fastapi import APIRouter, Path

from api import case_offers, cases
from api.auth import BotOnly
from api.case_schemas import CaseOut, CaseRead, Question
from api.models import LAST_KEY
from api.problems import may_answer
from api.routes.deps import Reading, TheOffice, Writing

router = APIRouter(prefix="/cases", tags=["cases"])


@router.post("/similar", responses=may_answer())
async def similar(asked: Question, caller: BotOnly, session: Reading, office: TheOffice) -> list[CaseOut]:
    """At most two, of the same topic; none where the words tell of violence or another danger. Posted, so that no
    log of addresses holds the question; nothing of it is kept."""
    return await case_offers.similar(session, office, asked.label, asked.text)


@router.post("/{case_id}/read", responses=may_answer(404))
async def count(
    case_id: Annotated[int, Path(ge=1, le=LAST_KEY)], given: CaseRead, caller: BotOnly, session: Writing
) -> CaseRead:
    """A resident read it, or says that it was all they needed: a figure, of nobody."""
    await cases.count(session, case_id, cases.Outcome(given.outcome))
    return given
