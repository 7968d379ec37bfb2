"""What was said long ago goes; what somebody still waits for, or sees next, stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.db import Database
from bot.events import Heard, ListMine, Said, Say
from bot.forgetting import forget
from bot.store import Chat, Store, chats, frames
from tests.conftest import Clock


@pytest.fixture
def store(db: Database) -> Store:
    """On both databases."""
    return Store(db)


ANNA: Chat = ("web", "anna")
LEASE = timedelta(seconds=30)


async def talked(store: Store, clock: Clock, *answers: Say | ListMine) -> None:
    """One turn, its answers shown in the web chat."""
    await store.receive(f"k{clock.now}", ANNA, Said("房东不退押金", Heard()), clock())
    received = await store.oldest(ANNA)
    assert received is not None
    await store.turn(received, received.event, lambda dialogue, _: (dialogue, list(answers)), clock())
    while waiting := await store.next_command(ANNA, "say", clock(), LEASE):
        assert isinstance(waiting.command, Say)
        await store.add_frame("anna", waiting.id, {"say": waiting.command.text})
        await store.done(waiting, clock())


async def kept(store: Store) -> tuple[int, list[str]]:
    async with store.db.reader() as connection:
        dialogues = len((await connection.execute(select(chats))).all())
        shown = (await connection.execute(select(frames.c.frame).order_by(frames.c.n))).scalars().all()
    return dialogues, [frame["say"] for frame in shown]


async def test_what_was_seen_long_ago_goes_and_the_count_goes_on(store: Store, clock: Clock) -> None:
    await talked(store, clock, Say("一"), Say("二"))
    await store.seen("anna", 2)
    assert await forget(store.db, clock() - timedelta(days=1)) == 0
    clock.forward(days=400)
    assert await forget(store.db, clock() - timedelta(days=365)) == 2
    assert await kept(store) == (0, ["二"])
    await talked(store, clock, Say("三"))
    assert [frame["n"] for frame in await store.unseen("anna")] == [3]
    assert await kept(store) == (1, ["二", "三"])


async def test_what_nobody_saw_yet_stays(store: Store, clock: Clock) -> None:
    await talked(store, clock, Say("一"), Say("二"))
    clock.forward(days=400)
    await forget(store.db, clock())
    assert (await kept(store))[1] == ["一", "二"]


@pytest.mark.parametrize("undone", ["update", "command"])
async def test_what_is_under_way_stays(store: Store, clock: Clock, undone: str) -> None:
    await talked(store, clock, *([ListMine()] if undone == "command" else []))
    if undone == "update":
        await store.receive("later", ANNA, Said("还在吗", Heard()), clock())
    clock.forward(days=400)
    await forget(store.db, clock())
    assert (await kept(store))[0] == 1


async def test_who_wrote_again_is_remembered(store: Store, clock: Clock) -> None:
    await talked(store, clock, Say("一"))
    clock.forward(days=400)
    await talked(store, clock, Say("二"))
    await store.seen("anna", 2)
    await forget(store.db, clock() - timedelta(days=365))
    assert await kept(store) == (1, ["二"])
