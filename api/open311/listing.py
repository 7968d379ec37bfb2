"""The requests that everybody may read: tickets about an item of the catalogue, and of them only what `Facts` holds."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field
from pydantic import StringConstraints as Text
from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import load_only
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from api.atlas import Chart
from api.errors import Malformed, NotFound
from api.lifecycle import ENDED, Lane
from api.models import Ticket
from api.office import Office
from api.open311.public import CLOSED, OPEN, Facts, ServiceRequest, shown
from api.open311.window import MOST, moment, window
from api.schemas import Typed
from nlp.catalogue import Kind

Moment = Annotated[str, Text(max_length=40), Field(description="ISO 8601; without an offset: district time")]
Listed = Annotated[str, Text(max_length=20000), Typed]
READ: tuple[Any, ...] = (
    Ticket.number, Ticket.label, Ticket.status, Ticket.street, Ticket.community, Ticket.grid, Ticket.lat, Ticket.lon,
    Ticket.reported_at, Ticket.status_at, Ticket.due_at,
)  # fmt: skip


class Filters(BaseModel):
    """What to list. Each list may be repeated, and hold several by commas; an empty one is as none."""

    service_request_id: list[Listed] = Field([], max_length=50, description="overrides everything else")
    service_code: list[Listed] = Field([], max_length=50)
    status: list[Listed] = Field([], max_length=50, description="open, closed")
    start_date: Moment = ""
    end_date: Moment = ""


async def listed(session: AsyncSession, office: Office, filters: Filters) -> list[ServiceRequest]:
    """The newest first, 1,000 at the most. Raises Malformed."""
    wanted = _named(filters) if _parts(filters.service_request_id) else _described(office, filters)
    newest = (col(Ticket.reported_at).desc(), col(Ticket.id).desc())
    rows = (await session.exec(_public(office).where(*wanted).order_by(*newest).limit(MOST))).all()
    chart = await office.atlas.chart(session)
    return [shown(_facts(office, chart, ticket)) for ticket in rows]


async def one(session: AsyncSession, office: Office, number: str, called: str) -> ServiceRequest:
    """Raises NotFound for what the public may not see, as for what is not there; `called` is the parameter's name."""
    ticket = (await session.exec(_public(office).where(Ticket.number == number))).first()
    if ticket is None:
        raise NotFound(at=called)
    return shown(_facts(office, await office.atlas.chart(session), ticket))


def _public(office: Office) -> SelectOfScalar[Ticket]:
    """Words, place and reporter are not read at all."""
    items = [item.label for item in office.catalogue.of_kind(Kind.ITEM)]
    return (
        select(Ticket)
        .options(load_only(*READ, raiseload=True))
        .where(Ticket.lane == Lane.PUBLIC, Ticket.kind == Kind.ITEM.value, col(Ticket.label).in_(items))
    )


def _facts(office: Office, chart: Chart, ticket: Ticket) -> Facts:
    item = office.catalogue.by_label[ticket.label]
    return Facts(
        number=ticket.number,
        code=item.label,
        name=item.name,
        agency=item.department,
        status=ticket.status,
        street=ticket.street,
        community=ticket.community,
        spot=(ticket.lat, ticket.lon) if ticket.lat is not None and ticket.lon is not None else None,
        requested_at=ticket.reported_at,
        updated_at=ticket.status_at,
        expected_at=ticket.due_at,
        centre=chart.centres.get(ticket.grid),
    )


def _named(filters: Filters) -> list[ColumnElement[bool]]:
    numbers = _parts(filters.service_request_id)
    if len(numbers) > MOST:
        raise Malformed(at="service_request_id")
    return [col(Ticket.number).in_(numbers)]


def _described(office: Office, filters: Filters) -> list[ColumnElement[bool]]:
    since, until = _window(filters, office.clock())
    conditions = [col(Ticket.reported_at) >= since, col(Ticket.reported_at) <= until]
    if codes := _parts(filters.service_code):
        conditions.append(col(Ticket.label).in_(codes & office.labels))
    if statuses := _parts(filters.status):
        conditions.append(_status_in(statuses))
    return conditions


def _status_in(statuses: set[str]) -> ColumnElement[bool]:
    if statuses - {OPEN, CLOSED}:
        raise Malformed(at="status")
    ended, open_ = col(Ticket.status).in_(ENDED), col(Ticket.status).not_in(ENDED)
    return or_(*(condition for name, condition in ((CLOSED, ended), (OPEN, open_)) if name in statuses))


def _window(filters: Filters, now: datetime) -> tuple[datetime, datetime]:
    start, end = _moment("start_date", filters.start_date), _moment("end_date", filters.end_date)
    try:
        return window(start, end, now)
    except ValueError:
        raise Malformed(at="end_date") from None


def _moment(name: str, text: str) -> datetime | None:
    try:
        return moment(text) if text else None
    except ValueError:
        raise Malformed(at=name) from None


def _parts(values: list[str]) -> set[str]:
    return {part.strip() for value in values for part in value.split(",") if part.strip()}
