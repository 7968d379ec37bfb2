"""/queue: what waits, what is under way, what has ended. /notices: what is new for the reader."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api import board, bulk, notices, presence, saved_views
from api.actors import Actor
from api.board import Counts
from api.bulk import Given
from api.errors import Malformed
from api.feed import rows
from api.filters import Asked
from api.lifecycle import DESK, STEPS, Lane
from api.office import Office
from api.pages import choices, story, wanted
from api.pages.names import names, with_whom
from api.pages.refusals import of_refusal
from api.pages.render import page
from api.pages.wanted import Wanted
from api.pages.words import PHRASES, STATUSES, TABS
from api.presence import Looker
from api.routes.deps import Reading, TheOffice, Writing
from api.routes.signed_in import SignedIn, Submitting, frame
from api.schemas import TicketPage, Typed

router = APIRouter()
NUMBER = re.compile(r"[A-Z]+[0-9-]+")
COUNTED_TO = 99
NAME_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A view of the reader's own: its name, its address, and how many it lists, "99+" at the most."""

    name: str
    address: str
    many: str


@router.get("/queue")
async def queue(
    session: Reading, office: TheOffice, reader: SignedIn, asked: Annotated[Wanted, Depends()], left: Asked = ""
) -> Response:
    """`left` is the ticket that the reader just gave out of their hands."""
    actor = reader.actor
    tab = wanted.tab_of(asked, actor.role)
    since = await rows.newest(session)  # before the list: what is told from here on, it may not hold yet
    listed = await board.listed(session, office, actor, asked.filters(actor.role))
    counted = await board.counts(session, actor)
    offered = wanted.statuses(tab, actor.role)
    return page(
        "queue.html",
        office.clock(),
        frame=await frame(session, reader),
        wanted=asked,
        tab=tab,
        tabs=_tabs(counted),
        views=await _views(session, office, actor),
        choices=await choices.of_queue(session, office, actor, offered, counted if tab == "open" else None),
        many_at_once=actor.role in DESK,
        BULK_STATUSES=bulk.STATUSES,
        listed=listed,
        since=since,
        lookers=await _lookers(session, office, actor, listed),
        grids=(await office.atlas.chart(session)).by_code,
        names=await names(session),
        steps=STEPS,
        status_words=STATUSES,
        with_whom=with_whom,
        left=left if NUMBER.fullmatch(left) else "",
    )


async def _lookers(session: AsyncSession, office: Office, actor: Actor, listed: TicketPage) -> dict[str, list[Looker]]:
    """Others than the reader, by number."""
    numbers = [ticket.number for ticket in listed.tickets]
    found = await presence.on(session, numbers, office.clock())
    return {number: [one for one in found.get(number, []) if one.staff != actor.name] for number in numbers}


def _tabs(counted: Counts) -> list[tuple[str, str, int | None]]:
    """(tab, its name, how many). What has ended is not counted: it only grows."""
    many = {"mine": counted.mine, "open": counted.open, "ended": None}
    return [(tab, name, many[tab]) for tab, name in TABS.items()]


async def _views(session: AsyncSession, office: Office, actor: Actor) -> list[Kept]:
    found = []
    for view in await saved_views.of(session, actor):
        asked = wanted.read(view.wanted)
        many = await board.many(session, office, actor, asked.filters(actor.role), COUNTED_TO + 1)
        found.append(Kept(view.name, asked.kept(), f"{COUNTED_TO}+" if many > COUNTED_TO else str(many)))
    return found


@router.post("/queue/views")
async def save_view(
    session: Writing, reader: Submitting, name: Annotated[str, Typed, Form()] = "", view: Annotated[str, Form()] = ""
) -> Response:
    """`view` is the address that is shown, `name` what the reader calls it."""
    called, asked = name.strip(), wanted.read(view)
    if not 0 < len(called) <= NAME_AT_MOST:
        raise Malformed(at="name")
    await saved_views.save(session, reader.actor, called, asked.kept().partition("?")[2])
    return RedirectResponse(asked.kept(), status_code=303)


@router.post("/queue/views/forget")
async def forget_view(
    session: Writing, reader: Submitting, name: Annotated[str, Typed, Form()] = "", view: Annotated[str, Form()] = ""
) -> Response:
    await saved_views.forget(session, reader.actor, name)
    return RedirectResponse(wanted.read(view).kept(), status_code=303)


@router.post("/queue/bulk")
async def act_on_many(
    request: Request,
    office: TheOffice,
    reader: Submitting,
    given: Annotated[Given, Depends()],
    number: Annotated[list[str], Form(max_length=bulk.MOST)] = [],  # noqa: B006
    view: Annotated[str, Form()] = "",
) -> Response:
    deed = bulk.deed_of(given)
    done = [await bulk.one(request.app.state.db, office, reader.actor, one, deed) for one in dict.fromkeys(number)]
    async with request.app.state.db.reading() as session:
        around = await frame(session, reader)
        called = await names(session)
    why = [(one.number, of_refusal(called, one.error, office.clock())) for one in done if one.error]
    return page(
        "bulk.html",
        office.clock(),
        frame=around,
        button=PHRASES[Lane.PUBLIC, deed.action].button,
        done=[one.number for one in done if one.error is None],
        refused=why,
        back=wanted.read(view).kept(),
    )


@router.get("/notices")
async def desk(session: Reading, office: TheOffice, reader: SignedIn) -> Response:
    """Without words or places: a notice of a legal matter may lie on a supervisor's desk."""
    found = await notices.of_desk(session, reader.actor)
    lines = [(notice, story.did(notice.facts["action"], Lane(notice.facts["lane"]))) for notice in found]
    return page("notices.html", office.clock(), frame=await frame(session, reader), lines=lines)
