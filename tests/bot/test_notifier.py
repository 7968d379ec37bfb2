"""Notices: when people may be disturbed, said once however often claimed, acknowledged as what became of them."""

from datetime import datetime, time, timedelta
from typing import Any

import httpx
import pytest

from bot import texts
from bot.channels.port import Gone, TryLater
from bot.client import ApiClient
from bot.events import Heard, Said
from bot.hearing import Hearing
from bot.notifier import Notifier, quiet_left
from bot.store import Store
from bot.texts import SHANGHAI
from bot.turns import Turns
from tests.bot import examples
from tests.bot.doubles import Phone
from tests.conftest import Clock

NIGHT = (time(22), time(7))
NOON = (time(12), time(14, 30))
CASES = [
    (NIGHT, "21:59", 0),
    (NIGHT, "22:00", 9 * 3600),
    (NIGHT, "23:30", 7.5 * 3600),
    (NIGHT, "00:00", 7 * 3600),
    (NIGHT, "06:59", 60),
    (NIGHT, "07:00", 0),
    (NIGHT, "12:00", 0),
    (NOON, "11:59", 0),
    (NOON, "12:00", 2.5 * 3600),
    (NOON, "14:29", 60),
    (NOON, "14:30", 0),
    ((time(9), time(9)), "09:00", 0),
    (None, "03:00", 0),
]


@pytest.mark.parametrize(("quiet", "at", "left"), CASES)
def test_quiet_hours(quiet: tuple[time, time] | None, at: str, left: float) -> None:
    now = datetime.combine(datetime(2026, 11, 23).date(), time.fromisoformat(at), SHANGHAI)  # noqa: DTZ001
    assert quiet_left(now, quiet) == left
    assert quiet_left(now.astimezone(), quiet) == left, "whatever the machine's zone"


class Post:
    """The API's end: what may be claimed, and what was acknowledged."""

    def __init__(self) -> None:
        self.waiting: list[dict[str, Any]] = []
        self.answers: list[tuple[int, dict[str, Any]]] = []

    def notice(self, number: int, channel: str = "telegram", **fields: Any) -> dict[str, Any]:
        row = {"id": number, "kind": "accept", "channel": channel, "address": "77", "urgent": False, "attempts": 1}
        self.waiting.append(row | {"facts": examples.FACTS} | fields)
        return self.waiting[-1]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/claim"):
            claimed, self.waiting = self.waiting, []
            return httpx.Response(200, json=claimed)
        number = int(request.url.path.split("/")[-2])
        self.answers.append((number, httpx.Response(200, content=request.content).json()))
        return httpx.Response(200, json={})


class Night:
    """A bot at eleven in the evening, with both channels."""

    def __init__(self, store: Store) -> None:
        self.store, self.post, self.clock = store, Post(), Clock()
        self.clock.now = datetime(2026, 11, 23, 23, 0, tzinfo=SHANGHAI)
        self.phone, self.page = Phone("telegram", wakes_people=True), Phone("web")
        client = ApiClient(httpx.AsyncClient(transport=httpx.MockTransport(self.post), base_url="http://api"), "key")
        channels = {"telegram": self.phone, "web": self.page}
        self.turns = Turns(store, Hearing(None), client, channels, self.clock)  # type: ignore[arg-type]
        self.notifier = Notifier(client, store, self.turns, "tester", NIGHT, self.clock)

    async def go(self) -> None:
        await self.notifier.once()
        await self.turns.rest()


@pytest.fixture
def night(store: Store) -> Night:
    return Night(store)


async def test_at_night_a_notice_waits_until_the_morning(night: Night) -> None:
    night.post.notice(1)
    await night.go()
    assert night.phone.said == [] and night.post.answers == [(1, {"later": 8 * 3600})]


WAKING: dict[str, tuple[dict[str, Any], float | None, bool]] = {
    "urgent": ({"urgent": True}, None, True),
    "wrote just now": ({}, 10, True),
    "wrote long ago": ({}, 61, False),
    "web makes no sound": ({"channel": "web"}, None, True),
}


@pytest.mark.parametrize("case", WAKING)
async def test_who_is_told_at_night(night: Night, case: str) -> None:
    fields, minutes, told = WAKING[case]
    if minutes is not None:
        earlier = night.clock() - timedelta(minutes=minutes)
        await night.store.receive("k", ("telegram", "77"), Said("", Heard()), earlier)
    night.post.notice(1, **fields)
    await night.go()
    said = [text for _, text in (*night.phone.said, *night.page.said) if text.startswith("【")]
    assert len(said) == told
    answer = {"sent": True, "said": said[0]} if told else {"later": 8 * 3600}
    assert night.post.answers == [(1, answer)], "with the words in which it was said"


async def test_a_notice_claimed_twice_is_said_once(night: Night) -> None:
    night.clock.forward(hours=10)
    for _ in range(3):
        night.post.notice(1)
        await night.go()
    assert len(night.phone.said) == 1 and len(night.post.answers) == 3
    assert all(answer.get("sent") for _, answer in night.post.answers)


async def test_what_can_never_arrive_is_acknowledged_as_failed(night: Night) -> None:
    night.clock.forward(hours=10)
    night.phone.outcomes = [Gone("blocked")]
    for _ in range(2):
        night.post.notice(1)
        await night.go()
    assert night.phone.said == [] and [answer["failed"] for _, answer in night.post.answers] == ["blocked"] * 2


async def test_what_waits_for_the_channel_is_not_acknowledged_yet(night: Night) -> None:
    night.clock.forward(hours=10)
    night.phone.outcomes = [TryLater(5)]
    night.post.notice(1)
    await night.go()
    night.post.notice(1)
    await night.go()
    assert night.post.answers == [] and night.phone.said == []
    night.clock.forward(seconds=6)
    night.turns.wake(("telegram", "77"))
    await night.turns.rest()
    assert len(night.phone.said) == 1 and [number for number, _ in night.post.answers] == [1]


async def test_one_notice_that_breaks_does_not_stop_those_behind_it(night: Night) -> None:
    night.clock.forward(hours=10)
    night.post.notice(1, kind=None)
    night.post.notice(2)
    await night.go()
    assert [number for number, _ in night.post.answers] == [2]


async def test_a_kind_nobody_here_knows_is_told(night: Night) -> None:
    night.clock.forward(hours=10)
    night.post.notice(1, kind="something_new")
    await night.go()
    ((_, text),) = night.phone.said
    assert "新进展" in text and texts.progress(3) in text
