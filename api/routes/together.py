"""Staff beside each other on one ticket: who took it in hand, who looks at it."""

from fastapi import APIRouter, Response

from api import holds, presence, tickets
from api.answers import HoldIn, LookerOut, PresenceIn, PresentOut
from api.auth import Caller
from api.problems import may_answer
from api.routes.deps import Number, TheOffice, Writing
from api.schemas import HoldOut

router = APIRouter(tags=["queue"])


@router.put("/tickets/{number}/hold", responses=may_answer(404, 409))
async def take(number: Number, given: HoldIn, caller: Caller, session: Writing, office: TheOffice) -> HoldOut:
    """领办: nobody else of the desk acts on it until it is let go, or left alone for a quarter of an hour."""
    ticket = await tickets.seen(session, number, caller, for_update=True)
    hold = await holds.take(session, ticket, caller, office.clock(), over=given.over)
    return HoldOut(by=hold.staff, since=hold.since, until=hold.until)


@router.delete("/tickets/{number}/hold", status_code=204, responses=may_answer(404, 409))
async def let_go(number: Number, caller: Caller, session: Writing, office: TheOffice) -> Response:
    ticket = await tickets.seen(session, number, caller, for_update=True)
    await holds.let_go(session, ticket, caller, office.clock())
    return Response(status_code=204)


@router.put("/tickets/{number}/presence", responses=may_answer(404))
async def say(number: Number, given: PresenceIn, caller: Caller, session: Writing, office: TheOffice) -> PresentOut:
    """To be said every fifteen seconds while the ticket is open before somebody; answers who else is there."""
    now = office.clock()
    ticket = await tickets.seen(session, number, caller)
    await presence.say(session, ticket, caller, given.doing, now)
    await holds.renew(session, ticket, caller, now)
    await session.flush()
    others = await presence.others(session, number, caller, now)
    return PresentOut(who=[LookerOut(staff=one.staff, writes=one.writes) for one in others])
