"""/open311/v2: GeoReport v2."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, status
from fastapi.responses import Response

from api import clients, repeats, tickets
from api.actors import Actor
from api.open311 import posting
from api.open311.answers import Format, cached, written
from api.open311.discovery import Discovery, discovery, ours
from api.open311.failures import PREFIX, may_fail
from api.open311.listing import Filters, listed, one
from api.open311.posting import Created, Posted, Token
from api.open311.public import ServiceRequest
from api.open311.services import Definition, Service, definition, services
from api.routes.deps import Key, Number, Reading, TheOffice, Writing
from api.schemas import Typed
from api.tickets import Understood

XML: dict[str, Any] = {"content": {"text/xml": {}}}
READ = may_fail() | {200: XML, 304: {"description": "as the ETag in If-None-Match says"}}


async def here(jurisdiction_id: Annotated[str, Query(max_length=200), Typed] = "") -> None:
    ours(jurisdiction_id)


router = APIRouter(prefix=PREFIX, tags=["open311"], dependencies=[Depends(here)])


@router.get("/discovery.{format}", response_model=Discovery, responses=READ)
async def discover(format: Format, request: Request) -> Response:
    return cached(request, format, "discovery", discovery(f"{request.base_url}".rstrip("/") + PREFIX))


@router.get("/services.{format}", response_model=list[Service], responses=READ)
async def list_services(format: Format, request: Request, office: TheOffice) -> Response:
    return cached(request, format, "services", services(office.catalogue))


@router.get("/services/{service_code}.{format}", response_model=Definition, responses=READ)
async def define(service_code: str, format: Format, request: Request, office: TheOffice) -> Response:
    return cached(request, format, "service_definition", definition(office.catalogue, service_code))


@dataclass(frozen=True, slots=True)
class Posting:
    client: Actor
    posted: Posted
    understood: Understood


async def posting_of(posted: Annotated[Posted, Form()], request: Request, office: TheOffice) -> Posting:
    """The key is looked at first: who has none learns nothing else."""
    request.app.state.paces.keys.take(posted.api_key)
    async with request.app.state.db.reading() as session:
        client = await clients.allowed(session, posted.api_key, "open311")
        report = await posting.report(session, office, posted)
    return Posting(client, posted, await posting.understood(office, report))


@router.post(
    "/requests.{format}",
    status_code=status.HTTP_201_CREATED,
    response_model=list[Created],
    responses=may_fail(403, 409) | {200: XML | {"description": "this Idempotency-Key's request"}, 201: XML},
)
async def post_request(
    format: Format, given: Annotated[Posting, Depends(posting_of)], session: Writing, office: TheOffice, key: Key = ""
) -> Response:
    body = posting.without_key(given.posted)
    used = await repeats.once(session, given.client.name, key, body, office.clock())
    if used is not None:
        ticket = await repeats.replayed(session, used)
        return written(format, "service_requests", [posting.created(ticket)])
    ticket = await tickets.open_ticket(session, office, given.understood, given.client)
    await repeats.remember(session, given.client.name, key, ticket)
    return written(format, "service_requests", [posting.created(ticket)], status.HTTP_201_CREATED)


@router.get("/requests.{format}", response_model=list[ServiceRequest], responses=READ)
async def list_requests(
    format: Format, filters: Annotated[Filters, Query()], request: Request, session: Reading, office: TheOffice
) -> Response:
    return cached(request, format, "service_requests", await listed(session, office, filters))


@router.get(
    "/requests/{service_request_id}.{format}",
    response_model=list[ServiceRequest],
    responses=READ,
)
async def read_request(
    service_request_id: Number, format: Format, request: Request, session: Reading, office: TheOffice
) -> Response:
    found = await one(session, office, service_request_id, "service_request_id")
    return cached(request, format, "service_requests", [found])


@router.get("/tokens/{token}.{format}", response_model=list[Token], responses=READ)
async def read_token(token: Number, format: Format, request: Request, session: Reading, office: TheOffice) -> Response:
    """A post is answered with the id at once, so the id is also its token."""
    found = await one(session, office, token, "token")
    return cached(request, format, "service_requests", [Token(found.service_request_id, token)])
