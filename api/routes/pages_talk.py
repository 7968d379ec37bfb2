"""/tickets/{number}/start/{action}: a standard text put into its field, where no script does it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import tickets
from api.errors import NotFound
from api.lifecycle import Action
from api.pages import starters
from api.pages.ticket_page import Refusal
from api.routes.deps import Number, TheOffice
from api.routes.sent import SentForm, shown
from api.routes.signed_in import Submitting
from api.standard_texts import WRITTEN

router = APIRouter()
FIELD = {action: "reason" if action is Action.DECLINE else "note" for action in WRITTEN}


@router.post("/tickets/{number}/start/{action}")
async def start(
    number: Number, action: str, request: Request, office: TheOffice, reader: Submitting, sent: SentForm
) -> Response:
    """What was typed already stays above it; nothing is sent yet."""
    if action not in FIELD:
        raise NotFound(action=action)
    deed, words = Action(action), sent.words()
    async with request.app.state.db.reading() as session:
        ticket = await tickets.seen(session, number, reader.actor)
        texts = (await starters.filled(session, office, ticket, [deed]))[deed]
    chosen = next((text.words for text in texts if str(text.id) == sent.standard), "")
    words[FIELD[deed]] = "\n".join(filter(None, (words[FIELD[deed]], chosen)))
    return await shown(request, office, reader, number, Refusal(None, deed, words))
