"""Issue 2's list of bad input, through both channels: each gets a fitting answer, and the chat goes on."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from bot import texts
from nlp.understand import Understander
from tests.walk import picture
from tests.world import NUMBER, Person, World, running_world

CHANNELS = ["web", "telegram"]
LONGEST = {"web": 10_000, "telegram": 4_096}  # what a person can send in one message
LAMP = "南环新村12幢门口的路灯不亮了"
SAID: dict[str, tuple[str, list[str]]] = {
    "only emoji": ("😡😡👍🏽", [texts.UNREADABLE["emoji"]]),
    "only signs": ("？？？！！", [texts.UNREADABLE["emoji"]]),
    "a number that is not theirs": ("GS20991231-0001", [texts.REFUSALS["not_found"]]),
    "a number among words": ("查一下GS20991231-0001", [texts.REFUSALS["not_found"]]),
    "another language": ("The street lamp at my door is broken", [texts.ONLY_CHINESE]),
    "Arabic": ("المصباح مكسور", [texts.ONLY_CHINESE]),
    "HTML": (f"<b>{LAMP}</b><script>alert(1)</script>", ["路灯.*<script>"]),
    "Markdown": (f"*{LAMP}* [a](http://b) `c` _d", [r"路灯.*\[a\]\(http://b\)"]),
    "SQL": (f"{LAMP}'; DROP TABLE ticket; --", ["路灯.*DROP TABLE"]),
    "a slash": ("/nonsense", [texts.HELP]),
    "right to left": (f"\u202e{LAMP}\u202c", ["路灯"]),
    "spaces": (f"  {LAMP}\n\n\t ", ["路灯"]),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory, understander: Understander) -> AsyncIterator[World]:
    async with running_world(tmp_path_factory.mktemp("world"), "", understander) as world:
        yield world


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def nobody_has_reported_anything(world: World) -> None:
    """What a neighbour reported would be offered."""
    await world.empty()


pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.parametrize("channel", CHANNELS)]


async def hears(world: World, person: Person, *wanted: str) -> list[str]:
    """Exactly these messages, each a text or a pattern for it; and the chat still answers."""
    heard = [(await person.next()).text for _ in wanted]
    for text_, pattern in zip(heard, wanted, strict=True):
        assert text_ == pattern or re.search(pattern, text_, re.DOTALL), text_
    await world.settle()
    assert await person.quiet() == []
    return heard


async def goes_on(world: World, person: Person) -> None:
    await person.say("帮助")
    assert texts.HELP in (await person.next()).text


@pytest.mark.parametrize("case", SAID)
async def test_words(world: World, channel: str, case: str) -> None:
    words, wanted = SAID[case]
    async with world.person(channel) as person:
        await person.say(words)
        await hears(world, person, *wanted)
        await goes_on(world, person)


async def test_ten_thousand_characters(world: World, channel: str) -> None:
    async with world.person(channel) as person:
        await person.say((LAMP + "，晚上看不见" * 2000)[: LONGEST[channel]])
        await hears(world, person, texts.TOO_LONG, "确认提交")
        await person.press("ok:1")
        await hears(world, person, "收到了，编号")


async def test_what_is_no_text(world: World, channel: str) -> None:
    """The page sends none of these; whoever writes to the socket by hand gets an answer too."""
    async with world.person(channel) as person:
        for send, answer in STRANGE[channel]:
            await send(world, person)
            await hears(world, person, answer)
        await goes_on(world, person)


def by_telegram(name: str, *given: Any) -> Any:
    async def send(world: World, person: Person) -> None:
        getattr(world.emulator, name)(int(person.address), *given)

    return send


def by_web(frame: dict[str, Any]) -> Any:
    async def send(world: World, person: Person) -> None:
        await person.line.send(json.dumps(frame))  # type: ignore[attr-defined]

    return send


STRANGE: dict[str, list[tuple[Any, str]]] = {
    "telegram": [
        (by_telegram("sticker"), texts.UNREADABLE["sticker"]),
        (by_telegram("voice"), texts.UNREADABLE["voice"]),
        (by_telegram("contact", "+8613800000000"), texts.UNREADABLE["contact"]),
        (by_telegram("document", b"%PDF", "a.pdf"), texts.UNREADABLE["file"]),
    ],
    "web": [
        (by_web({"text": ""}), texts.UNREADABLE["empty"]),
        (by_web({"text": " \u200b\n"}), f"{texts.UNREADABLE['empty']}|{texts.UNREADABLE['emoji']}"),
        (by_web({"press": ""}), texts.STALE),
        (by_web({"press": "ok:1:²"}), texts.STALE),
        (by_web({"press": "show:../notices/1/ack"}), texts.STALE),
    ],
}


async def test_a_forwarded_post_is_read_like_words(world: World, channel: str) -> None:
    if channel == "web":
        pytest.skip("nothing is forwarded there")
    async with world.person(channel) as person:
        world.emulator.forward(int(person.address), LAMP)
        await hears(world, person, "确认提交")


async def test_a_button_of_a_card_long_gone(world: World, channel: str) -> None:
    async with world.person(channel) as person:
        await person.say(LAMP)
        await hears(world, person, "确认提交")
        await person.press("cancel:1")
        await hears(world, person, texts.CANCELLED)
        await person.press("ok:1")
        await hears(world, person, texts.STALE)


async def test_confirmed_twice(world: World, channel: str) -> None:
    async with world.person(channel) as person:
        await person.say(LAMP)
        await hears(world, person, "确认提交")
        await person.press("ok:1")
        await person.press("ok:1")
        first = (await person.next()).text
        await world.settle()
        later = [heard.text for heard in await person.quiet()]
        assert "收到了，编号" in first and all(text in (texts.STALE_FILED,) for text in later)
        headers = world.api.resident(channel, person.address)
        assert len((await world.api.client.get("/api/v1/tickets", headers=headers)).json()["tickets"]) == 1


async def test_two_messages_within_a_second(world: World, channel: str) -> None:
    async with world.person(channel) as person:
        await person.say("你好")
        await person.say("我的上报")
        await hears(world, person, "您好", texts.NO_REPORTS)


async def test_a_number_of_somebody_else(world: World, channel: str) -> None:
    async with world.person(channel) as owner, world.person(channel) as stranger:
        await owner.say(LAMP)
        await hears(world, owner, "确认提交")
        await owner.press("ok:1")
        (receipt,) = await hears(world, owner, "收到了，编号")
        number = NUMBER.findall(receipt)[0]
        await stranger.say(number)
        await hears(world, stranger, texts.REFUSALS["not_found"])
        await owner.say(number.lower())
        await hears(world, owner, f"{number} 路灯故障")


async def test_a_bad_picture(world: World, channel: str) -> None:
    async with world.person(channel) as person:
        await person.photo(b"no picture", LAMP)
        await hears(world, person, "照片：1 张")
        await person.press("ok:1")
        await hears(world, person, "收到了，编号", texts.PHOTOS_LOST)
        await person.photo(picture(3), "")
        await hears(world, person, texts.PHOTO_FIRST)


async def test_the_tables_still_stand(world: World, channel: str) -> None:
    async with world.api.db.reader() as db:
        assert (await db.execute(text("SELECT count(*) FROM ticket"))).scalar_one() >= 0
