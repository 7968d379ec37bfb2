"""/services: what legal advisers did in a quarter; they enter what does not come by itself. The same as CSV."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import ledger
from api.errors import AppError, Forbidden
from api.figures import period
from api.figures.period import Period
from api.filters import Asked
from api.ledger import Draft
from api.lifecycle import Role
from api.models import LAST_KEY, Area
from api.office import Office
from api.pages import ledger_table
from api.pages.error_words import BAD_SERVICES, of_error
from api.pages.names import is_demo, names
from api.pages.render import HEADERS, page
from api.pages.tables import Table, as_csv
from api.routes.deps import Reading, TheOffice
from api.routes.sent import Text, plain, refused, see_other
from api.routes.signed_in import AdviserSubmitting, Reader, SignedIn, frame

router = APIRouter()
READS = (Role.ADVISER, Role.SUPERVISOR, Role.ADMIN)
BLANK = Draft("", "", "", "", "", "")


@dataclass(frozen=True, slots=True)
class Typed:
    kind: Text = ""
    held_on: Text = ""
    community: Text = ""
    title: Text = ""
    papers: Text = ""
    attendance: Text = ""
    another: Text = ""

    def draft(self) -> Draft:
        return Draft(
            self.kind,
            self.held_on,
            self.community,
            plain(self.title),
            plain(self.papers),
            self.attendance.strip(),
            self.another,
        )


def reading(reader: SignedIn) -> Reader:
    if reader.actor.role not in READS:
        raise Forbidden(role=reader.actor.role)
    return reader


Keeper = Annotated[Reader, Depends(reading)]


@router.get("/services")
async def services(session: Reading, office: TheOffice, reader: Keeper, of: Asked = "") -> Response:
    return await _shown(session, office, reader, period.quarter(of, office.clock()))


@router.get("/services.csv")
async def download(session: Reading, office: TheOffice, reader: Keeper, of: Asked = "") -> Response:
    asked, demo = period.quarter(of, office.clock()), await is_demo(session)
    called = quote(f"{'演示数据-' if demo else ''}法律顾问台账-{asked.quarter}.csv")
    named = {"Content-Disposition": f"attachment; filename=\"services-{asked.quarter}.csv\"; filename*=UTF-8''{called}"}
    return Response(as_csv(await _table(session, reader, asked), demo), headers=HEADERS | named, media_type="text/csv")


@router.post("/services")
async def enter(
    request: Request, office: TheOffice, reader: AdviserSubmitting, typed: Annotated[Typed, Depends()]
) -> Response:
    draft, now = typed.draft(), office.clock()
    error = await refused(request, lambda session: ledger.enter(session, reader.actor, draft, now))
    if error is None:
        return see_other(f"/services?of={period.asked(draft.held_on, draft.held_on, now).quarter}")
    async with request.app.state.db.reading() as session:
        return await _shown(session, office, reader, period.quarter("", now), error, draft)


@router.post("/services/strike")
async def strike(request: Request, reader: AdviserSubmitting, entry: Annotated[int, Form()] = 0) -> Response:
    if 0 < entry <= LAST_KEY:
        async with request.app.state.db.writing() as session:
            await ledger.strike(session, reader.actor, entry)
    return RedirectResponse("/services", status_code=303)


async def _table(session: AsyncSession, reader: Reader, asked: Period) -> Table:
    areas = (await session.exec(select(Area).where(col(Area.level) == "community"))).all()
    rows = await ledger.report(session, reader.actor, asked)
    return ledger_table.table(rows, {area.code: area.name for area in areas}, await names(session))


async def _shown(
    session: AsyncSession,
    office: Office,
    reader: Reader,
    asked: Period,
    error: AppError | None = None,
    draft: Draft = BLANK,
) -> Response:
    advises, today = reader.actor.role is Role.ADVISER, period.today(office.clock())
    return page(
        "services.html",
        office.clock(),
        error.status if error else 200,
        frame=await frame(session, reader),
        asked=asked,
        earlier=_beside(asked, -1, office),
        later=_beside(asked, 1, office),
        demo=await is_demo(session),
        table=await _table(session, reader, asked),
        advises=advises,
        entries=await ledger.entered(session, reader.actor, asked) if advises else [],
        communities=await ledger.communities(session, reader.actor) if advises else [],
        kinds=ledger_table.KINDS,
        counted=error is not None and error.facts.get("at") == "counted",
        draft=draft,
        today=today,
        earliest=today - ledger.BACK,
        refused=_sentence(error) if error else "",
    )


def _beside(asked: Period, by: int, office: Office) -> str:
    """The quarter before or after; "" where there is none."""
    months = asked.first.year * 12 + asked.first.month - 1 + 3 * by
    first = asked.first.replace(year=months // 12, month=months % 12 + 1)
    inside = period.EARLIEST.replace(month=10, day=1) <= first <= period.today(office.clock())
    return Period(first, first).quarter if inside else ""


def _sentence(error: AppError) -> str:
    return BAD_SERVICES.get(str(error.facts.get("at", ""))) or of_error(error.code, str(error.facts.get("reason", "")))
