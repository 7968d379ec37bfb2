"""/tickets/{number}/draft: an adviser's answer, kept while it is written."""

from fastapi import APIRouter

from api import drafts, tickets
from api.answers import DraftIn, DraftOut
from api.auth import Caller
from api.problems import may_answer
from api.routes.deps import Number, TheOffice, Writing

router = APIRouter(tags=["tickets"])


@router.put("/tickets/{number}/draft", responses=may_answer(404, 409))
async def save(number: Number, given: DraftIn, caller: Caller, session: Writing, office: TheOffice) -> DraftOut:
    """Read on the ticket's page by who wrote it, and by nobody else. 409 draft_changed where it was saved elsewhere
    after `version`: nothing is kept then."""
    ticket = await tickets.seen(session, number, caller, for_update=True)
    draft = await drafts.save(session, ticket, caller, given, office.clock())
    return DraftOut(version=draft.version, saved_at=draft.saved_at)
