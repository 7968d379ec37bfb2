"""/board: figures for who answers for them; the same as CSV, and a week's report to print."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import Forbidden, NotFound
from api.figures import period
from api.figures.asked import Question
from api.figures.days import Days
from api.figures.found import Found, gather
from api.figures.period import Period
from api.figures.seen import SEES, Figure
from api.filters import Asked
from api.models import Area
from api.office import Office
from api.pages import board_page, board_tables
from api.pages.board_tables import Called
from api.pages.names import is_demo, names
from api.pages.render import HEADERS, page
from api.pages.tables import as_csv
from api.routes.deps import Reading, TheOffice
from api.routes.signed_in import Reader, SignedIn, frame

router = APIRouter()


def the_days(request: Request) -> Days:
    days: Days = request.app.state.days
    return days


TheDays = Annotated[Days, Depends(the_days)]
SPANS = ((7, "近 7 天"), (28, "近 28 天"), (90, "近 90 天"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; empty: a week of all streets."""

    first: Annotated[str, Query(alias="from", max_length=20)] = ""
    last: Annotated[str, Query(alias="to", max_length=20)] = ""
    street: Asked = ""


def address(of: Period, street: str, path: str = "/board", **more: str) -> str:
    asked = {"from": of.first.isoformat(), "to": of.last.isoformat(), "street": street} | more
    return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"


def figures_of(reader: Reader) -> tuple[Figure, ...]:
    if reader.actor.role not in SEES:
        raise Forbidden(role=reader.actor.role)
    return SEES[reader.actor.role]


@router.get("/board")
async def board(
    session: Reading, office: TheOffice, days: TheDays, reader: SignedIn, wanted: Annotated[Wanted, Depends()]
) -> Response:
    asked = period.asked(wanted.first, wanted.last, office.clock())
    shown = await _shown(session, office, days, reader, Question(reader.actor, asked, wanted.street))
    spans = [(name, _back(asked, days), days == asked.days) for days, name in SPANS]
    return page("board.html", office.clock(), **shown, spans=spans, today=period.today(office.clock()))


def _back(asked: Period, days: int) -> Period:
    """So many days, to the same end."""
    day = Period(asked.last, asked.last)
    return Period(max(period.EARLIEST, day.moved(1 - days).first), asked.last)


@router.get("/board/week")
async def week(
    session: Reading, office: TheOffice, days: TheDays, reader: SignedIn, of: Asked = "", street: Asked = ""
) -> Response:
    asked = period.week(of, office.clock())
    shown = await _shown(session, office, days, reader, Question(reader.actor, asked, street))
    later = asked.moved(1) if asked.moved(1).first <= period.today(office.clock()) else None
    earlier = asked.moved(-1) if asked.moved(-1).first >= period.EARLIEST else None
    return page("week.html", office.clock(), **shown, earlier=earlier, later=later)


@router.get("/board.csv")
async def download(
    session: Reading,
    office: TheOffice,
    days: TheDays,
    reader: SignedIn,
    wanted: Annotated[Wanted, Depends()],
    figure: Asked = Figure.ITEMS,
) -> Response:
    if figure not in list(Figure):
        raise NotFound(figure=figure[:40])
    if figure not in figures_of(reader):
        raise Forbidden(role=reader.actor.role)
    asked = period.asked(wanted.first, wanted.last, office.clock())
    question, of = Question(reader.actor, asked, wanted.street), Figure(figure)
    found = await gather(session, days, question, office.clock(), [of])
    table = board_tables.TABLES[of](found, Called.of(office.catalogue, await names(session)))
    demo = await is_demo(session)
    return Response(as_csv(table, demo), headers=HEADERS | _as_file(of, asked, demo), media_type="text/csv")


def _as_file(figure: Figure, asked: Period, demo: bool) -> dict[str, str]:
    days = f"{asked.first.isoformat()}_{asked.last.isoformat()}"
    called = quote(f"{'演示数据-' if demo else ''}{board_page.TITLES[figure]}-{days}.csv")
    return {"Content-Disposition": f"attachment; filename=\"{figure}-{days}.csv\"; filename*=UTF-8''{called}"}


async def _shown(
    session: AsyncSession, office: Office, days: Days, reader: Reader, question: Question
) -> dict[str, Any]:
    """What both pages are made of."""
    figures = figures_of(reader)
    found: Found = await gather(session, days, question, office.clock(), figures)
    called = Called.of(office.catalogue, await names(session))
    return {
        "frame": await frame(session, reader),
        "asked": question.period,
        "street": question.street,
        "streets": await _streets(session),
        "address": address,
        "demo": await is_demo(session),
        "headlines": board_page.headlines(found, figures),
        "unusual": found.unusual,
        "of_warnings": board_page.of_warnings,
        "called": called,
        "sections": board_page.sections(found, called, figures),
    }


async def _streets(session: AsyncSession) -> list[str]:
    return list((await session.exec(select(Area.name).where(Area.level == "street").order_by(col(Area.code)))).all())
