"""A request that a program posts for a resident becomes an ordinary report."""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic import StringConstraints as Text
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import Malformed, Missing
from api.models import Area, Ticket
from api.notices import OPEN311
from api.office import Office
from api.open311.discovery import ours
from api.open311.services import service
from api.schemas import Name, Place, Report, Typed, Words
from api.tickets import Understood

RING_FIRST = "如果现在有人身危险，请先拨打 110、119 或 120。"


def _given(value: Any) -> Any:
    """An empty parameter is as none."""
    return None if value == "" else value


Given = BeforeValidator(_given)
Code = Annotated[str, Text(max_length=200), Typed]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Posted(BaseModel):
    """What is read. Parameters that stand for the resident as a person (email, phone, first_name, last_name), media_url
    and attributes are accepted and not looked at: what is not kept cannot get out."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"api_key": "gk_…", "service_code": "street_light", "address_string": "彩香一村三区"}
        }
    )

    api_key: Code = ""
    jurisdiction_id: Code = ""
    service_code: Code = ""
    lat: Annotated[Latitude | None, Given] = None
    long: Annotated[Longitude | None, Given] = None
    address_string: Place = ""
    address_id: Code = Field("", description="the code of a street, community or grid")
    description: Words = ""
    device_id: Annotated[Name | None, Given] = None
    account_id: Annotated[Name | None, Given] = None


@dataclass(frozen=True, slots=True)
class Created:
    service_request_id: str
    service_notice: str | None
    account_id: None


@dataclass(frozen=True, slots=True)
class Token:
    service_request_id: str
    token: str


def created(ticket: Ticket) -> Created:
    return Created(ticket.number, RING_FIRST if ticket.urgent else None, None)


def without_key(posted: Posted) -> str:
    """What an Idempotency-Key stands for."""
    return posted.model_dump_json(exclude={"api_key"})


async def report(session: AsyncSession, office: Office, posted: Posted) -> Report:
    """Raises Missing, Malformed, NotFound."""
    ours(posted.jurisdiction_id)
    if not posted.service_code:
        raise Missing(needs=["service_code"])
    item = service(office.catalogue, posted.service_code)
    return Report(
        channel=OPEN311,
        reporter=posted.account_id or posted.device_id or secrets.token_hex(16),
        text=posted.description or item.name,
        label=item.label,
        place=await _place(session, posted),
        lat=posted.lat,
        lon=posted.long,
    )


async def _place(session: AsyncSession, posted: Posted) -> str:
    """`lat` and `long` come together; one of them, of `address_string` and of `address_id` must be there."""
    if (posted.lat is None) != (posted.long is None):
        raise Missing(needs=["lat" if posted.lat is None else "long"])
    if posted.address_string:
        return posted.address_string
    if posted.address_id:
        return await _name_of(session, posted.address_id)
    if posted.lat is None:
        raise Missing(needs=["lat", "long", "address_string"])
    return ""


async def _name_of(session: AsyncSession, code: str) -> str:
    area = await session.get(Area, code)
    if area is None:
        raise Malformed(at="address_id")
    above = await session.get(Area, area.parent) if area.parent else None
    return f"{above.name}{area.name}" if above else area.name


async def understood(office: Office, report: Report) -> Understood:
    """In a thread, before the transaction begins: writers must not wait for the model."""
    meaning = await asyncio.to_thread(office.nlp.understand, report.text)
    where = await asyncio.to_thread(office.nlp.locate, report.place) if report.place else meaning.where
    office.beside(report.text, meaning)
    return Understood(report, meaning, where)
