"""One turn after another: whatever fails or dies in between, there is one ticket, and everything is said."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import texts
from bot.channels.port import Gone, NoPhoto, TryLater
from bot.client import Unavailable
from bot.events import Event, Heard, Pictured, Pressed, Said
from bot.hearing import Hearing
from bot.store import Store
from nlp.understand import Understander
from tests.bot.doubles import CONFIRM, FIRE, LAMP, Fuse, Phone, Shell, shell, until
from tests.conftest import Api, running_api
from tests.walk import picture

ANNA, BORIS = "anna", "boris"


@pytest.fixture
async def api(tmp_path: Path, sqlite_template: Path, understander: Understander) -> AsyncIterator[Api]:
    shutil.copy(sqlite_template, tmp_path / "api.db")
    async with running_api(tmp_path, "", understander) as running:
        yield running


def has(heard: list[str], *parts: str) -> bool:
    return len(heard) == len(parts) and all(part in text for part, text in zip(parts, heard, strict=True))


async def test_a_report(bot: Shell) -> None:
    await bot.hear(ANNA, LAMP, CONFIRM)
    await bot.settle()
    assert has(bot.phone.heard(ANNA), "确认提交", "收到了，编号 GS") and len(await bot.tickets(ANNA)) == 1


async def test_death_at_any_moment_neither_loses_nor_doubles(api: Api, store: Store, hearing: Hearing) -> None:
    phone, moment = Phone(), 0
    while True:
        fuse, chat = Fuse(moment), f"chat{moment}"
        lamp = Said(f"南环新村{moment + 1}幢门口的路灯不亮了", Heard())  # no neighbour has reported that one
        async with shell(api, store, hearing, fuse, phone) as dying:
            await dying.hear(chat, lamp, CONFIRM)
            await dying.turns.rest()
        async with shell(api, store, hearing, Fuse(), phone) as living:
            await living.settle()
            assert len(await living.tickets(chat)) == 1, f"killed at {moment}"
        heard = phone.heard(chat)
        assert has(list(dict.fromkeys(heard)), "确认提交", "收到了，编号 GS"), f"killed at {moment}: {heard}"
        assert len(heard) <= 3, "what was said when the process died may be said again, no more"
        if fuse.crossed < moment:
            break  # it lived to the end
        moment += 1
    assert moment > 20, "the fuse was never in the way"


@pytest.mark.parametrize("fault", ["down", "deaf"])
async def test_a_report_made_while_the_api_is_away_is_filed_when_it_is_back(bot: Shell, fault: str) -> None:
    await bot.hear(ANNA, LAMP)
    await bot.settle()
    setattr(bot.wire, fault, True)
    await bot.hear(ANNA, CONFIRM)
    await bot.settle()
    assert has(bot.phone.heard(ANNA), "确认提交", texts.DELAYED["told"])
    await bot.hear(ANNA, Said("你好", Heard()))
    await bot.settle()
    setattr(bot.wire, fault, False)
    await bot.settle()
    assert has(bot.phone.heard(ANNA)[2:], "收到了，编号 GS", texts.GREETING) and len(await bot.tickets(ANNA)) == 1


async def test_a_question_the_api_cannot_answer_now_is_not_met_with_silence(bot: Shell) -> None:
    bot.wire.down = True
    await bot.hear(ANNA, Said("我的上报", Heard()))
    await bot.settle()
    bot.wire.down = False
    await bot.settle()
    assert bot.phone.heard(ANNA) == [texts.DELAYED["asked"], texts.NO_REPORTS]


async def test_one_failed_try_is_not_worth_a_word(bot: Shell) -> None:
    await bot.hear(ANNA, LAMP)
    await bot.turns.rest()
    bot.wire.down = True
    await bot.hear(ANNA, CONFIRM)
    await bot.turns.rest()
    bot.wire.down = False
    await bot.settle()
    assert has(bot.phone.heard(ANNA), "确认提交", "收到了，编号 GS")


async def test_a_slow_api_does_not_hold_back_the_emergency_numbers(bot: Shell) -> None:
    await bot.hear(ANNA, LAMP)
    await bot.turns.rest()
    bot.wire.open.clear()
    await bot.hear(ANNA, CONFIRM, replace(FIRE))
    await until(lambda: any(text.startswith("⚠️") for text in bot.phone.heard(ANNA)))
    bot.wire.open.set()
    await bot.settle()
    heard = bot.phone.heard(ANNA)
    assert has(heard, "确认提交", "⚠️ 有危险！", "收到了，编号 GS", "先打电话求救")
    assert sorted(ticket["urgent"] for ticket in await bot.tickets(ANNA)) == [False, True]


async def test_two_chats_do_not_wait_for_each_other(bot: Shell) -> None:
    bot.phone.held[ANNA] = asyncio.Event()
    await bot.hear(ANNA, replace(LAMP))
    await bot.hear(BORIS, replace(LAMP))
    await until(lambda: bool(bot.phone.heard(BORIS)))
    assert bot.phone.heard(ANNA) == []
    bot.phone.held[ANNA].set()
    await until(lambda: bool(bot.phone.heard(ANNA)))


async def test_messages_of_a_chat_stay_in_order_when_the_channel_refuses(bot: Shell) -> None:
    bot.phone.outcomes = [TryLater(3), TryLater(3)]
    await bot.hear(ANNA, Said("你好", Heard()), Said("帮助", Heard()))
    await bot.settle()
    assert bot.phone.heard(ANNA) == [texts.HELLO, texts.HELP] and len(set(bot.phone.tries)) == 2


async def test_who_is_gone_holds_nothing_up(bot: Shell) -> None:
    bot.phone.outcomes = [Gone("blocked")]
    await bot.hear(ANNA, Said("你好", Heard()), Said("帮助", Heard()))
    await bot.settle()
    assert bot.phone.heard(ANNA) == [texts.HELP]


PHOTOS: dict[str, tuple[list[bytes | Exception], bool]] = {
    "gone": ([NoPhoto()], True),
    "no picture": ([b"nothing"], True),
    "later": ([Unavailable("500"), Unavailable("500"), picture(1)], False),
    "there": ([picture(1)], False),
}


@pytest.mark.parametrize("name", PHOTOS)
async def test_a_photo_that_cannot_be_had_does_not_keep_the_report(bot: Shell, name: str) -> None:
    found, lost = PHOTOS[name]
    await bot.hear(ANNA, LAMP, Pictured("p1"), CONFIRM)
    for one in found:
        bot.phone.photos["p1"] = one
        await bot.settle()
    (ticket,) = await bot.tickets(ANNA)
    assert len(ticket["photos"]) == (not lost)
    assert (texts.PHOTOS_LOST in bot.phone.heard(ANNA)) is lost
    assert "收到了，编号 GS" in "".join(bot.phone.heard(ANNA))


class Broken(Hearing):
    async def hear(self, event: Event) -> Event:
        raise RecursionError("a text that breaks the understanding")


async def test_words_that_break_the_understanding_are_answered(api: Api, store: Store, hearing: Hearing) -> None:
    async with shell(api, store, Broken(hearing.nlp), Fuse(), Phone()) as bot:
        await bot.hear(ANNA, LAMP)
        await bot.settle()
        assert bot.phone.heard(ANNA) == [texts.NOT_UNDERSTOOD]


async def test_a_danger_is_added_to_within_the_hour_and_anew_after_it(bot: Shell) -> None:
    await bot.hear(ANNA, replace(FIRE))
    await bot.turns.rest()
    bot.api.clock.forward(minutes=30)
    await bot.hear(ANNA, replace(FIRE, text="火更大了，快救命，着火了"))
    await bot.turns.rest()
    assert len(await bot.tickets(ANNA)) == 1
    bot.api.clock.forward(hours=2)
    await bot.hear(ANNA, replace(FIRE, text="楼上又着火了"))
    await bot.turns.rest()
    assert len(await bot.tickets(ANNA)) == 2


async def test_asked_to_stop_it_ends_what_is_under_way(bot: Shell) -> None:
    bot.phone.held[ANNA] = asyncio.Event()
    await bot.hear(ANNA, replace(LAMP))
    await until(lambda: bot.phone.asked == [ANNA])
    bot.phone.held[ANNA].set()
    await bot.turns.close()
    assert len(bot.phone.heard(ANNA)) == 1
    await bot.hear(ANNA, Pressed("help"))
    await asyncio.sleep(0.05)
    assert len(bot.phone.heard(ANNA)) == 1, "nothing begins any more"
