"""/staff/bind: a chat becomes one that acts for a member of staff, by that person's own code. /staff/unbind ends it."""

from fastapi import APIRouter, Request

from api import credentials, repeats
from api.auth import BotOnly
from api.errors import NotBound
from api.problems import may_answer
from api.routes.deps import Key, TheOffice, Writing
from api.schemas import Binding, Bound, Chat, Unbound

router = APIRouter(tags=["staff"])


@router.post("/staff/bind", responses=may_answer(404, 409))
async def bind(
    given: Binding, caller: BotOnly, request: Request, session: Writing, office: TheOffice, key: Key = ""
) -> Bound:
    """Guessing is slow: a chat may try as often as an address may sign in. A code that worked is used up, so a
    repetition that comes with its key is answered by whom it bound."""
    used = await repeats.once(session, caller.name, key, f"bind/{given.model_dump_json()}", office.clock())
    if used is None:
        request.app.state.paces.sign_ins.take(f"{given.channel}:{given.address}")
        request.app.state.paces.codes.take("")
        staff = await credentials.bind(session, given.channel, given.address, given.code, office.clock())
        return Bound(name=staff.name, role=staff.role.value)
    bound = await credentials.by_grant(session, given.channel, given.address)
    if bound is None:
        raise NotBound
    return Bound(name=bound.name, role=bound.role.value)


@router.post("/staff/unbind", responses=may_answer())
async def unbind(given: Chat, caller: BotOnly, session: Writing) -> Unbound:
    """`ended`: a member of staff was bound there until now."""
    return Unbound(ended=await credentials.unbind(session, given.channel, given.address))
