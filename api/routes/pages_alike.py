"""/tickets/{number}/together and /apart: two reports made one matter, and one matter made two again."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api import alike
from api.routes.deps import Number, TheOffice
from api.routes.sent import SentForm, once
from api.routes.signed_in import Submitting

router = APIRouter()


@router.post("/tickets/{number}/together")
async def together(number: Number, request: Request, office: TheOffice, reader: Submitting, sent: SentForm) -> Response:
    async def merge(session: AsyncSession) -> None:
        await alike.merge(session, office, reader.actor, number, sent.seen, sent.other, sent.other_seen)

    return await once(request, office, reader, number, sent, f"together/{sent.other}", merge)


@router.post("/tickets/{number}/apart")
async def apart(number: Number, request: Request, office: TheOffice, reader: Submitting, sent: SentForm) -> Response:
    async def unmerge(session: AsyncSession) -> None:
        await alike.unmerge(session, office, reader.actor, number, sent.other, sent.other_seen)

    return await once(request, office, reader, number, sent, f"apart/{sent.other}", unmerge)
