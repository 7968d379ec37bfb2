"""What the bot keeps, on SQLite and on PostgreSQL, where the tables have a schema of their own."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic_core import PydanticSerializationError
from sqlalchemy import select, text

from api.db import Database
from bot.dialogue import respond
from bot.events import Act, Acted, Delayed, FileTicket, Heard, ListMine, Noticed, Said, Say
from bot.state import Dialogue, Turn
from bot.store import Received, Store, chats, commands, frames, inbox
from tests.bot import examples
from tests.conftest import Clock

ANNA, BORIS = ("web", "anna"), ("telegram", "77")
SECRET = "房东不退我的押金"
LEASE = timedelta(seconds=30)


@pytest.fixture
def store(db: Database) -> Store:
    return Store(db)


def said(words: str = "你好") -> Said:
    return Said(words, Heard())


def saying(*answers: object) -> object:
    """A `respond` that always gives these commands."""
    return lambda dialogue, event: (replace(dialogue, count=dialogue.count + 1), list(answers))


async def turn(store: Store, clock: Clock, *answers: object, chat: tuple[str, str] = ANNA, key: str = "k") -> None:
    await store.receive(key, chat, said(), clock())
    received = await store.oldest(chat)
    assert received is not None
    await store.turn(received, received.event, saying(*answers), clock())


async def rows(store: Store, table: object) -> list[object]:
    async with store.db.reader() as db:
        return list((await db.execute(select(table))).all())  # type: ignore[call-overload]


async def test_the_tables_have_a_schema_of_their_own(db: Database) -> None:
    if db.is_sqlite:
        pytest.skip("SQLite has one file an owner")
    async with db.reader() as connection:
        query = text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'bot'")
        names = {row.table_name for row in (await connection.execute(query)).all()}
    assert names >= {"inbox", "chat", "command", "frame"}


async def test_the_same_key_twice_is_one_row(store: Store, clock: Clock) -> None:
    assert await store.receive("k", ANNA, said("一"), clock())
    assert not await store.receive("k", ANNA, said("二"), clock())
    together = await asyncio.gather(*(store.receive("same", ANNA, said(), clock()) for _ in range(5)))
    assert together.count(True) == 1 and len(await rows(store, inbox)) == 2


async def test_an_update_is_answered_once_by_two_processes(store: Store, clock: Clock) -> None:
    await store.receive("k", ANNA, said(), clock())
    received = await store.oldest(ANNA)
    assert received is not None
    other = Store(Database(store.db.url, store.db.cipher, "bot"))
    turns = [each.turn(received, received.event, saying(Say("您好")), clock()) for each in (store, other) * 3]
    answers = await asyncio.gather(*turns)
    await other.db.close()
    assert [len(answer) for answer in answers].count(1) == 1 and sum(map(len, answers)) == 1
    assert len(await rows(store, commands)) == 1


async def test_updates_are_answered_in_the_order_in_which_they_came(store: Store, clock: Clock) -> None:
    for words in ("一", "二", "三"):
        await store.receive(words, ANNA, said(words), clock())
    await store.receive("other", BORIS, said("别人"), clock())
    heard = []
    while received := await store.oldest(ANNA):
        await store.turn(received, received.event, lambda dialogue, event: _kept(heard, dialogue, event), clock())
    assert heard == ["一", "二", "三"]


def _kept(heard: list[str], dialogue: Dialogue, event: Said) -> Turn:
    heard.append(event.text)
    return dialogue, []


async def test_a_dialogue_is_kept_from_turn_to_turn(store: Store, clock: Clock) -> None:
    seen = []
    for key, event in (("a", said()), ("b", said())):
        await store.receive(key, ANNA, event, clock())
        received = await store.oldest(ANNA)
        assert received is not None

        def counting(dialogue: Dialogue, event: Said) -> Turn:
            seen.append(dialogue.count)
            return replace(dialogue, count=dialogue.count + 1), []

        await store.turn(received, event, counting, clock())
    assert seen == [0, 1]


async def test_a_turn_that_fails_leaves_nothing_behind(store: Store, clock: Clock) -> None:
    await store.receive("k", ANNA, said(), clock())
    received = await store.oldest(ANNA)
    assert received is not None
    with pytest.raises(ZeroDivisionError):
        await store.turn(received, received.event, lambda *_: 1 / 0, clock())
    assert await store.oldest(ANNA) == received and await rows(store, commands) == []


async def test_lanes_go_in_order_and_do_not_wait_for_each_other(store: Store, clock: Clock) -> None:
    await turn(store, clock, ListMine(), Say("一"), Say("二"))
    act = await store.next_command(ANNA, "act", clock(), LEASE)
    first = await store.next_command(ANNA, "say", clock(), LEASE)
    assert act and first and isinstance(act.command, ListMine) and first.command == Say("一")
    assert await store.next_command(ANNA, "say", clock(), LEASE) is None, "the second waits for the first"
    await store.done(first, clock())
    second = await store.next_command(ANNA, "say", clock(), LEASE)
    assert second and second.command == Say("二")


async def test_a_lease_ends(store: Store, clock: Clock) -> None:
    await turn(store, clock, Say("一"))
    first = await store.next_command(ANNA, "say", clock(), LEASE)
    assert first and first.attempts == 0 and await store.unfinished(clock()) == []
    clock.forward(seconds=31)
    assert await store.unfinished(clock()) == [ANNA]
    again = await store.next_command(ANNA, "say", clock(), LEASE)
    assert again and (again.id, again.attempts) == (first.id, 1)


async def test_a_command_is_leased_to_one(store: Store, clock: Clock) -> None:
    await turn(store, clock, Say("一"))
    leases = await asyncio.gather(*(store.next_command(ANNA, "say", clock(), LEASE) for _ in range(4)))
    assert sum(lease is not None for lease in leases) == 1


async def test_an_outcome_comes_with_the_mark_and_only_once(store: Store, clock: Clock) -> None:
    await turn(store, clock, Act(examples.NUMBER, "rate", "1", {"score": 5}))
    waiting = await store.next_command(ANNA, "act", clock(), LEASE)
    assert waiting
    outcome = Acted(examples.NUMBER, "rate", {"score": 5})
    with pytest.raises(PydanticSerializationError):
        await store.done(waiting, clock(), object())  # type: ignore[arg-type]
    assert not (await rows(store, commands))[0].done, "marked, though what came of it was not kept"
    for _ in range(2):
        await store.done(waiting, clock(), outcome)
    received = await store.oldest(ANNA)
    assert received and received.event == outcome
    assert len(await rows(store, inbox)) == 2
    assert await store.next_command(ANNA, "act", clock(), LEASE) is None


async def test_later_tells_once(store: Store, clock: Clock) -> None:
    await turn(store, clock, FileTicket(examples.of_lamp()))
    waiting = await store.next_command(ANNA, "act", clock(), LEASE)
    assert waiting
    for _ in range(2):
        await store.later(waiting, clock() + timedelta(seconds=5), clock(), Delayed())
    assert [row.event for row in await rows(store, inbox) if not row.handled] == ['{"what":"told","is_":"delayed"}']
    assert await store.next_command(ANNA, "act", clock(), LEASE) is None


async def test_what_is_handled_keeps_no_words(store: Store, clock: Clock) -> None:
    await store.receive("k", ANNA, said(SECRET), clock())
    received = await store.oldest(ANNA)
    assert received
    await store.turn(received, received.event, saying(Say(SECRET)), clock())
    waiting = await store.next_command(ANNA, "say", clock(), LEASE)
    assert waiting
    await store.done(waiting, clock())
    kept = [repr(row) for table in (inbox, commands, chats) for row in await rows(store, table)]
    assert len(kept) == 3 and not any(SECRET in row for row in kept)


async def test_a_command_is_one_frame(store: Store) -> None:
    for command in (5, 5, 6):
        await store.add_frame("anna", command, {"say": str(command)})
    await store.add_frame("boris", 7, {"say": "7"})
    assert await store.unseen("anna") == [{"say": "5", "n": 1}, {"say": "6", "n": 2}]
    assert await store.unseen("boris") == [{"say": "7", "n": 1}]


async def test_frames_at_once_have_numbers_of_their_own(store: Store) -> None:
    """On PostgreSQL one of them may be refused, and is then tried again; none is dropped in silence."""
    adding = (store.add_frame("anna", command, {"say": str(command)}) for command in range(5))
    outcomes = await asyncio.gather(*adding, return_exceptions=True)
    failed = [command for command, outcome in enumerate(outcomes) if outcome is not None]
    for command in failed:
        await store.add_frame("anna", command, {"say": str(command)})
    assert sorted(row["say"] for row in await store.unseen("anna")) == ["0", "1", "2", "3", "4"]


async def test_what_was_seen_is_not_replayed(store: Store) -> None:
    for command in (1, 2, 3):
        await store.add_frame("anna", command, {"say": str(command)})
    await store.seen("anna", 2)
    assert [frame["n"] for frame in await store.unseen("anna")] == [3]
    assert [frame["n"] for frame in await store.frames_after("anna", 1)] == [2, 3]
    assert await store.last_frame("anna") == 3 and await store.last_frame("nobody") == 0
    assert len(await rows(store, frames)) == 3


async def test_what_became_of_a_notice(store: Store, clock: Clock) -> None:
    notice = Noticed(7, "accept", examples.FACTS)
    assert await store.told(7) is None
    await store.receive("notice:7", ANNA, notice, clock(), from_person=False)
    assert (told := await store.told(7)) and not told.done
    received = await store.oldest(ANNA)
    assert received == Received(received.id, ANNA, notice) if received else False
    await store.turn(received, notice, respond, clock())
    waiting = await store.next_command(ANNA, "say", clock(), LEASE)
    assert waiting and (told := await store.told(7)) and not told.done
    await store.done(waiting, clock(), failed="blocked")
    assert (told := await store.told(7)) and (told.done, told.failed) == (True, "blocked")


async def test_when_a_person_last_wrote(store: Store, clock: Clock) -> None:
    began = clock()
    await store.receive("a", ANNA, said(), clock())
    clock.forward(minutes=5)
    await store.receive("b", ANNA, Delayed(), clock(), from_person=False)
    assert await store.heard_at(ANNA) == began
    clock.forward(minutes=5)
    await store.receive("c", ANNA, said(), clock())
    assert await store.heard_at(ANNA) == clock() and await store.heard_at(BORIS) is None
    last = max(row.id for row in await rows(store, inbox))
    assert await store.heard_at(ANNA, before=last) == began
