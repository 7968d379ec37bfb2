"""A resident's data given out to them, and taken out of what is kept: by their wish, or by age.

What stays is what nobody can be known by: what kind of matter it was, where in the district, and when which step was
reached. The history still verifies (api/trail.py).
"""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import case_sources, photos, record, residents, search, subscriptions, trail
from api.actors import Actor
from api.db import Database
from api.lifecycle import Lane
from api.mediation import kept
from api.models import (
    RESIDENTS_OWN,
    AnswerDraft,
    AnswerReview,
    Event,
    Follower,
    Intake,
    Notice,
    OldSeal,
    Pause,
    RequestKey,
    Ticket,
)
from api.office import Records

ERASED = "erased"  # why a notice never arrives
WORDS = {
    "note",
    "reason",
    "actor",
    "facts.where",
    "facts.place",
    "facts.question",
    "facts.told",
    "facts.party",
    "facts.meets_where",
    "facts.limits",
}
A_BATCH = 200


@dataclass(frozen=True, slots=True)
class Erased:
    """`kept`: numbers of what is still open, and so still needed."""

    tickets: int
    kept: Sequence[str]


async def export(session: AsyncSession, channel: str, address: str) -> dict[str, Any]:
    """All that is kept of one resident: what they reported, joined, wrote, were told."""
    who = await residents.named(session, channel, address)
    found: dict[str, Any] = {"resident": f"{channel}:{address}", "tickets": []}
    if who is None:
        return found
    tickets = (await session.exec(select(Ticket).where(_concerns(who)).order_by(col(Ticket.id)))).all()
    found["tickets"] = [await _exported(session, ticket, who) for ticket in tickets]
    return found | await subscriptions.export(session, who)


def _concerns(who: str) -> ColumnElement[bool]:
    """What they reported or follow, and where they said something before they left it."""
    followed = select(Follower.ticket_id).where(Follower.resident_id == who)
    spoke = select(Event.ticket_id).where(RESIDENTS_OWN, Event.actor == who)
    return or_(col(Ticket.reporter_id) == who, col(Ticket.id).in_(followed), col(Ticket.id).in_(spoke))


async def _exported(session: AsyncSession, ticket: Ticket, who: str) -> dict[str, Any]:
    theirs = ticket.reporter_id == who
    query = select(Event).where(Event.ticket_id == ticket.id).order_by(col(Event.seq))
    events = [event for event in await session.exec(query) if theirs or event.actor == who]
    told = select(Notice).where(Notice.ticket_id == ticket.id, Notice.address == who)
    own = (
        {"text": ticket.text, "place": ticket.place, "lat": ticket.lat, "lon": ticket.lon, "facts": ticket.facts}
        | {"mediations": await kept.told(session, ticket)}
        if theirs
        else {}
    )
    return {
        "number": ticket.number,
        "label": ticket.label,
        "status": ticket.status,
        "reported_at": ticket.reported_at.isoformat(),
        "joined": not theirs,
        **own,
        "events": [
            {"action": event.action, "at": event.at.isoformat(), "note": event.note, "reason": event.reason}
            for event in events
        ],
        "notices": [{"kind": notice.kind, "at": notice.created_at.isoformat()} for notice in await session.exec(told)],
        "photos": await photos.ids_of(session, ticket) if theirs else [],
    }


@dataclass(frozen=True, slots=True)
class Erasing:
    """One wish, or one policy, being carried out."""

    session: AsyncSession
    records: Records
    actor: Actor
    reason: str

    async def resident(self, channel: str, address: str) -> Erased:
        """By their own wish: what has ended loses every word, what they joined loses theirs. What is open is kept."""
        who = await residents.named(self.session, channel, address)
        if who is None:
            return Erased(0, [])
        reported = select(Ticket).where(Ticket.reporter_id == who).order_by(col(Ticket.id))
        tickets = (await self.session.exec(reported.with_for_update())).all()
        ended = [ticket for ticket in tickets if ticket.ended_at is not None]
        for ticket in ended:
            await self.ticket(ticket)
        await self._joined(who, [ticket.id for ticket in tickets])
        await subscriptions.erase(self.session, who)
        await self._forget([who])
        return Erased(len(ended), [ticket.number for ticket in tickets if ticket.ended_at is None])

    async def ticket(self, ticket: Ticket) -> None:
        """The ticket is locked, and has ended."""
        its, whom = ticket.id, await self._whom(ticket)
        if ticket.lane is Lane.PUBLIC:
            await search.forget(self.session, ticket, self.records.clock())
        erased = await self._words(select(Event).where(Event.ticket_id == its).order_by(col(Event.seq)))
        ticket.text = ticket.place = ""
        ticket.lat = ticket.lon = None
        ticket.because, ticket.facts, ticket.reporter_id = [], [], None
        await photos.drop(self.session, self.records, ticket)
        await case_sources.forget(self.session, its)
        await self.session.exec(delete(Follower).where(col(Follower.ticket_id) == its))
        await self.session.exec(delete(Intake).where(col(Intake.ticket_id) == its))
        await self._notices(col(Notice.ticket_id) == its)
        await self.session.exec(update(Pause).where(col(Pause.ticket_id) == its).values(question=""))
        for between in (AnswerDraft, AnswerReview):
            await self.session.exec(delete(between).where(col(between.ticket_id) == its))
        await kept.forget(self.session, ticket)
        await self._on_record(ticket, erased)
        await self._forget(whom)

    async def _joined(self, who: str, own: Sequence[int]) -> None:
        """What neighbours reported: this resident's own words there, and their place among its followers."""
        query = select(Ticket).where(_concerns(who), col(Ticket.id).not_in(own))
        for ticket in (await self.session.exec(query.order_by(col(Ticket.id)).with_for_update())).all():
            erased = await self._words(select(Event).where(Event.ticket_id == ticket.id, Event.actor == who))
            theirs = col(Follower.ticket_id) == ticket.id, col(Follower.resident_id) == who
            await self.session.exec(delete(Follower).where(*theirs))
            ticket.joined = max(ticket.joined - 1, 0)
            await self._notices(and_(col(Notice.ticket_id) == ticket.id, col(Notice.address) == who))
            await self._on_record(ticket, erased)

    async def _whom(self, ticket: Ticket) -> set[str]:
        """The residents it has to do with."""
        follow = select(Follower.resident_id).where(Follower.ticket_id == ticket.id)
        spoke = select(Event.actor).where(Event.ticket_id == ticket.id, RESIDENTS_OWN)
        found = {*(await self.session.exec(follow)).all(), *(await self.session.exec(spoke)).all()}
        return found | {ticket.reporter_id} if ticket.reporter_id else found

    async def _forget(self, whom: Collection[str]) -> None:
        """Who they are, of those of whom nothing is left that needs it."""
        for gone in await residents.forget(self.session, whom):
            await self._notices(and_(col(Notice.channel) == gone.channel, col(Notice.address) == gone.id))
            await self.session.exec(delete(RequestKey).where(col(RequestKey.caller) == gone.id))

    async def _words(self, query: Any) -> dict[str, list[str]]:
        """seq -> the fields that were emptied."""
        events = (await self.session.exec(query)).all()
        old = col(OldSeal.event_id).in_([event.id for event in events])
        await self.session.exec(delete(OldSeal).where(old))
        return {str(event.seq): names for event in events if (names := sorted(trail.erase(event, WORDS)))}

    async def _notices(self, which: ColumnElement[bool]) -> None:
        gone = {"facts": {}, "address": "", "said": "", "failed": ERASED}
        await self.session.exec(update(Notice).where(which).values(**gone))

    async def _on_record(self, ticket: Ticket, erased: dict[str, list[str]]) -> None:
        facts = {"erased": erased}
        await record.remark(
            self.session, self.records, ticket, self.actor, trail.ERASE, reason=self.reason, facts=facts
        )


@dataclass(frozen=True, slots=True)
class Old:
    """Tickets of these lanes that ended longer ago."""

    lanes: Collection[Lane]
    kept_for: timedelta

    def conditions(self, now: datetime) -> tuple[ColumnElement[bool], ...]:
        unerased, ended = col(Ticket.reporter_id).is_not(None), col(Ticket.ended_at).is_not(None)
        return unerased, ended, col(Ticket.ended_at) < now - self.kept_for, col(Ticket.lane).in_(self.lanes)


async def count_old(session: AsyncSession, old: Old, now: datetime) -> int:
    return len((await session.exec(select(Ticket.id).where(*old.conditions(now)))).all())


def nobody_asks(_many: int) -> None: ...


async def retire(
    db: Database, records: Records, old: Old, actor: Actor, done: Callable[[int], None] = nobody_asks
) -> AsyncIterator[str]:
    """Erases what ended longer ago, a batch a transaction; answers with the numbers."""
    which, reason = old.conditions(records.clock()), f"kept for {old.kept_for.days} days"
    while True:
        async with db.reading() as session:
            if (await session.exec(select(Ticket.id).where(*which).limit(1))).first() is None:
                return
        async with db.writing() as session:
            query = select(Ticket).where(*which).order_by(col(Ticket.id)).limit(A_BATCH).with_for_update()
            tickets = (await session.exec(query)).all()
            for ticket in tickets:
                await Erasing(session, records, actor, reason).ticket(ticket)
        done(len(tickets))
        for ticket in tickets:
            yield ticket.number
