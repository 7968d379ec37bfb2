"""/tickets/{number}/draft: the button 存草稿 of an adviser's answer; by itself the page saves over the API."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from api import drafts, tickets
from api.answers import DraftIn
from api.errors import AppError, Forbidden, NotFound
from api.lifecycle import Action
from api.models import LAST_KEY
from api.pages.ticket_page import Refusal
from api.routes.deps import Number, TheOffice
from api.routes.sent import SentForm, TooLong, see_other, shown, writing
from api.routes.signed_in import Submitting

router = APIRouter()


@router.post("/tickets/{number}/draft")
async def save(number: Number, request: Request, office: TheOffice, reader: Submitting, sent: SentForm) -> Response:
    words = sent.words()
    try:
        async with writing(request) as session:
            ticket = await tickets.seen(session, number, reader.actor, for_update=True)
            await drafts.save(session, ticket, reader.actor, _given(words), office.clock())
    except (Forbidden, NotFound):
        raise
    except AppError as error:
        return await shown(request, office, reader, number, Refusal(error, Action.REPORT_BACK, words))
    return see_other(f"/tickets/{number}#{Action.REPORT_BACK}")


def _given(words: Mapping[str, str]) -> DraftIn:
    version = words["version"]
    known = int(version) if version.isascii() and version.isdecimal() and len(version) < len(str(LAST_KEY)) else 0
    try:
        return DraftIn(note=words["note"], laws=words["laws"], lawyer=bool(words["lawyer"]), version=known)
    except ValidationError:
        raise TooLong from None
