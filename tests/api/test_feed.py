"""The live feed: nothing skipped, nothing twice, nothing to whom it is not for."""

import asyncio
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from api.access import visible_to
from api.actors import Actor
from api.db import Database
from api.feed import rows, sight
from api.feed.place import BEGINNING, Place, parse
from api.lifecycle import Lane, Role, Status
from api.models import AnswerReview, Feed, Part, Ticket, Unit
from tests.api.browsing import report
from tests.api.listening import STREAM, at_once
from tests.conftest import Api

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


async def missed(api: Api, headers: Any, since: str) -> Any:
    return at_once(await api.client.get(STREAM, params={"since": since, "wait": 0}, headers=headers))


# --- who sees what

ACTORS = [
    Actor(Role.TRIAGE, "t"),
    Actor(Role.TRIAGE, "t", "s", streets=("金阊街道",)),
    Actor(Role.SUPERVISOR, "s", "c", communities=("彩香",), beside=("金阊街道",)),
    Actor(Role.VERIFIER, "v"),
    Actor(Role.ADMIN, "a", "s", streets=("平江街道",)),
    Actor(Role.HANDLER, "h", "unit-1"),
    Actor(Role.HANDLER, "h2"),
    Actor(Role.ADVISER, "ada"),
    Actor(Role.ADVISER, "ben"),
    Actor(Role.RESIDENT, "r"),
]


async def test_in_memory_and_in_the_database_the_same_people_see_the_same_tickets(api: Api) -> None:
    places = [("", ""), ("金阊街道", ""), ("金阊街道", "彩香"), ("金阊街道", "三元"), ("平江街道", "")]
    holders = [None, "unit-1", "h2", "ada", "ben"]
    kinds = [(lane, place, who) for lane in Lane for place in places for who in holders]
    async with api.db.writing() as session:
        session.add(Unit(code="unit-1", name="快修队", kind="contractor"))
        session.add(Unit(code="h2", name="另一队", kind="contractor"))
        await session.flush()
        for number, (lane, (street, community), who) in enumerate(kinds):
            session.add(_ticket(f"T{number}", lane, street, community, who))
        await session.flush()
        for ticket in (await session.exec(select(Ticket).where(col(Ticket.id) % 3 == 0))).all():
            session.add(Part(ticket_id=ticket.id, unit="unit-1", invited_at=api.clock()))
            gone = api.clock() if ticket.id % 2 else None
            session.add(Part(ticket_id=ticket.id, unit="h2", invited_at=api.clock(), released_at=gone))
            review = {"asker": "ada", "question": "", "asked_at": NOW, "until_at": NOW, "ended_at": gone}
            session.add(AnswerReview(ticket_id=ticket.id, reviewer="ben", **review))
    async with api.db.reading() as session:
        tickets = (await session.exec(select(Ticket))).all()
        beside = await rows.beside_of(session, {ticket.id for ticket in tickets})
        for actor in ACTORS:
            asked = set((await session.exec(select(Ticket.id).where(visible_to(actor)))).all())
            units = {
                one.id: frozenset(by.unit for by in beside if by.ticket_id == one.id and not by.left) for one in tickets
            }
            seen = {one.id for one in tickets if sight.sees(actor, sight.read(_row(one), units[one.id]))}
            assert seen == asked, actor
            assert actor.role is Role.RESIDENT or sight.audience(actor).role is actor.role


def _row(ticket: Ticket) -> dict[str, Any]:
    return sight.stored(sight.of(ticket))


def _ticket(number: str, lane: Lane, street: str, community: str, assignee: str | None) -> Ticket:
    return Ticket(
        number=number, lane=lane, kind="item", label="street_light", status=Status.DISPATCHED, text="", channel="web",
        street=street, community=community, assignee=assignee, reported_at=NOW, status_at=NOW,
    )  # fmt: skip


# --- the order


@pytest.mark.parametrize(
    ("text", "place"),
    [("0", BEGINNING), ("12-7", Place(12, 7)), ("7", Place(7, 0)), ("", None), ("x", None), ("1-", None), ("１", None)],
)
def test_places_are_read(text: str, place: Place | None) -> None:
    assert parse(text) == place


async def test_who_commits_later_is_read_later_and_never_skipped(api: Api) -> None:
    """On PostgreSQL the first of two gets the smaller identity and commits last; SQLite lets only one write."""
    ticket = await _one_ticket(api)
    async with api.db.reading() as session:
        place = await rows.newest(session)
    if api.db.is_sqlite:
        await _tell(api.db, ticket, "first")
    else:
        async with api.db.writing() as slow:
            slow.add(Feed(ticket_id=ticket, action="first", at=api.clock()))
            await slow.flush()
            await _tell(api.db, ticket, "second")
            assert await _actions(api.db, place) == [], "who reads past the first would never come back for it"
    await _tell(api.db, ticket, "third")
    assert await _actions(api.db, place) == (["first", "third"] if api.db.is_sqlite else ["first", "second", "third"])


async def test_many_writers_at_once_are_told_once_each(api: Api) -> None:
    ticket, chance = await _one_ticket(api), random.Random(7)
    async with api.db.reading() as session:
        place = await rows.newest(session)
    writing = asyncio.gather(*(_slowly(api, ticket, f"a{n}", chance.random() / 20) for n in range(80)))
    read: list[rows.Change] = []
    while not writing.done():
        read += await _next(api.db, read[-1].place if read else place)
        await asyncio.sleep(0.003)
    while more := await _next(api.db, read[-1].place):
        read += more
    assert sorted(change.action for change in read) == sorted(f"a{n}" for n in range(80))
    assert [change.place for change in read] == sorted(change.place for change in read)
    await writing


async def _slowly(api: Api, ticket: int, action: str, seconds: float) -> None:
    async with api.db.writing() as session:
        session.add(Feed(ticket_id=ticket, action=action, at=api.clock()))
        await session.flush()
        await asyncio.sleep(0 if api.db.is_sqlite else seconds)


async def _tell(db: Database, ticket: int, action: str) -> None:
    async with db.writing() as session:
        session.add(Feed(ticket_id=ticket, action=action, at=NOW))


async def _next(db: Database, place: Place) -> list[rows.Change]:
    async with db.reading() as session:
        return await rows.after(session, place)


async def _actions(db: Database, place: Place) -> list[str]:
    return [change.action for change in await _next(db, place)]


async def _one_ticket(api: Api) -> int:
    number = await report(api)
    async with api.db.reading() as session:
        return (await session.exec(select(Ticket.id).where(Ticket.number == number))).one()


# --- over HTTP
