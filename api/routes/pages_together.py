"""Buttons and a fragment of the staff pages: a ticket taken in hand and let go, and who is looking at it."""

import contextlib
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from api import holds, presence, tickets
from api.errors import Held, NotAllowed
from api.pages.names import names
from api.pages.render import page
from api.routes.deps import Number, Reading, TheOffice, Writing
from api.routes.signed_in import SignedIn, Submitting

router = APIRouter()


@router.post("/tickets/{number}/hold")
async def take(
    number: Number, session: Writing, office: TheOffice, reader: Submitting, over: Annotated[str, Form()] = ""
) -> Response:
    """Where a colleague was faster, or it has ended, the page says so by itself."""
    ticket = await tickets.seen(session, number, reader.actor, for_update=True)
    with contextlib.suppress(Held, NotAllowed):
        await holds.take(session, ticket, reader.actor, office.clock(), over=bool(over))
    return _back(number)


@router.post("/tickets/{number}/let-go")
async def let_go(number: Number, session: Writing, office: TheOffice, reader: Submitting) -> Response:
    ticket = await tickets.seen(session, number, reader.actor, for_update=True)
    with contextlib.suppress(Held):
        await holds.let_go(session, ticket, reader.actor, office.clock())
    return _back(number)


@router.get("/tickets/{number}/present")
async def present(number: Number, session: Reading, office: TheOffice, reader: SignedIn) -> Response:
    await tickets.seen(session, number, reader.actor)
    who = await presence.others(session, number, reader.actor, office.clock())
    return page("present.html", office.clock(), who=who, names=await names(session))


def _back(number: str) -> RedirectResponse:
    return RedirectResponse(f"/tickets/{number}", status_code=303)
