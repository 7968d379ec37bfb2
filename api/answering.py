"""What only a legal matter has: what its answer says besides, its way to another adviser, its further questions."""

from api import advisers, citations
from api.deed import Deed, Facts
from api.errors import BadCitation, NotAllowed
from api.lifecycle import OTHERS_WISHED, UNSOLVED_BEFORE_SUPERVISOR, Action, Lane, Role


def says_besides(deed: Deed) -> Facts:
    """Its laws, as [law, article] each, and that it needs a lawyer of their own. Raises BadCitation."""
    if deed.ticket.lane is not Lane.LEGAL:
        return {}
    return _rests_on(deed.given.laws) | ({"lawyer": True} if deed.given.lawyer else {})


def _rests_on(laws: str) -> Facts:
    if not laws:
        return {}
    try:
        return {"laws": [[cited.law, cited.article] for cited in citations.read(laws)]}
    except citations.Unreadable as error:
        raise BadCitation(line=error.line[:100]) from None


async def pass_on(deed: Deed) -> Facts:
    """To the next adviser who has not had the matter; when there is none, the clock calls the supervisor instead."""
    ticket = deed.ticket
    had = (await advisers.had_it(deed.session, [ticket.id])).get(ticket.id, set())
    following = await advisers.choose(deed.session, deed.office, ticket, already=had | {str(ticket.assignee)})
    if following is None and deed.actor.role is not Role.CLOCK:
        raise NotAllowed(action=Action.PASS_ON, reason="no_other_adviser")
    facts = {"from": ticket.assignee, "to": following or ticket.assignee, "stays": following is None}
    ticket.assignee, ticket.escalated = following or ticket.assignee, following is None
    ticket.status_at = deed.office.clock()  # the next adviser's time to take it begins
    if ticket.follow_ups:
        ticket.warned = 0  # and the answer to what was asked further is promised anew
    return facts


async def another(deed: Deed) -> Facts:
    """By the resident's wish, a few times a matter; the answer is promised anew."""
    ticket = deed.ticket
    wished = await advisers.wished(deed.session, [ticket.id])
    if wished.get(ticket.id, 0) >= OTHERS_WISHED:
        raise NotAllowed(action=Action.ANOTHER, reason="others_wished")
    had = (await advisers.had_it(deed.session, [ticket.id])).get(ticket.id, set()) | {str(ticket.assignee)}
    following = await advisers.choose(deed.session, deed.office, ticket, already=had)
    if following is None:
        raise NotAllowed(action=Action.ANOTHER, reason="no_other_adviser")
    facts = {"from": ticket.assignee, "to": following}
    ticket.assignee, ticket.status_at = following, deed.office.clock()
    return await follow_up(deed) | facts


async def follow_up(deed: Deed) -> Facts:
    """A promise of its own, as long as the first."""
    deed.ticket.follow_ups, deed.ticket.warned = deed.ticket.follow_ups + 1, 0
    return {}


async def unsolved(deed: Deed) -> Facts:
    """Asked further, because the answer did not help. `times`: how many did not; `by`: whose answer it was. From the
    second on a supervisor is told that, and no word of the matter."""
    ticket = deed.ticket
    ticket.disputes += 1
    ticket.escalated = ticket.escalated or ticket.disputes >= UNSOLVED_BEFORE_SUPERVISOR
    return await follow_up(deed) | {"times": ticket.disputes, "by": ticket.assignee}
