"""A history that nobody touched verifies; whatever is changed, removed or inserted by hand is found and named."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from api import audit, clockwork, trail
from api.audit import Flaw
from api.lifecycle import Lane, Role, Status
from api.models import DayHead, Event, Ticket
from tests.api.life import QUESTION, Cast, call, ok, open_ticket
from tests.conftest import Api


async def flaws(api: Api, known: Mapping[str, str] | None = None, key: bytes = b"") -> list[Flaw]:
    async with api.db.reading() as session:
        await audit.one_view(session)
        told: list[int] = []
        found = [flaw async for flaw in audit.verify(session, key or api.office.history_key, known or {}, told.append)]
    assert sum(told) == await count(api)
    return found


async def count(api: Api) -> int:
    async with api.db.reading() as session:
        return len((await session.exec(select(Ticket.id))).all())


async def lived(cast: Cast) -> str:
    """A ticket that has seen much, and others beside it."""
    await cast.at(Lane.LEGAL, Status.CLOSED)
    await cast.at(Lane.PUBLIC, Status.MERGED)
    number = await cast.at(Lane.PUBLIC, Status.IN_PROGRESS)
    await cast.done(Role.HANDLER, number, "ask", note="几号楼？")
    await cast.done(Role.RESIDENT, number, "reply", note="3幢")
    await cast.done(Role.HANDLER, number, "return", reason="不归我们", to="hans")
    await cast.done(Role.TRIAGE, number, "correct", reason="改地点", place="观前街")
    ok(
        await cast.api.client.post(
            f"/api/v1/tickets/{number}/notes", json={"text": "附言"}, headers=cast.api.resident()
        )
    )
    return number


async def execute(api: Api, statement: str, number: str) -> None:
    async with api.db.writer() as connection:
        mine = f"(SELECT id FROM ticket WHERE number = '{number}')"
        for one in statement.format(mine=mine).split(";"):
            await connection.execute(text(one))


EVENT = "ticket_id = {mine} AND seq"
BY_HAND = {
    "a word of a note": (f"UPDATE event SET note = '别的' WHERE {EVENT} = 1", "event 1 (report): note changed"),
    "a reason": (f"UPDATE event SET reason = '' WHERE {EVENT} = 7", "event 7 (return): reason changed"),
    "who did it": (f"UPDATE event SET actor = 'tom' WHERE {EVENT} = 2", "event 2 (file): changed"),
    "which resident": (f"UPDATE event SET actor = 'web:r9' WHERE {EVENT} = 6", "event 6 (reply): actor changed"),
    "what was done": (f"UPDATE event SET action = 'grant' WHERE {EVENT} = 4", "event 4 (grant): changed"),
    "when": (f"UPDATE event SET at = '2026-11-01 00:00:00.000000' WHERE {EVENT} = 3", "event 3 (dispatch): changed"),
    "a fact": (f'UPDATE event SET facts = \'{{{{"to": "x"}}}}\' WHERE {EVENT} = 3', "facts.to changed"),
    "a reason where none was": (f"UPDATE event SET reason = '补' WHERE {EVENT} = 2", "event 2 (file): reason changed"),
    "a row removed": (
        f"DELETE FROM notice WHERE ticket_id = {{mine}}; DELETE FROM event WHERE {EVENT} = 4",
        "before event 5: 1 removed",
    ),
    "the last one removed": (f"DELETE FROM event WHERE {EVENT} = 9", "the last of 9 events is not there"),
    "two exchanged": (
        f"UPDATE event SET seq = 99 WHERE {EVENT} = 3; UPDATE event SET seq = 3 WHERE {EVENT} = 4;"
        f"UPDATE event SET seq = 4 WHERE {EVENT} = 99",
        "event 3 (accept): changed",
    ),
    "a row inserted": (
        "INSERT INTO event (ticket_id, seq, action, before, after, role, actor, note, reason, facts, at, seals, state,"
        f" mac) SELECT ticket_id, 10, 'note', after, after, role, actor, '', '', '{{{{}}}}', at, '{{{{}}}}', state, mac"
        f" FROM event WHERE {EVENT} = 9",
        "event 10 (note): changed, inserted",
    ),
    "a digest": (f"UPDATE event SET seals = '{{{{}}}}' WHERE {EVENT} = 1", "event 1 (report): note changed"),
    "the ticket's status": ("UPDATE ticket SET status = 'closed' WHERE id = {mine}", "row is not as its last event"),
    "the ticket's promise": (
        "UPDATE ticket SET due_at = '2027-01-01 00:00:00.000000' WHERE id = {mine}",
        "row is not as its last event",
    ),
    "the ticket's words": ("UPDATE ticket SET text = '没事' WHERE id = {mine}", "words are not those"),
    "the ticket's place": ("UPDATE ticket SET place = '别处' WHERE id = {mine}", "place is not the one on record"),
    "a ticket with all it had": (
        "DELETE FROM notice WHERE ticket_id = {mine}; DELETE FROM pause WHERE ticket_id = {mine};"
        "DELETE FROM follower WHERE ticket_id = {mine}; DELETE FROM event WHERE ticket_id = {mine};"
        "DELETE FROM ticket WHERE id = {mine}",
        "the ticket is not there",
    ),
}


@pytest.mark.parametrize(("statement", "found"), BY_HAND.values(), ids=BY_HAND.keys())
async def test_what_was_done_by_hand_is_found(cast: Cast, statement: str, found: str) -> None:
    number = await lived(cast)
    assert await flaws(cast.api) == []
    await execute(cast.api, statement, number)
    told = await flaws(cast.api)
    assert {flaw.where for flaw in told} == {number}, told
    assert any(found in flaw.what for flaw in told), told


async def test_another_key_verifies_nothing(cast: Cast) -> None:
    number = await lived(cast)
    assert number in {flaw.where for flaw in await flaws(cast.api, key=b"another")}


async def test_a_removed_end_shows_in_the_days_head_even_when_the_row_was_made_to_fit(cast: Cast) -> None:
    number = await lived(cast)
    cast.api.clock.forward(hours=16)  # half past one at night
    await clockwork.sweep(cast.api.db, cast.api.office)
    assert await flaws(cast.api) == []
    await execute(
        cast.api,
        f"DELETE FROM event WHERE {EVENT} = 9; UPDATE ticket SET events = 8,"
        f" head = (SELECT mac FROM event WHERE {EVENT} = 8) WHERE id = {{mine}}",
        number,
    )
    assert [flaw.where for flaw in await flaws(cast.api)] == ["2026-12-01"]


async def test_every_day_is_signed_once_whoever_sweeps(cast: Cast) -> None:
    await cast.at(Lane.PUBLIC, Status.FILED)
    cast.api.clock.forward(days=3)
    await asyncio.gather(*(clockwork.sweep(cast.api.db, cast.api.office) for _ in range(4)))
    async with cast.api.db.reading() as session:
        heads = (await session.exec(select(DayHead).order_by(col(DayHead.day)))).all()
    assert [(head.day, head.events) for head in heads] == [("2026-11-23", 2), ("2026-11-24", 0), ("2026-11-25", 0)]


async def test_a_day_is_signed_only_when_no_transaction_of_it_can_be_under_way(cast: Cast) -> None:
    await cast.at(Lane.PUBLIC, Status.FILED)
    cast.api.clock.forward(hours=14.75)  # a quarter past midnight
    await clockwork.sweep(cast.api.db, cast.api.office)
    async with cast.api.db.reading() as session:
        assert (await session.exec(select(DayHead))).all() == []


HEADS = {
    "changed": "UPDATE day_head SET events = 7 WHERE day = '2026-11-23'",
    "signed anew by hand": "UPDATE day_head SET mac = digest WHERE day = '2026-11-24'",
    "removed": "DELETE FROM day_head WHERE day = '2026-11-23'",
}


@pytest.mark.parametrize("statement", HEADS.values(), ids=HEADS.keys())
async def test_a_head_that_was_touched_is_found(cast: Cast, statement: str) -> None:
    number = await cast.at(Lane.PUBLIC, Status.FILED)
    cast.api.clock.forward(days=3)
    await clockwork.sweep(cast.api.db, cast.api.office)
    assert await flaws(cast.api) == []
    await execute(cast.api, statement, number)
    found = {flaw.where for flaw in await flaws(cast.api)}
    assert found and found <= {"2026-11-23", "2026-11-24", "2026-11-25"}


async def test_heads_kept_elsewhere_show_what_was_signed_anew(cast: Cast, tmp_path: Path) -> None:
    """Whoever has the key as well can rewrite all of it, but not the paper in the safe."""
    await cast.at(Lane.PUBLIC, Status.FILED)
    cast.api.clock.forward(days=2)
    await clockwork.sweep(cast.api.db, cast.api.office)
    kept = tmp_path / "heads.jsonl"
    kept.write_text('{"day": "2026-11-23", "events": 2, "mac": "of another history"}\n', encoding="utf-8")
    assert [flaw.where for flaw in await flaws(cast.api, audit.read_heads(kept))] == ["2026-11-23"]
    kept.write_text("[]\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 1"):
        audit.read_heads(kept)


async def test_erasing_on_record_leaves_the_chain_whole_and_blanking_by_hand_does_not(cast: Cast) -> None:
    number = await lived(cast)
    async with cast.api.db.reading() as session:
        ticket = (await session.exec(select(Ticket).where(Ticket.number == number))).one()
        events = list(await session.exec(select(Event).where(Event.ticket_id == ticket.id).order_by(col(Event.seq))))
    assert trail.erase(events[0], {"note", "reason", "facts.where"}) == {"note", "facts.where"}
    assert (events[0].note, events[0].facts) == ("", {})
    ticket.text = ""
    key = cast.api.office.history_key
    assert {what for what in trail.flaws(key, ticket, events)} == {
        "event 1 (report): note changed",
        "event 1 (report): facts.where changed",
    }
    erasing = Event(
        action=trail.ERASE, before=ticket.status, after=ticket.status, role=Role.ADMIN, actor="adam",
        facts={"erased": {"1": ["facts.where", "note"]}}, at=cast.api.clock(), ticket_id=ticket.id,
    )  # fmt: skip
    trail.seal(key, ticket, erasing)
    assert list(trail.flaws(key, ticket, [*events, erasing])) == []


UNBOUND = (
    "UPDATE event SET mac = '', seals = '{{}}', state = '', facts = '{{}}' WHERE action = 'report';"
    "UPDATE event SET mac = '', seals = '{{}}', state = '';UPDATE ticket SET head = ''; DELETE FROM day_head"
)


async def test_histories_from_before_are_bound_once_and_never_again(cast: Cast) -> None:
    number = await lived(cast)
    await execute(cast.api, UNBOUND, "")
    assert await flaws(cast.api)
    async with cast.api.db.writing() as session:
        assert await audit.seal_old(session, cast.api.office.history_key) == await count(cast.api)
    assert await flaws(cast.api) == []
    await execute(cast.api, f"UPDATE event SET note = '别的' WHERE {EVENT} = 1", number)
    async with cast.api.db.writing() as session:
        assert await audit.seal_old(session, cast.api.office.history_key) == 0
    assert await flaws(cast.api)


async def test_two_notes_at_once_are_two_events(cast: Cast) -> None:
    number = str((await open_ticket(cast.api, **QUESTION))["number"])
    path, me = f"/api/v1/tickets/{number}/notes", cast.api.resident()
    answers = await asyncio.gather(
        *(cast.api.client.post(path, json={"text": f"第{i}条"}, headers=me) for i in range(8)),
        call(cast.api, cast.headers[Role.ADVISER], number, "accept"),
    )
    assert [answer.status_code for answer in answers] == [201] * 8 + [200]
    assert await flaws(cast.api) == []
