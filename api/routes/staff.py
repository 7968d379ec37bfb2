"""/staff/bind: a chat becomes one that acts for a member of staff, by that person's own code."""

from fastapi import APIRouter, Request

from api import credentials
from api.auth import BotOnly
from api.problems import may_answer
from api.routes.deps import TheOffice, Writing
from api.schemas import Binding, Bound

router = APIRouter(tags=["staff"])


@router.post("/staff/bind", responses=may_answer(404))
async def bind(given: Binding, caller: BotOnly, request: Request, session: Writing, office: TheOffice) -> Bound:
    """Guessing is slow: a chat may try as often as an address may sign in."""
    request.app.state.paces.sign_ins.take(f"{given.channel}:{given.address}")
    staff = await credentials.bind(session, given.channel, given.address, given.code, office.clock())
    return Bound(name=staff.name, role=staff.role.value)
