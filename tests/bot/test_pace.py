"""How fast Telegram is talked to, with a clock that only the waiting moves."""

import asyncio
import heapq
import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.channels import pace as module
from bot.channels.pace import Pace

SLEEP = asyncio.sleep
ORDER = itertools.count()


@dataclass
class Time:
    """It stands while anybody has something to do, then passes to the moment when the next sleeper wakes."""

    now: float = 100.0
    sleepers: list[tuple[float, int, asyncio.Event]] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        awake = asyncio.Event()
        heapq.heappush(self.sleepers, (self.now + seconds, next(ORDER), awake))
        await awake.wait()

    async def pass_for(self, work: asyncio.Future[Any]) -> None:
        while not work.done():
            for _ in range(10):
                await SLEEP(0)
            if self.sleepers:
                until, _, awake = heapq.heappop(self.sleepers)
                self.now = max(self.now, until)
                awake.set()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(module.asyncio, "sleep", time.sleep)
    return time


async def moments(pace: Pace, time: Time, turns: list[tuple[str, bool]]) -> list[tuple[str, float]]:
    """When each (chat, is it an answer?) got its turn, all asking at once."""
    began, got = time.now, []

    async def one(chat: str, answer: bool) -> None:
        await pace.turn(chat, answer=answer)
        got.append((chat, round(time.now - began, 3)))

    await time.pass_for(asyncio.gather(*(one(chat, answer) for chat, answer in turns)))
    return got


async def test_a_chat_gets_three_at_once_and_then_one_a_second(time: Time) -> None:
    got = [at for _, at in await moments(Pace(time), time, [("a", True)] * 6)]
    assert got[2] < 0.2 and [round(at) for at in got[3:]] == [1, 2, 3]


async def test_all_chats_together_get_29_a_second(time: Time) -> None:
    got = [at for _, at in await moments(Pace(time), time, [(str(chat), True) for chat in range(60)])]
    assert max(sum(start <= at < start + 0.999 for at in got) for start in got) <= 29
    assert got[-1] < 2.2, "and no slower than that"


async def test_answers_go_before_notices(time: Time) -> None:
    turns = [(f"notice{number}", False) for number in range(5)] + [(f"answer{number}", True) for number in range(5)]
    order = [chat for chat, _ in await moments(Pace(time), time, turns)]
    assert all(chat.startswith("answer") for chat in order[1:6]), order


async def test_a_chat_that_must_wait_holds_up_nobody_else(time: Time) -> None:
    pace = Pace(time)
    pace.hold("a", 30)
    got = dict(await moments(pace, time, [("a", True), ("b", True), ("c", False)]))
    assert got["b"] < 1 and got["c"] < 1 and 30 <= got["a"] < 31


async def test_who_is_silent_for_long_is_forgotten(time: Time) -> None:
    pace = Pace(time)
    pace._free_at = {str(chat): 0.0 for chat in range(10_001)}
    await pace.turn("a", answer=True)
    assert len(pace._free_at) < 10
