"""/me: what lets a member of staff in, and how they end it themselves."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import auth, credentials
from api.models import Staff, StaffGrant, StaffSession
from api.office import Office
from api.pages.render import page
from api.pages.words import CHANNELS, OTHER_CHANNEL
from api.routes.deps import Reading, TheOffice, Writing
from api.routes.signed_in import Reader, SignedIn, Submitting, frame

router = APIRouter()


@router.get("/me")
async def me(session: Reading, office: TheOffice, reader: SignedIn) -> Response:
    return await _shown(session, office, reader)


@router.post("/me/code")
async def new_code(session: Writing, office: TheOffice, reader: Submitting) -> Response:
    """Shown on this very answer and nowhere else: only its digest is kept."""
    code = await credentials.binding_code(session, await _id(session, reader), office.clock())
    return await _shown(session, office, reader, code)


@router.post("/me/revoke")
async def revoke(session: Writing, reader: Submitting) -> Response:
    await credentials.revoke(session, await _id(session, reader))
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(auth.COOKIE, path="/")
    return answer


async def _id(session: AsyncSession, reader: Reader) -> int:
    return (await session.exec(select(Staff.id).where(Staff.name == reader.actor.name))).one()


async def _shown(session: AsyncSession, office: Office, reader: Reader, code: str = "") -> Response:
    mine, now = await _id(session, reader), office.clock()
    opened = select(func.count()).where(StaffSession.staff_id == mine, col(StaffSession.expires_at) > now)
    chats = select(StaffGrant).where(StaffGrant.staff_id == mine).order_by(col(StaffGrant.created_at))
    return page(
        "me.html",
        now,
        frame=await frame(session, reader),
        code=code,
        sessions=(await session.exec(opened)).one(),
        chats=[(CHANNELS.get(chat.channel, OTHER_CHANNEL), chat.created_at) for chat in await session.exec(chats)],
    )
