"""/organisation: the rules in their order, those that found nobody, and the units with who is on duty."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import KEEPS_RULES
from api.errors import Forbidden
from api.pages.organisation_page import context
from api.pages.render import page
from api.routes.deps import Reading, TheOffice
from api.routes.signed_in import SignedIn, frame

router = APIRouter()
LOOKS_BACK = timedelta(days=30)


@router.get("/organisation")
async def organisation(session: Reading, office: TheOffice, reader: SignedIn) -> Response:
    if reader.actor.role not in KEEPS_RULES:
        raise Forbidden(role=reader.actor.role)
    now = office.clock()
    found = await context(session, office, now - LOOKS_BACK)
    return page("organisation.html", now, frame=await frame(session, reader), **found)
