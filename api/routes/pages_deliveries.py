"""/tickets/{number}/resend: somebody is told once more what they were told last."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api import deliveries
from api.errors import NotFound
from api.models import LAST_KEY
from api.routes.deps import Number, TheOffice
from api.routes.sent import SentForm, once
from api.routes.signed_in import Submitting

router = APIRouter()


@router.post("/tickets/{number}/resend")
async def resend(number: Number, request: Request, office: TheOffice, reader: Submitting, sent: SentForm) -> Response:
    notice_id = _id(sent.notice)

    async def again(session: AsyncSession) -> None:
        await deliveries.send_again(session, office, number, reader.actor, notice_id)

    return await once(request, office, reader, number, sent, f"resend/{notice_id}", again)


def _id(given: str) -> int:
    """Raises NotFound for what cannot be one."""
    found = int(given) if given.isascii() and given.isdecimal() and len(given) <= len(str(LAST_KEY)) else 0
    if not 0 < found <= LAST_KEY:
        raise NotFound(notice=given[:20])
    return found
