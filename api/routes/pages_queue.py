"""/queue: what waits, what is under way, what has ended. /notices: what is new for the reader."""

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import board, notices
from api.actors import Actor
from api.board import Asked, Filters
from api.feed import rows
from api.lifecycle import ENDED, OPEN, STEPS, WAITS_ON, Lane, Role, Status
from api.models import Area
from api.office import Office
from api.pages import forms, story
from api.pages.forms import Group
from api.pages.names import names, with_whom
from api.pages.render import page
from api.pages.words import STATUSES, TABS
from api.routes.deps import Reading, TheOffice
from api.routes.signed_in import SignedIn, frame
from nlp.catalogue import Kind

router = APIRouter()
NUMBER = re.compile(r"[A-Z]+[0-9-]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of the queue asks for."""

    tab: Asked = ""
    status: Asked = ""
    label: Asked = ""
    street: Asked = ""
    q: Asked = ""
    cursor: Asked = ""

    def kept(self, **changes: str) -> str:
        """The address with these changes, from its first page."""
        now = {"tab": self.tab, "status": self.status, "label": self.label, "street": self.street, "q": self.q}
        return "/queue?" + urlencode({name: value for name, value in (now | changes).items() if value})


@router.get("/queue")
async def queue(
    session: Reading, office: TheOffice, reader: SignedIn, wanted: Annotated[Wanted, Depends()], left: Asked = ""
) -> Response:
    """`left` is the ticket that the reader just gave out of their hands."""
    tab = wanted.tab if wanted.tab in TABS else _first_tab(reader.actor.role)
    statuses = _statuses(tab, reader.actor.role)
    status = wanted.status if wanted.status in statuses else ""
    filters = Filters(
        status=status or tab, label=wanted.label, grid=wanted.street, q=wanted.q.strip(), cursor=wanted.cursor
    )
    since = await rows.newest(session)  # before the list: what is told from here on, it may not hold yet
    listed = await board.listed(session, office, reader.actor, filters)
    return page(
        "queue.html",
        office.clock(),
        frame=await frame(session, reader),
        wanted=wanted,
        tab=tab,
        tabs=await _tabs(session, reader.actor),
        statuses=[(one, STATUSES[Lane.PUBLIC, one]) for one in statuses],
        labels=_labels(office, reader.actor),
        streets=await _streets(session),
        listed=listed,
        since=since,
        names=await names(session),
        steps=STEPS,
        status_words=STATUSES,
        with_whom=with_whom,
        left=left if NUMBER.fullmatch(left) else "",
    )


def _first_tab(role: Role) -> str:
    return "mine" if role is Role.SUPERVISOR or role in WAITS_ON.values() else "open"


def _statuses(tab: str, role: Role) -> list[Status]:
    match tab:
        case "mine":
            return list(dict.fromkeys(status for (_, status), waits in WAITS_ON.items() if waits is role))
        case "ended":
            return list(ENDED)
        case _:
            return list(OPEN)


async def _tabs(session: AsyncSession, actor: Actor) -> list[tuple[str, str, int | None]]:
    """(tab, its name, how many). What has ended is not counted: it only grows."""
    counted = await board.counts(session, actor)
    mine = counted.pop("mine")
    many = {"mine": mine, "open": sum(counted.values()), "ended": None}
    return [(tab, name, many[tab]) for tab, name in TABS.items()]


def _labels(office: Office, actor: Actor) -> list[Group]:
    legal = forms.of_kind(office.catalogue, Kind.LEGAL)
    match actor.role:
        case Role.ADVISER:
            return [legal]
        case Role.TRIAGE | Role.SUPERVISOR:
            return [*forms.items(office.catalogue), legal]
        case _:
            return forms.items(office.catalogue)


async def _streets(session: AsyncSession) -> list[str]:
    query = select(Area.name).where(Area.level == "street").order_by(col(Area.code))
    return list((await session.exec(query)).all())


@router.get("/notices")
async def desk(session: Reading, office: TheOffice, reader: SignedIn) -> Response:
    """Without words or places: a notice of a legal matter may lie on a supervisor's desk."""
    found = await notices.of_desk(session, reader.actor)
    lines = [(notice, story.did(notice.facts["action"], Lane(notice.facts["lane"]))) for notice in found]
    return page("notices.html", office.clock(), frame=await frame(session, reader), lines=lines)
