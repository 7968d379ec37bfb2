"""/healthz: alive. /readyz: able to serve. /metrics: Prometheus."""

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from api.models import Ticket
from api.routes.deps import Reading

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"description": "the database cannot be used"}})
async def ready(session: Reading, response: Response) -> dict[str, str]:
    try:
        await session.exec(select(Ticket.id).limit(1))
    except (SQLAlchemyError, OSError):
        response.status_code = 503
        return {"status": "no database"}
    return {"status": "ready"}


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
