"""Every write to a ticket: open, act, note. A status is written in `_move` and nowhere else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import (
    advisers,
    anonymity,
    duplicates,
    effects,
    holds,
    notices,
    pauses,
    promises,
    residents,
    reviews,
    search,
    unaided,
)
from api.access import only_on_page, only_reviews, rule_for, visible_to
from api.actors import SYSTEM, Actor
from api.deadlines import SHANGHAI
from api.deed import Deed
from api.errors import Forbidden, Missing, NotAllowed, NotFound, Stale, TooFast, UnknownLabel
from api.feed import sight
from api.lifecycle import ENDED, RULES, STAFF_ROLES, STEP_REACHED, Action, Lane, Need, Role, Rule, Status
from api.mediation import deeds as mediation
from api.models import DayCount, Event, Follower, Ticket
from api.office import Office
from api.positions import TO_WGS84
from api.record import append, event_of, last_done, remark
from api.schemas import Act, Joining, Report
from nlp.catalogue import Kind
from nlp.meaning import Understanding, Where


@dataclass(frozen=True, slots=True)
class Understood:
    """A report with what the machine made of it, worked out before the transaction begins."""

    report: Report
    meaning: Understanding
    where: Where
    reported_at: datetime | None = None  # to another office, before it came to us
    confirmed: bool | None = None  # None: whoever named a label confirmed it
    address: str = ""  # where its reporter is told of it; "": where they reported


async def open_ticket(session: AsyncSession, office: Office, understood: Understood, actor: Actor) -> Ticket:
    """发现: stores the report; the system files and dispatches by itself what the house plan lets it."""
    now = office.clock()
    channel, ticket = understood.report.channel, _reported(office, understood, now)
    ticket.reporter_id = told = await residents.enrolled(session, channel, understood.report.reporter)
    facts = {"where": ticket.place} | await office.atlas.place(session, ticket, understood.where)
    facts |= await anonymity.told(session, ticket, understood.report)
    if actor.role is Role.RESIDENT and not ticket.urgent:
        await _not_too_often(session, office, ticket)
    if understood.report.unless_known and not ticket.urgent:
        await duplicates.offer(session, office, ticket, actor)
    ticket.number = await _next_number(session, now)
    _set_moments(office, ticket, ())
    session.add(ticket)
    await session.flush()
    await search.index(session, ticket)
    if understood.address:
        told = await residents.enrolled(session, channel, understood.address)
    session.add(Follower(ticket_id=ticket.id, resident_id=told))
    report = event_of(ticket, actor, "report", now, after=ticket.status, note=ticket.text, facts=facts)
    report.before = ""
    await append(session, office, ticket, report)
    await _by_itself(session, office, ticket, understood.meaning)
    return ticket


async def _not_too_often(session: AsyncSession, office: Office, ticket: Ticket) -> None:
    """Counted where it is kept, so in all processes together. Raises TooFast."""
    most, within = office.reports_an_hour, timedelta(hours=1)
    query = select(Ticket.reported_at).where(Ticket.reporter_id == ticket.reporter_id)
    latest = query.order_by(col(Ticket.reported_at).desc()).offset(max(most - 1, 0)).limit(1)
    one = (await session.exec(latest)).first() if most else None
    if one is not None and one + within > ticket.reported_at:
        raise TooFast(after=int((one + within - ticket.reported_at).total_seconds()) + 1)


def _reported(office: Office, understood: Understood, now: datetime) -> Ticket:
    report, meaning = understood.report, understood.meaning
    label = report.label or (meaning.label if meaning.label in office.labels else "other")
    if label not in office.labels:
        raise UnknownLabel(label=label)
    entry = office.catalogue.by_label[label]
    lat, lon = position_of(report)
    urgent = meaning.urgent if report.urgent is None else report.urgent
    return Ticket(
        number="",
        lane=Lane.LEGAL if entry.kind is Kind.LEGAL else Lane.PUBLIC,
        kind=entry.kind.value,
        label=label,
        status=Status.REPORTED,
        urgent=urgent,
        priority=office.priority(label, urgent),
        text=report.text,
        place=report.place or meaning.place,
        lat=lat,
        lon=lon,
        channel=report.channel,
        confirmed=report.label is not None if understood.confirmed is None else understood.confirmed,
        confidence=meaning.confidence,
        alternatives=[
            {"label": guess.label, "confidence": round(guess.confidence, 4)} for guess in meaning.alternatives
        ],
        because=list(meaning.because),
        reported_at=understood.reported_at or now,
        status_at=now,
    )


def position_of(report: Report) -> tuple[float | None, float | None]:
    """In WGS 84; as it came where it came so, for then nothing is to be rounded."""
    if report.lat is None or report.lon is None:
        return report.lat, report.lon
    return TO_WGS84[report.system]((report.lat, report.lon))


async def _next_number(session: AsyncSession, now: datetime) -> str:
    """GS20261122-0001: counted by the district's day, gapless within a committed day."""
    day = now.astimezone(SHANGHAI).strftime("%Y%m%d")
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    counted = insert(DayCount).values(day=day, last=1)
    counted = counted.on_conflict_do_update(index_elements=["day"], set_={"last": DayCount.last + 1})
    last = (await session.exec(counted.returning(col(DayCount.last)))).scalar_one()
    return f"GS{day}-{last:04d}"


async def _by_itself(session: AsyncSession, office: Office, ticket: Ticket, meaning: Understanding) -> None:
    """A legal matter is filed at once and goes to its adviser; a plain one to whom the rules name; others wait."""
    given = await unaided.dispatch(session, office, ticket, meaning)
    if ticket.lane is Lane.LEGAL or given:
        await act(session, office, ticket.number, Action.FILE, SYSTEM, Act())
    if given:
        await act(session, office, ticket.number, Action.DISPATCH, SYSTEM, given)


async def _to_adviser(session: AsyncSession, office: Office, ticket: Ticket) -> None:
    """What was reported as a public matter; the resident is told of the adviser."""
    if ticket.status is Status.REPORTED:
        await act(session, office, ticket.number, Action.FILE, SYSTEM, Act())
    if adviser := await advisers.choose(session, office, ticket):
        await act(session, office, ticket.number, Action.DISPATCH, SYSTEM, Act(to=adviser))


async def seen(session: AsyncSession, number: str, actor: Actor, *, for_update: bool = False) -> Ticket:
    """The ticket of this number, if this person may know of it. Raises NotFound otherwise: both look the same."""
    query = select(Ticket).where(Ticket.number == number, visible_to(actor))
    ticket = (await session.exec(query.with_for_update() if for_update else query)).first()
    if ticket is None:
        raise NotFound(number=number)
    return ticket


async def act(session: AsyncSession, office: Office, number: str, action: Action, actor: Actor, given: Act) -> Ticket:
    """Carries out one row of the table, with its event and its notices, in the caller's transaction.

    Raises NotFound (not theirs to know), Forbidden (not their role, or not this person), NotAllowed (not now), Missing,
    Held.
    """
    await lock(session, number, given.into)
    ticket = await seen(session, number, actor)
    rule, was = await _ruled(session, ticket, action, actor), sight.of(ticket)
    _require(rule, action, given)
    await holds.guard(session, ticket, actor, office.clock())
    told = await residents.following(session, ticket)
    facts = await effects.EFFECTS[action](Deed(session, office, ticket, actor, given))
    after = await _target(session, ticket, rule, action, actor)
    event = event_of(
        ticket, actor, action, office.clock(), after=after, note=given.note, reason=given.reason, facts=facts
    )
    await _move(session, office, ticket, after, event.at)
    await holds.settle(session, ticket)
    await reviews.settle(session, ticket, event.at)
    await append(session, office, ticket, event, was)
    became_legal = ticket.lane is not was.lane
    to_followers = [] if became_legal or _stays(event, rule) else told
    await notices.record(session, office, ticket, event, rule, actor, to_followers=to_followers)
    await session.flush()
    if became_legal:
        await _to_adviser(session, office, ticket)
    return ticket


async def _ruled(session: AsyncSession, ticket: Ticket, action: Action, actor: Actor) -> Rule:
    """Staff who come second are told what the first did, when and who."""
    try:
        return rule_for(actor, ticket, action)
    except NotAllowed as error:
        if actor.role in STAFF_ROLES:
            error.facts["before"] = await last_done(session, ticket)
        raise


async def lock(session: AsyncSession, *numbers: str) -> None:
    """On PostgreSQL, who comes second waits here; in the order of keys, so that two mergers cannot wait in a ring."""
    query = select(Ticket.id).where(col(Ticket.number).in_(numbers)).order_by(col(Ticket.id))
    await session.exec(query.with_for_update())


def _stays(event: Event, rule: Rule) -> bool:
    """Nothing that the others would notice: one of several left or rated, or no other adviser was to be found."""
    return bool(event.facts.get("stays")) or event.before == event.after != rule.to


def _require(rule: Rule, action: Action, given: Act) -> None:
    if missing := sorted(need.value for need in Need if need in rule.needs and not getattr(given, need.value)):
        raise Missing(action=action, needs=missing)


async def _target(session: AsyncSession, ticket: Ticket, rule: Rule, action: Action, actor: Actor) -> Status:
    """The rule's target, with two exceptions: joiners neither close nor withdraw what another reported, and a
    dispute that went to the supervisor waits for a new dispatch."""
    match action:
        case Action.RATE if not await effects.speaks_first(session, ticket, actor):
            return ticket.status
        case Action.WITHDRAW if await effects.others(session, ticket, actor):
            return ticket.status
        case Action.DISPUTE | Action.REOPEN if ticket.escalated:
            return Status.FILED
        case _:
            return rule.to


async def _move(session: AsyncSession, office: Office, ticket: Ticket, after: Status, now: datetime) -> None:
    """The only writer of a status: who comes second finds another one there. Raises Stale."""
    before = ticket.status
    await _drop_question(session, ticket, after, now)
    if after in ENDED:
        await mediation.drop(session, ticket, now)
    await _write_status(session, ticket, after)
    ticket.step = STEP_REACHED.get(after, ticket.step)
    if after is not before:
        ticket.status_at, ticket.ended_at = now, now if after in ENDED else None
    await set_moments(session, office, ticket)


async def set_moments(session: AsyncSession, office: Office, ticket: Ticket) -> None:
    """After what a promise hangs on has changed."""
    _set_moments(office, ticket, (await promises.spans_of(session, [ticket.id])).get(ticket.id, ()))


def _set_moments(office: Office, ticket: Ticket, pauses: promises.Spans) -> None:
    ticket.due_at = promises.due_at(office, ticket, pauses)
    ticket.lateness = promises.lateness(ticket)
    ticket.wakes_at = promises.wakes_at(office, ticket)
    ticket.warns_at = promises.warns_at(office, ticket, pauses)


async def _write_status(session: AsyncSession, ticket: Ticket, after: Status) -> None:
    moved = await session.exec(
        update(Ticket)
        .where(col(Ticket.id) == ticket.id, col(Ticket.status) == ticket.status)
        .values(status=after)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:
        raise Stale(number=ticket.number)
    set_committed_value(ticket, "status", after)


async def _drop_question(session: AsyncSession, ticket: Ticket, after: Status, now: datetime) -> None:
    """Where nobody can reply any more, an open question is closed and the clock runs on."""
    if ticket.paused and (ticket.lane, after, Action.REPLY) not in RULES:
        await pauses.close(session, ticket, now)


async def join(session: AsyncSession, office: Office, number: str, actor: Actor, given: Joining) -> Ticket:
    """Raises NotFound, also for a ticket that was never offered: its number must not be found out by trying."""
    query = select(Ticket).where(Ticket.number == number, Ticket.lane == Lane.PUBLIC).with_for_update()
    ticket = (await session.exec(query)).first()
    if ticket is None:
        raise NotFound(number=number)
    await duplicates.join(session, office, ticket, actor, given.offer, given.text)
    return ticket


async def add_note(session: AsyncSession, office: Office, number: str, actor: Actor, text: str) -> Event:
    """A remark on the record: staff for each other, a resident as an addition. The status stays."""
    ticket = await seen(session, number, actor, for_update=True)
    if only_reviews(actor, ticket):
        raise Forbidden(action="note", reason="only_reviews")
    if only_on_page(actor, ticket):
        raise Forbidden(action="note", reason="only_on_page")
    return await remark(session, office, ticket, actor, "note", note=text)
