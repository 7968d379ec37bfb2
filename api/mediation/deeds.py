"""What each action of a mediation changes besides the status, and what the clock does with one."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import advisers, answering, pauses
from api.deed import Deed, Facts
from api.errors import BadMediation, NotAllowed, TooMany
from api.figures.period import today
from api.lifecycle import RULES, Action, Lane, Role, Status
from api.mediation.days import day_of, moment_of, reminder_for
from api.mediation.stage import ENDINGS, MAY, MOST, RUNS, Kind, Outcome, Stage, of, open_of, stage_of
from api.models import Mediation, Ticket
from api.office import Office
from nlp.text import read
from nlp.time_limits import touching

MOST_LIMITS = 3  # as the bot says at a time
A_SWEEP = 200
LASTS = timedelta(days=30)  # 《人民调解工作若干规定》第三十三条: 一般在一个月内调结; of the court's, too (assumed)
CALLS_AGAIN = timedelta(days=7)  # a supervisor, after the adviser (assumed)


async def _under_way(deed: Deed, action: Action) -> Mediation:
    """That which the action concerns. Raises NotAllowed where it has not come so far, or further."""
    one = await open_of(deed.session, deed.ticket)
    if one is None:
        raise NotAllowed(action=action, reason="no_mediation")
    if action not in MAY[stage_of(one)].get(deed.actor.role, frozenset()):
        raise NotAllowed(action=action, reason="not_so_far" if action is not Action.DECLINE_MEDIATION else "has_begun")
    return one


async def is_over(deed: Deed) -> None:
    """Before the adviser may answer: how it ended is the answer. Raises NotAllowed."""
    if deed.ticket.lane is Lane.LEGAL and stage_of(await open_of(deed.session, deed.ticket)) in RUNS:
        raise NotAllowed(action=Action.REPORT_BACK, reason="in_mediation")


async def propose(deed: Deed) -> Facts:
    """Asks the resident. While they may answer, as with any question, the clock stands."""
    ticket, given, now = deed.ticket, deed.given, deed.office.clock()
    known = await of(deed.session, [ticket.id])
    if stage_of(known[0] if known else None) is not Stage.NONE:
        raise NotAllowed(action=Action.PROPOSE_MEDIATION, reason="in_mediation")
    if len(known) >= MOST:
        raise TooMany(action=Action.PROPOSE_MEDIATION, reason="mediations", most=MOST)
    if ticket.paused:
        raise NotAllowed(action=Action.PROPOSE_MEDIATION, reason="already_asked")
    if given.kind not in list(Kind):
        raise BadMediation(reason="mediation_kind")
    deed.session.add(
        Mediation(
            ticket_id=ticket.id,
            staff=deed.actor.name,
            kind=given.kind,
            party=given.party,
            reach=given.reach,
            why=given.note,
            proposed_at=now,
            calls_at=now + LASTS,
        )
    )
    await deed.session.flush()
    if await advisers.has_part(deed.session, ticket, deed.actor.name):
        raise NotAllowed(action=Action.PROPOSE_MEDIATION, reason="party_is_client")
    if ticket.status is Status.IN_PROGRESS:
        await pauses.wait(deed, now)
    asks = {"mediation": given.kind, "party": given.party, "anonymous": bool(ticket.pseudonym)}
    return asks | _limits(deed.office, ticket)


async def consent(deed: Deed) -> Facts:
    """The resident's, with the name that the other side may be told. An answered matter comes back to its adviser."""
    one, now = await _under_way(deed, Action.CONSENT), deed.office.clock()
    one.name, one.resident_at = deed.given.name, now
    await pauses.close_of_mediation(deed.session, deed.ticket, one.proposed_at, now)
    if deed.ticket.status is Status.REPORTED_BACK:
        await answering.follow_up(deed)
    pauses.stand(deed, now + LASTS)
    _moved(one, deed.ticket, now)
    return {"mediation": one.kind}


async def party_consents(deed: Deed) -> Facts:
    one, now = await _under_way(deed, Action.PARTY_CONSENTS), deed.office.clock()
    assert one.resident_at is not None
    one.began_on = day_of(deed.given.on, today(one.resident_at), today(now))
    one.party_how, one.staff = deed.given.how, deed.actor.name
    _moved(one, deed.ticket, now)
    return {"mediation": one.kind, "on": one.began_on.isoformat()}


async def decline(deed: Deed) -> Facts:
    """The resident at any time, by a word; the other side by the adviser's note, who may also take a proposal back."""
    one = await _under_way(deed, Action.DECLINE_MEDIATION)
    theirs, stage = deed.actor.role is Role.RESIDENT, stage_of(one)
    who = "resident" if theirs else "adviser" if stage is Stage.PROPOSED else "party"
    outcome = {"resident": Outcome.LEFT if stage is Stage.BEGUN else Outcome.DECLINED, "party": Outcome.DECLINED}
    await _end(deed, one, outcome.get(who, Outcome.DROPPED), today(deed.office.clock()))
    return {"mediation": one.kind, "who": who, "outcome": one.outcome} | _limits(deed.office, deed.ticket)


async def meet(deed: Deed) -> Facts:
    """One that has not been held yet is put off by the next."""
    one, now = await _under_way(deed, Action.MEDIATION_DATE), deed.office.clock()
    at = moment_of(deed.given.at, now)
    held = [session for session in one.sessions if datetime.fromisoformat(session) <= now]
    put_off = len(held) < len(one.sessions)
    one.sessions, one.meets_where = [*held, at.isoformat()], deed.given.where
    one.remind_at = reminder_for(at, now)
    _moved(one, deed.ticket, at)
    return _meeting(one) | ({"put_off": True} if put_off else {})


def _meeting(one: Mediation) -> Facts:
    return {"mediation": one.kind, "meets_at": one.sessions[-1], "meets_where": one.meets_where}


async def conclude(deed: Deed) -> Facts:
    """How it ended is the answer; its words go to the resident, an agreement's text among them."""
    one, given = await _under_way(deed, Action.MEDIATION_OUTCOME), deed.given
    assert one.began_on is not None
    if given.outcome not in ENDINGS:
        raise BadMediation(reason="mediation_outcome")
    on = day_of(given.on, one.began_on, today(deed.office.clock()))
    one.agreement = given.note if given.outcome == Outcome.AGREED else ""
    await _end(deed, one, Outcome(given.outcome), on)
    deed.ticket.handled_by = deed.actor.name
    facts = {"mediation": one.kind, "outcome": one.outcome, "on": on.isoformat()}
    return facts if one.agreement else facts | _limits(deed.office, deed.ticket)


async def remind(deed: Deed) -> Facts:
    one, now = await open_of(deed.session, deed.ticket), deed.office.clock()
    at = _reminds(one, now) if one else None
    if one is None or at is None or at > now:
        raise NotAllowed(action=Action.REMIND_OF_MEDIATION, reason="not_due")
    one.remind_at = None
    return _meeting(one)


async def call(deed: Deed) -> Facts:
    """Nobody moves it: first its adviser is called, then a supervisor."""
    one, now = await open_of(deed.session, deed.ticket), deed.office.clock()
    if one is None or one.calls_at is None or one.calls_at > now:
        raise NotAllowed(action=Action.MEDIATION_STALLS, reason="not_due")
    one.called += 1
    one.calls_at = now + CALLS_AGAIN if one.called == 1 else None
    deed.ticket.escalated = deed.ticket.escalated or one.called > 1
    return {"called": one.called}


def _moved(one: Mediation, ticket: Ticket, now: datetime) -> None:
    """Somebody did something: whoever was called is not needed any more."""
    if one.called > 1:
        ticket.escalated = False
    one.called, one.calls_at = 0, now + LASTS


async def _end(deed: Deed, one: Mediation, outcome: Outcome, on: date) -> None:
    now = deed.office.clock()
    _moved(one, deed.ticket, now)
    _close(one, outcome, on, now)
    await pauses.close_of_mediation(deed.session, deed.ticket, one.proposed_at, now)


def _close(one: Mediation, outcome: Outcome, on: date, now: datetime) -> None:
    one.outcome, one.ended_on, one.ended_at = outcome, on, now
    one.name, one.remind_at, one.calls_at = "", None, None


async def drop(session: AsyncSession, ticket: Ticket, now: datetime) -> None:
    """With the matter that it belongs to."""
    one = await open_of(session, ticket) if ticket.lane is Lane.LEGAL else None
    if one is not None:
        _close(one, Outcome.DROPPED, today(now), now)


def _limits(office: Office, ticket: Ticket) -> Facts:
    """The time limits of the law that the resident's words touch: a mediation does not make them wait."""
    words = "\n".join([ticket.text, *(told["answer"] for told in ticket.facts)])
    found = touching(office.catalogue.time_limits, read(words).plain, ticket.label.partition(":")[2])[:MOST_LIMITS]
    return {"limits": [[one.what, one.time, one.since, one.statute, one.article] for one in found]} if found else {}


async def due(session: AsyncSession, now: datetime) -> list[tuple[str, Action]]:
    """What the clock has to do, by the ticket's number."""
    query = (
        select(Ticket, Mediation)
        .join(Mediation, col(Mediation.ticket_id) == col(Ticket.id))
        .where(or_(col(Mediation.remind_at) <= now, col(Mediation.calls_at) <= now))
        .limit(A_SWEEP)
    )
    return [
        (ticket.number, action)
        for ticket, one in (await session.exec(query)).all()
        for action, at in ((Action.REMIND_OF_MEDIATION, _reminds(one, now)), (Action.MEDIATION_STALLS, one.calls_at))
        if at is not None and at <= now and (ticket.lane, ticket.status, action) in RULES
    ]


def _reminds(one: Mediation, now: datetime) -> datetime | None:
    """Of what is over nobody need be reminded, should the clock have stood still until then."""
    return one.remind_at if one.sessions and datetime.fromisoformat(one.sessions[-1]) > now else None


EFFECTS: dict[Action, Callable[[Deed], Awaitable[Facts]]] = {
    Action.PROPOSE_MEDIATION: propose,
    Action.CONSENT: consent,
    Action.PARTY_CONSENTS: party_consents,
    Action.DECLINE_MEDIATION: decline,
    Action.MEDIATION_DATE: meet,
    Action.MEDIATION_OUTCOME: conclude,
    Action.REMIND_OF_MEDIATION: remind,
    Action.MEDIATION_STALLS: call,
}
