"""What actions change about a promise: more of it, a warning that it runs out, a supervisor's word."""

from api import promises
from api.deed import Deed, Facts
from api.errors import NotAllowed
from api.lifecycle import WARNINGS, Action, Status


async def ask_time(deed: Deed) -> Facts:
    if deed.ticket.more_time:
        raise NotAllowed(action=Action.ASK_TIME, reason="already_asked")
    deed.ticket.more_time = True
    return {}


async def decide_time(deed: Deed) -> Facts:
    if not deed.ticket.more_time:
        raise NotAllowed(action=Action.GRANT, reason="nothing_asked")
    deed.ticket.more_time = False
    return {}


async def grant(deed: Deed) -> Facts:
    facts = await decide_time(deed)
    deed.ticket.extensions += 1
    deed.ticket.warned = 0
    return facts


async def warn(deed: Deed, action: Action) -> Facts:
    """`stays`: of danger no promise was given that a resident could hold us to; 119, 110 and 120 were."""
    ticket, had = deed.ticket, WARNINGS.index(action) + 1
    if ticket.warns_at is None or ticket.warns_at > deed.office.clock() or had <= promises.warned(ticket):
        raise NotAllowed(action=action, reason="not_due")
    if ticket.status is Status.REPORTED_BACK:
        ticket.check_warned = had
    else:
        ticket.warned = had
    return {"stays": True} if ticket.urgent else {}


async def urge(deed: Deed) -> Facts:
    deed.ticket.urged += 1
    return {}


async def send_back(deed: Deed) -> Facts:
    deed.ticket.check_warned = 0  # the next check is promised anew
    return {}
