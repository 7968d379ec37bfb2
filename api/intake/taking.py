"""A report of another office becomes a ticket, once: by the route and by the import of files."""

import asyncio
import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from api import tickets
from api.actors import SYSTEM, Actor
from api.db import Database
from api.errors import HasEnded, Malformed, TooMany
from api.intake.fields import Given
from api.intake.maps import SourceMap
from api.lifecycle import ENDED
from api.models import Intake, Ticket
from api.office import Office
from api.schemas import Report
from api.tickets import Understood

OLDEST = timedelta(days=30)
CLOCKS_DIFFER = timedelta(minutes=2)
MOST_BODIES = 20  # under one id: what changes more often is not a report
MOST_NOTE = 4000
SEPARATORS = re.compile(r"^\+?86(?=1\d{10}$)|[\s()-]")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one source's reports come in."""

    source: str
    its: SourceMap
    reporter_key: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    ticket: Ticket
    fresh: bool = False
    changed: bool = False


async def take(db: Database, office: Office, origin: Origin, given: Given, actor: Actor) -> Taken:
    """A transaction of its own. Raises Malformed (its time), HasEnded, TooMany; UnknownLabel."""
    async with db.reading() as session:
        if same := await _same(session, origin, given):
            return same
    understood = await asyncio.to_thread(_understood, office, origin, given)  # writers must not wait for the model
    office.beside(given.text, understood.meaning)
    async with db.writing() as session:
        return await _take(session, office, origin, given, understood, actor)


async def _same(session: AsyncSession, origin: Origin, given: Given) -> Taken | None:
    """What came before in these very words, whatever came after it."""
    intake = await session.get(Intake, (origin.source, given.id))
    if intake is None or given.digest not in intake.digests:
        return None
    return Taken(await session.get_one(Ticket, intake.ticket_id))


def _understood(office: Office, origin: Origin, given: Given) -> Understood:
    meaning = office.nlp.understand(given.text)
    report = Report(
        channel=origin.source,
        reporter=_reporter(origin, given),
        text=given.text,
        label=given.label,
        place=given.place,
        lat=given.lat,
        lon=given.lon,
        urgent=True if given.urgent else None,
    )
    where = office.nlp.locate(given.place) if given.place else meaning.where
    return Understood(report, meaning, where, confirmed=given.confirmed, address=given.id)


def _reporter(origin: Origin, given: Given) -> str:
    """The same person at the same source has the same one; nobody reads a telephone out of it."""
    if not given.reporter:
        return given.id
    whom = f"{origin.source}:{SEPARATORS.sub('', given.reporter).casefold()}"
    return f"p-{hmac.new(origin.reporter_key, whom.encode(), hashlib.sha256).hexdigest()[:32]}"


async def _take(
    session: AsyncSession, office: Office, origin: Origin, given: Given, understood: Understood, actor: Actor
) -> Taken:
    intake = await _registered(session, origin, given, office.clock())
    if intake.ticket_id is None:
        ticket = await _opened(session, office, origin, given, understood, actor)
        intake.ticket_id, intake.digests = ticket.id, [given.digest]
        return Taken(ticket, fresh=True)
    ticket = await session.get_one(Ticket, intake.ticket_id)
    if given.digest in intake.digests:
        return Taken(ticket)
    ticket = await tickets.seen(session, ticket.number, SYSTEM, for_update=True)
    await _add_change(session, office, ticket, intake, understood, actor)
    intake.digests = [*intake.digests, given.digest]
    return Taken(ticket, changed=True)


async def _registered(session: AsyncSession, origin: Origin, given: Given, now: datetime) -> Intake:
    """Of two at the same moment the second waits here for the first one's commit."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {"source": origin.source, "their_id": given.id, "digests": [], "at": now}
    await session.exec(insert(Intake).values(**values).on_conflict_do_nothing())
    return await session.get_one(Intake, (origin.source, given.id), with_for_update=True)


async def _opened(
    session: AsyncSession, office: Office, origin: Origin, given: Given, understood: Understood, actor: Actor
) -> Ticket:
    if given.reported_at and origin.its.reported_at:
        age = office.clock() - given.reported_at
        if reason := "in_the_future" if age < -CLOCKS_DIFFER else "too_old" if age > OLDEST else "":
            raise Malformed(errors=[{"at": origin.its.reported_at.name, "is": reason}])
    # a clock that is a minute fast does not make a promise longer
    reported_at = min(given.reported_at, office.clock()) if given.reported_at else None
    return await tickets.open_ticket(session, office, replace(understood, reported_at=reported_at), actor)


async def _add_change(
    session: AsyncSession, office: Office, ticket: Ticket, intake: Intake, understood: Understood, actor: Actor
) -> None:
    """The source's new words join the record; danger that they tell of is put first in the queue at once."""
    if ticket.status in ENDED:
        raise HasEnded(number=ticket.number, ticket_status=ticket.status)
    if len(intake.digests) >= MOST_BODIES:
        raise TooMany(number=ticket.number, most=MOST_BODIES)
    report = understood.report
    if (report.urgent or understood.meaning.urgent) and not ticket.urgent:
        ticket.urgent, ticket.priority = True, office.priority(ticket.label, True)
        await tickets.set_moments(session, office, ticket)
    lines = [f"来源更新：{report.text}", *([f"地点：{report.place}"] if report.place else [])]
    lines += ["紧急"] if ticket.urgent else []
    await tickets.add_note(session, office, ticket.number, actor, "\n".join(lines)[:MOST_NOTE])
