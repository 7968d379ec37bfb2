"""kill -9 of either process at ten random moments during 200 conversations: no report lost or doubled, no notice lost.

`KILL_SEED=… pytest tests/test_kill.py` draws the same moments and victims again.
"""

import asyncio
import json
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import people
from api.db import Database
from api.lifecycle import Role
from api.office import utc_now
from api.settings import Settings
from nlp.understand import Understander
from tests.emulator import Emulator, serve
from tests.kill_people import Clerk, Resident, TelegramResident, WebResident, until
from tests.processes import Product, running
from tests.world import NUMBER, TOKEN, Heard

CONVERSATIONS = 200  # half of them by Telegram, half in the web chat
AT_ONCE = 20
KILLS = 10
MOMENTS_A_TALK = 6  # what `Town.passed` counts in each conversation
JITTER = 0.3  # seconds between a moment of a conversation and the kill
AT_REST_WITHIN = 60.0  # seconds: leases of killed processes run out, then all is done again
CARD, FILED, TAKEN_UP, DECLINED, DISPATCHED = "我记下的是", "收到了，编号", "已经立案", "我们办不了", "已经派给"


@dataclass
class Talk:
    """One conversation: its own words, what became of it, and what staff will do."""

    resident: Resident
    place: str
    declined: bool
    number: str = ""

    @property
    def words(self) -> str:
        return f"{self.place}的路灯不亮了，晚上黑漆漆的"

    @property
    def expected(self) -> tuple[str, ...]:
        return (CARD, FILED, TAKEN_UP, DECLINED if self.declined else DISPATCHED)


@dataclass
class Town:
    product: Product
    clerk: Clerk
    talks: list[Talk]
    moments: int = 0
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def settings(self) -> Settings:
        return Settings(var_dir=self.product.var_dir)

    def passed(self) -> None:
        self.moments += 1
        self.moved.set()

    async def reach(self, moment: int) -> None:
        while self.moments < moment:
            self.moved.clear()
            await self.moved.wait()


@pytest.mark.timeout(300)
async def test_ten_kills_in_two_hundred_conversations(
    tmp_path: Path, model_dir: Path, understander: Understander, capsys: pytest.CaptureFixture[str]
) -> None:
    seed, began = int(os.environ.get("KILL_SEED") or random.randrange(10**6)), time.monotonic()
    with _naming(seed):
        async with _town(tmp_path / "var", model_dir / "model") as town:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_kill(town, random.Random(seed)))
                tasks.create_task(_converse(town))
            await _rest(town)
        _check_tickets(town)
        _check_notices(town)
        twice = sum(map(_check_chat, town.talks))
    said = f"{KILLS} kills, {time.monotonic() - began:.0f} s; said twice in Telegram: {twice}, in the web chat: 0"
    with capsys.disabled():
        print(f" kill -9: {said} ", end="")  # noqa: T201 - how often is of interest when all is well


@contextmanager
def _naming(seed: int) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        error.add_note(f"KILL_SEED={seed}")
        raise


@asynccontextmanager
async def _town(var_dir: Path, model: Path) -> AsyncIterator[Town]:
    emulator = Emulator(TOKEN)
    async with serve(emulator) as bot_api, httpx.AsyncClient(trust_env=False, timeout=20) as http:
        product = Product(var_dir, model, {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_BASE": bot_api})
        product.prepare()
        http.base_url = httpx.URL(product.api_url)
        clerk = Clerk(http, await _staff(var_dir / "api.db"))
        town = Town(product, clerk, _talks(emulator, product.chat_url))
        lines = [
            asyncio.create_task(talk.resident.stay()) for talk in town.talks if isinstance(talk.resident, WebResident)
        ]
        with running(product):
            yield town
        for line in lines:
            line.cancel()


async def _staff(file: Path) -> str:
    """Somebody to dispatch to, and the token of somebody who dispatches."""
    db = Database(f"sqlite+aiosqlite:///{file}")
    async with db.writing() as session:
        await people.add(session, utc_now, "worker", Role.HANDLER)
        await people.add(session, utc_now, "clerk", Role.TRIAGE)
        token = await people.token_for(session, utc_now, "clerk")
    await db.close()
    return token


def _talks(emulator: Emulator, chat_url: str) -> list[Talk]:
    residents = [
        WebResident(chat_url) if nth % 2 else TelegramResident(emulator, 1000 + nth) for nth in range(CONVERSATIONS)
    ]
    return [Talk(who, f"南环新村{nth + 1}幢门口", nth % 4 < 2) for nth, who in enumerate(residents)]


async def _kill(town: Town, chance: random.Random) -> None:
    """Five times each process, the moments spread at random over all conversations."""
    victims = [town.product.api, town.product.bot] * (KILLS // 2)
    chance.shuffle(victims)
    moments = sorted(chance.sample(range(10, CONVERSATIONS * MOMENTS_A_TALK * 19 // 20), KILLS))
    for victim, moment in zip(victims, moments, strict=True):
        await town.reach(moment)
        await asyncio.sleep(chance.uniform(0, JITTER))
        victim.kill()


async def _converse(town: Town) -> None:
    free = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as tasks:
        for talk in town.talks:
            tasks.create_task(_talk(town, talk, free))


async def _talk(town: Town, talk: Talk, free: asyncio.Semaphore) -> None:
    async with free:
        await _report(town, talk)
        await town.clerk.act(talk.number, "file")
        town.passed()
        if talk.declined:
            await town.clerk.act(talk.number, "decline", reason="不在本区")
        else:
            await town.clerk.act(talk.number, "dispatch", to="worker")
        town.passed()
    for words in talk.expected[2:]:
        await _hear(talk, words)
        town.passed()


async def _report(town: Town, talk: Talk) -> None:
    await talk.resident.say(talk.words)
    await _answer_questions(talk)
    town.passed()
    said = NUMBER.search((await _hear(talk, FILED)).text)
    assert said is not None
    talk.number = said[0]
    town.passed()


async def _hear(talk: Talk, words: str) -> Heard:
    return await until(talk.resident, lambda heard: words in heard.text, words)


async def _answer_questions(talk: Talk) -> None:
    """Up to the card, whose button files: which of these, where, which of these places."""
    answered: set[str] = set()
    while True:
        asked = await until(
            talk.resident, lambda heard: bool(heard.buttons) and heard.text not in answered, "a question"
        )
        answered.add(asked.text)
        names = list(asked.buttons)
        if "说不清地点" in names:
            await talk.resident.say(talk.place)
        else:
            await talk.resident.press(names[0])
        if "确认提交" in names[0]:
            return


async def _rest(town: Town) -> None:
    """Until nothing is left to do in either database."""
    ends = time.monotonic() + AT_REST_WITHIN
    while any(left := _left(town)):
        assert time.monotonic() < ends, f"left undone: {left} of updates, commands, notices"
        await asyncio.sleep(0.2)


def _left(town: Town) -> tuple[int, int, int]:
    ((updates, commands),) = _read(
        town,
        "bot",
        "SELECT (SELECT count(*) FROM inbox WHERE NOT handled), (SELECT count(*) FROM command WHERE NOT done)",
    )
    ((notices,),) = _read(town, "api", "SELECT count(*) FROM notice WHERE sent_at IS NULL AND channel <> 'desk'")
    return updates, commands, notices


def _read(town: Town, name: str, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{town.product.var_dir / name}.db?mode=ro", uri=True, timeout=10)) as db:
        return db.execute(query).fetchall()


def _check_tickets(town: Town) -> None:
    """Exactly one for each resident: under the number they were told, with their words, where staff brought it."""
    opened = town.settings.cipher_for("api").open
    found = [
        (channel, opened(who), number, opened(text), status)
        for channel, who, number, text, status in _read(
            town,
            "api",
            "SELECT r.channel, r.address, number, text, status FROM ticket JOIN resident r ON r.id = reporter_id",
        )
    ]
    wanted = [
        (talk.resident.channel, talk.resident.address, talk.number, "declined" if talk.declined else "dispatched")
        for talk in town.talks
    ]
    assert len(found) == CONVERSATIONS
    assert sorted((channel, who, number, status) for channel, who, number, _, status in found) == sorted(wanted)
    words = {talk.resident.address: talk.words for talk in town.talks}
    assert all(words[who] in text for _, who, _, text, _ in found)
    happened = Counter(_read(town, "api", "SELECT ticket_id, action FROM event"))
    assert set(happened.values()) == {1}
    assert len(happened) == 3 * CONVERSATIONS


def _check_notices(town: Town) -> None:
    assert _left(town) == (0, 0, 0)
    kinds = _read(town, "api", "SELECT kind, failed, count(*) FROM notice WHERE channel <> 'desk' GROUP BY 1, 2")
    half = CONVERSATIONS // 2
    assert sorted(kinds) == [("decline", "", half), ("dispatch", "", half), ("file", "", CONVERSATIONS)]
    assert _read(town, "bot", "SELECT DISTINCT failed FROM command") == [("",)]
    dialogues, opened = _read(town, "bot", "SELECT dialogue FROM chat"), town.settings.cipher_for("bot").open
    assert {json.loads(opened(dialogue))["step"] for (dialogue,) in dialogues} == {"idle"}


def _check_chat(talk: Talk) -> int:
    """Each expected message at least once in Telegram, exactly once in the web chat; how many came more than once."""
    times = {words: sum(words in heard.text for heard in talk.resident.shown) for words in talk.expected}
    assert all(times.values()), f"{talk.number}: {times}"
    twice = sum(count > 1 for count in times.values())
    assert not (twice and talk.resident.channel == "web"), f"{talk.number}: {times}"
    return twice
