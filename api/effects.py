"""What an action changes besides the status: one function an action, in a table. Each returns the facts to record."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import (
    advisers,
    answering,
    confidential,
    drafts,
    duplicates,
    glass,
    joint,
    pauses,
    promises,
    reviews,
    routing,
    search,
    troubles,
)
from api.access import visible_to
from api.actors import Actor
from api.deed import Deed, Facts
from api.effects_on_time import ask_time, decide_time, grant, send_back, urge, warn
from api.errors import BadTarget, Forbidden, Missing, NotAllowed, UnknownAssignee, UnknownLabel
from api.lifecycle import (
    DISPUTES_BEFORE_SUPERVISOR,
    ENDED,
    RETURNS_BEFORE_SUPERVISOR,
    WARNINGS,
    Action,
    Lane,
)
from api.mediation import deeds as mediation
from api.models import Follower, Ticket
from api.office import Office
from api.rules import Route
from nlp.catalogue import Kind


async def correct(deed: Deed) -> Facts:
    ticket, facts = deed.ticket, await _relabel(deed) if deed.given.label else {}
    if deed.given.place:
        facts["place"], before = [ticket.place, deed.given.place], search.said(ticket)
        ticket.place = deed.given.place
        await search.index(deed.session, ticket, before)
        named = deed.office.nlp.locate(deed.given.place)
        facts |= await deed.office.atlas.place(deed.session, ticket, named)
    if not facts:
        raise Missing(needs=["label", "place"])
    return facts


async def _relabel(deed: Deed) -> Facts:
    ticket, label = deed.ticket, deed.given.label
    entry = deed.office.catalogue.by_label.get(label)
    if entry is None or label not in deed.office.labels or (ticket.lane is Lane.LEGAL and entry.kind is not Kind.LEGAL):
        raise UnknownLabel(label=label)
    facts = {"label": [ticket.label, label]}
    if entry.kind is Kind.LEGAL and ticket.lane is Lane.PUBLIC:
        await confidential.become(deed)
    ticket.label, ticket.kind, ticket.confirmed = label, entry.kind.value, True
    ticket.warned = 0
    await duplicates.weigh(deed.session, deed.office, ticket)
    return facts


async def file(deed: Deed) -> Facts:
    return await _relabel(deed) if deed.given.label else {}


async def dispatch(deed: Deed) -> Facts:
    deed.ticket.assignee = await routing.assignee(deed.session, deed.ticket.lane, deed.given.to)
    deed.ticket.escalated = False
    facts = {"to": deed.ticket.assignee}
    if deed.ticket.lane is Lane.LEGAL and await advisers.has_part(deed.session, deed.ticket, deed.ticket.assignee):
        raise UnknownAssignee(to=deed.given.to, reason="has_part")
    return facts if deed.ticket.lane is Lane.LEGAL else facts | await _by_rules(deed)


async def _by_rules(deed: Deed) -> Facts:
    """The rule that was followed, if one was; and which had to be passed over."""
    ticket, route = deed.ticket, await routing.route(deed.session, deed.office, deed.ticket)
    follows = route.to == ticket.assignee
    others = route.joint if deed.given.joint is None and follows else deed.given.joint or ()
    rule = {"rule": route.rule} if follows else {}
    passed = await passed_over(deed.session, deed.office, ticket, route)
    return rule | passed | await joint.begin_with(deed, others)


async def passed_over(session: AsyncSession, office: Office, ticket: Ticket, route: Route) -> Facts:
    if not route.unusable:
        return {}
    area = next(iter(await routing.areas_of(session, ticket)), "")
    await troubles.note(session, ticket.number, area, route.unusable, office.clock())
    return {"unusable": [list(one) for one in route.unusable]}


async def take(deed: Deed) -> Facts:
    """Somebody works on it: nobody need be called any more, and what was asked of the supervisor is settled."""
    deed.ticket.handled_by = deed.actor.name
    deed.ticket.escalated = deed.ticket.more_time = False
    return {}


async def report_back(deed: Deed) -> Facts:
    """With whose word it was that it is done: should it prove untrue, it counts against them, whoever has it then."""
    await joint.all_done(deed)
    await mediation.is_over(deed)
    await drafts.spare(deed)
    return await take(deed) | {"by": deed.ticket.assignee} | answering.says_besides(deed)


async def give_back(deed: Deed) -> Facts:
    ticket = deed.ticket
    facts = {"from": ticket.assignee, "proposed": deed.given.to}
    ticket.assignee, ticket.handled_by, ticket.more_time = None, None, False
    ticket.returns += 1
    ticket.escalated = ticket.returns > RETURNS_BEFORE_SUPERVISOR
    return facts


async def merge(deed: Deed) -> Facts:
    ticket, number = deed.ticket, deed.given.into
    into = (await deed.session.exec(select(Ticket).where(Ticket.number == number, visible_to(deed.actor)))).first()
    if into is None or into.id == ticket.id or into.lane is not ticket.lane or into.status in ENDED:
        raise BadTarget(into=number)
    there = set((await deed.session.exec(_followers(into))).all())
    new = [who for who in (await deed.session.exec(_followers(ticket))).all() if who not in there]
    for who in new:
        deed.session.add(Follower(ticket_id=into.id, resident_id=who, via=ticket.number))
    await duplicates.gained(deed.session, deed.office, into, deed.actor, merged=ticket.number, many=len(new))
    return {"into": number}


def _followers(ticket: Ticket) -> Any:
    return select(Follower.resident_id).where(Follower.ticket_id == ticket.id)


async def unmerge(deed: Deed) -> Facts:
    came = col(Follower.via) == deed.ticket.number
    query = select(Ticket).where(col(Ticket.id).in_(select(Follower.ticket_id).where(came)))
    others = (await deed.session.exec(query.with_for_update())).all()
    gone = await deed.session.exec(delete(Follower).where(came))
    for other in others:
        await duplicates.gained(
            deed.session, deed.office, other, deed.actor, unmerged=deed.ticket.number, many=-gone.rowcount
        )
    deed.ticket.assignee, deed.ticket.handled_by = None, None
    return {}


async def rate(deed: Deed) -> Facts:
    follower = await _follower(deed)
    if follower.score is not None:
        raise NotAllowed(action=Action.RATE, reason="already_rated")
    follower.score = deed.given.score
    if await speaks_first(deed.session, deed.ticket, deed.actor):
        deed.ticket.score = deed.given.score
    return {"score": deed.given.score}


async def dispute(deed: Deed) -> Facts:
    ticket = deed.ticket
    if promises.too_late_to_reopen(deed.office, ticket, deed.office.clock()):
        raise NotAllowed(action=Action.REOPEN, reason="too_late")
    ticket.disputes += 1
    ticket.score = None
    (await _follower(deed)).score = None
    if ticket.disputes > DISPUTES_BEFORE_SUPERVISOR:
        ticket.escalated, ticket.assignee = True, None
    return {"disputes": ticket.disputes}


async def withdraw(deed: Deed) -> Facts:
    if await others(deed.session, deed.ticket, deed.actor):
        await deed.session.delete(await _follower(deed))
        deed.ticket.joined = max(deed.ticket.joined - 1, 0)
        return {"left": True}
    return {}


async def check(deed: Deed) -> Facts:
    """Whoever did a part of it may not verify it either."""
    if await joint.did_a_part(deed.session, deed.ticket, deed.actor):
        raise Forbidden(action=Action.PASS, reason="handled_it")
    return {}


async def check_again(deed: Deed) -> Facts:
    return await check(deed) | await send_back(deed)


async def nothing(deed: Deed) -> Facts:
    return {}


async def speaks_first(session: AsyncSession, ticket: Ticket, actor: Actor) -> bool:
    """The reporter; once that person has left, who joined first."""
    first = (await session.exec(_followers(ticket).order_by(col(Follower.id)).limit(1))).first()
    return bool(first == actor.name)


async def others(session: AsyncSession, ticket: Ticket, actor: Actor) -> bool:
    """Does anybody else follow the ticket?"""
    return any(who != actor.name for who in (await session.exec(_followers(ticket))).all())


async def _follower(deed: Deed) -> Follower:
    query = select(Follower).where(Follower.ticket_id == deed.ticket.id, Follower.resident_id == deed.actor.name)
    return (await deed.session.exec(query)).one()


EFFECTS: dict[Action, Callable[[Deed], Awaitable[Facts]]] = {
    Action.FILE: file,
    Action.DISPATCH: dispatch,
    Action.ACCEPT: take,
    Action.REPORT_BACK: report_back,
    Action.PASS: check,
    Action.FAIL: check_again,
    Action.RATE: rate,
    Action.DISPUTE: dispute,
    Action.REOPEN: dispute,
    Action.RETURN: give_back,
    Action.ASK: pauses.ask,
    Action.REPLY: pauses.reply,
    Action.RESUME: pauses.resume,
    Action.TELL: nothing,
    Action.ASK_TIME: ask_time,
    Action.GRANT: grant,
    Action.REFUSE: decide_time,
    Action.CORRECT: correct,
    Action.DECLINE: nothing,
    Action.MERGE: merge,
    Action.UNMERGE: unmerge,
    Action.WITHDRAW: withdraw,
    Action.EXPIRE: nothing,
    Action.PASS_ON: answering.pass_on,
    Action.FOLLOW_UP: answering.follow_up,
    Action.UNSOLVED: answering.unsolved,
    Action.ANOTHER: answering.another,
    **{action: partial(warn, action=action) for action in WARNINGS},
    Action.URGE: urge,
    Action.INVITE: joint.invite,
    Action.CONTRIBUTE: joint.contribute,
    Action.RELEASE: joint.release,
    Action.BREAK_GLASS: glass.break_glass,
    Action.ASK_REVIEW: reviews.ask,
    Action.REVIEW: reviews.give,
    Action.END_REVIEW: reviews.end,
    **mediation.EFFECTS,
}
