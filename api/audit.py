"""Is the history whole? Checks every ticket's chain, signs each day's events, and finds what was changed by hand."""

import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import trail
from api.db import Database
from api.deadlines import SHANGHAI
from api.models import DayCount, DayHead, Event, OldSeal, Resident, Ticket

PAGE = 500  # tickets
NUMBER = re.compile(r"GS(\d{8})-(\d{4,9})")
SETTLED = timedelta(hours=1)  # after midnight no transaction of the day before is under way any more


@dataclass(frozen=True, slots=True)
class Flaw:
    where: str  # a ticket's number, or a day
    what: str


@dataclass(slots=True)
class Day:
    """What one day's events come to, added ticket by ticket in the order of their ids."""

    events: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, number: str, seq: int, mac: str) -> None:
        self.events += 1
        self._digest.update(f"{number}|{seq}|{mac}\n".encode())

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()


def head_mac(key: bytes, before: str, day: str, events: int, digest: str) -> str:
    return hmac.new(key, f"{before}|{day}|{events}|{digest}".encode(), hashlib.sha256).hexdigest()


def day_of(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


async def is_signed(db: Database, now: datetime) -> bool:
    """Yesterday has its head: no day waits for one."""
    yesterday = day_of(now - SETTLED) - timedelta(days=1)
    async with db.reading() as session:
        return await session.get(DayHead, yesterday.isoformat()) is not None


async def sign_days(session: AsyncSession, key: bytes, now: datetime) -> int:
    """Signs every day that is over and has no head yet; returns how many. Safe to repeat."""
    last = (await session.exec(select(DayHead).order_by(col(DayHead.day).desc()).limit(1))).first()
    day = date.fromisoformat(last.day) + timedelta(days=1) if last else await _first_day(session)
    before, signed = last.mac if last else "", 0
    while day is not None and day < day_of(now - SETTLED):
        found = await _day(session, day)
        before = head_mac(key, before, day.isoformat(), found.events, found.digest)
        session.add(DayHead(day=day.isoformat(), events=found.events, digest=found.digest, mac=before, signed_at=now))
        day, signed = day + timedelta(days=1), signed + 1
    await session.flush()
    return signed


async def _first_day(session: AsyncSession) -> date | None:
    first = (await session.exec(select(func.min(Event.at)))).one()
    return day_of(first) if first else None


async def _day(session: AsyncSession, day: date) -> Day:
    begin = datetime.combine(day, time(), SHANGHAI)
    query = (
        select(Ticket.number, Event.seq, Event.mac)
        .join(Ticket, col(Ticket.id) == col(Event.ticket_id))
        .where(col(Event.at) >= begin, col(Event.at) < begin + timedelta(days=1))
        .order_by(col(Event.ticket_id), col(Event.seq))
    )
    found = Day()
    for row in (await session.exec(query)).all():
        found.add(*row)
    return found


async def one_view(session: AsyncSession) -> None:
    """What others commit meanwhile is not seen, which would look like a flaw. SQLite reads so by itself."""
    if session.get_bind().dialect.name != "sqlite":
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def read_heads(file: Path) -> dict[str, str]:
    """What `python -m api heads` printed one day. Raises ValueError, naming the line."""
    found = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            found[str(row["day"])] = str(row["mac"])
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{file}, line {number}: not a line of `api heads`") from None
    return found


async def verify(
    session: AsyncSession, key: bytes, known: Mapping[str, str], read: Callable[[int], None]
) -> AsyncIterator[Flaw]:
    """Every flaw there is. `known`: heads kept elsewhere, day -> mac; `read` is told of tickets read.

    The session should see one state of the database throughout.
    """
    days: dict[str, Day] = {}
    numbers: dict[str, list[int]] = {}
    async for ticket, events in _histories(session, read):
        for what in trail.flaws(key, ticket, events):
            yield Flaw(ticket.number, what)
        for event in events:
            days.setdefault(day_of(event.at).isoformat(), Day()).add(ticket.number, event.seq, event.mac)
        if counted := NUMBER.fullmatch(ticket.number):
            numbers.setdefault(counted[1], []).append(int(counted[2]))
        else:
            yield Flaw(ticket.number, "no number that was ever given out")
    for flaw in [*await _missing(session, numbers), *await _flaws_of_days(session, key, days, known)]:
        yield flaw


async def _histories(session: AsyncSession, read: Callable[[int], None]) -> AsyncIterator[tuple[Ticket, list[Event]]]:
    last = 0
    while True:
        query = select(Ticket).where(col(Ticket.id) > last).order_by(col(Ticket.id)).limit(PAGE)
        tickets = (await session.exec(query)).all()
        if not tickets:
            return
        ids = [ticket.id for ticket in tickets]
        of = select(Event).where(col(Event.ticket_id).in_(ids)).order_by(col(Event.ticket_id), col(Event.seq))
        found = {key: list(events) for key, events in groupby(await session.exec(of), lambda event: event.ticket_id)}
        sealed = await _old_seals(session, ids)
        session.expunge_all()
        for ticket in tickets:
            yield ticket, [_as_sealed(event, sealed) for event in found.get(ticket.id, [])]
        last = ids[-1]
        read(len(tickets))


OldSeals = Mapping[int, tuple[str, str]]  # event -> (salt, channel:address)


async def _old_seals(session: AsyncSession, tickets: Sequence[int]) -> OldSeals:
    query = (
        select(OldSeal.event_id, OldSeal.salt, Resident.channel, Resident.address)
        .join(Event, col(Event.id) == col(OldSeal.event_id))
        .join(Resident, col(Resident.id) == col(Event.actor))
        .where(col(Event.ticket_id).in_(tickets))
    )
    rows = (await session.exec(query)).all()
    return {event: (salt, f"{channel}:{address}") for event, salt, channel, address in rows}


def _as_sealed(event: Event, old: OldSeals) -> Event:
    """Before residents had names an event was sealed with their address: for comparing, it is put back."""
    if event.id in old:
        salt, event.actor = old[event.id]
        event.seals = event.seals | {"actor": [salt, event.seals["actor"][1]]}
    return event


async def _missing(session: AsyncSession, numbers: Mapping[str, list[int]]) -> list[Flaw]:
    """Numbers are given out without gaps: one that is not there was removed."""
    given = {row.day: row.last for row in (await session.exec(select(DayCount))).all()}
    return [
        Flaw(f"GS{day}-{number:04d}", "the ticket is not there")
        for day in sorted({*given, *numbers})
        for number in sorted({*range(1, given.get(day, 0) + 1)} ^ {*numbers.get(day, ())})
    ]


async def _flaws_of_days(
    session: AsyncSession, key: bytes, days: Mapping[str, Day], known: Mapping[str, str]
) -> list[Flaw]:
    heads = (await session.exec(select(DayHead).order_by(col(DayHead.day)))).all()
    found, before = [], ""
    for head in heads:
        day = days.get(head.day, Day())
        if (head.events, head.digest) != (day.events, day.digest):
            found.append(Flaw(head.day, f"{head.events} events were signed, {day.events} are there, or others"))
        if head.mac != head_mac(key, before, head.day, head.events, head.digest):
            found.append(Flaw(head.day, "the day's head was changed, inserted, or one before it removed"))
        before = head.mac
    macs = {head.day: head.mac for head in heads}
    return found + [
        Flaw(day, "the day's head is not the one that was kept") for day, mac in known.items() if macs.get(day) != mac
    ]


async def seal_old(session: AsyncSession, key: bytes) -> int:
    """Binds the events that were recorded before histories were bound; once: never where one is bound already."""
    for bound in (select(Event.id).where(Event.mac != ""), select(DayHead.day)):
        if (await session.exec(bound.limit(1))).first() is not None:
            return 0
    count = 0
    async for ticket, events in _histories_to_write(session):
        ticket.events, ticket.head = 0, ""
        moved = next((event.facts["place"] for event in events if "place" in event.facts), [ticket.place])
        events[0].facts = {**events[0].facts, "where": moved[0]}
        for event in events:
            trail.seal(key, ticket, event)
        count += 1
        if count % PAGE == 0:
            await session.flush()
    await session.flush()
    return count


async def _histories_to_write(session: AsyncSession) -> AsyncIterator[tuple[Ticket, list[Event]]]:
    for ticket in (await session.exec(select(Ticket).order_by(col(Ticket.id)))).all():
        query = select(Event).where(Event.ticket_id == ticket.id).order_by(col(Event.id))
        yield ticket, list((await session.exec(query)).all())
