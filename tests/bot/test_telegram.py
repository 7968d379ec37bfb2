"""From an update's JSON to the Bot API calls that come out: the real library, against the emulator and the real API."""

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.lifecycle import Role
from api.models import Notice
from api.settings import Settings
from bot import texts
from bot.channels.pace import Pace
from bot.channels.port import TryLater
from bot.channels.telegram import MENU, Telegram, split, units
from bot.channels.uploads import Uploads
from bot.events import Event, Say
from bot.store import inbox
from nlp.understand import Understander
from tests.bot.doubles import until
from tests.emulator import Emulator, serve
from tests.emulator.conftest import make_bot
from tests.walk import picture
from tests.world import TOKEN, World, running_world

ANNA, BORIS = 11, 22
LAMP = "南环新村12幢门口的路灯不亮了"
SECRET = "X-Telegram-Bot-Api-Secret-Token"


async def said(world: World, chat: int) -> list[str]:
    await world.emulator.delivered()
    await world.settle()
    return [message["text"] for message in world.emulator.sent(chat)]


async def filed(world: World, chat: int = ANNA) -> str:
    """Reports a lamp; answers with the ticket's number."""
    world.emulator.say(chat, LAMP)
    await world.emulator.wait_for(chat, "确认提交")
    world.emulator.press(chat, "确认提交")
    text = (await world.emulator.wait_for(chat, "编号 GS"))["text"]
    return str(text[text.index("GS") :][:15])


async def step(world: World, number: str, action: str, role: Role = Role.TRIAGE, **fields: str) -> None:
    headers = await world.api.staff(f"staff-{role}", role)
    path = f"/api/v1/tickets/{number}/actions/{action}"
    answer = await world.api.client.post(path, json=fields, headers=headers)
    assert answer.status_code == 200, answer.text


async def notices(world: World) -> list[Notice]:
    async with world.api.db.reading() as session:
        return list((await session.exec(select(Notice).where(Notice.channel == "telegram"))).scalars())  # type: ignore[arg-type,attr-defined]


def at_the_worlds_pace(world: World) -> Telegram:
    telegram = world.running.telegram
    assert telegram
    telegram.pace = Pace(lambda: world.api.clock().timestamp() + time.monotonic())
    return telegram


async def test_polling(world: World) -> None:
    number = await filed(world)
    await step(world, number, "file")
    await world.emulator.wait_for(ANNA, "已经立案")
    card, receipt, notice = await said(world, ANNA)
    assert "南环新村12幢门口" in card and number in receipt and "已经立案" in notice
    assert world.emulator.calls("answerCallbackQuery"), "the button would spin"
    (menu,) = world.emulator.calls("setMyCommands")
    assert [command["command"] for command in menu.params["commands"]] == list(MENU)
    assert all(command["description"].isprintable() for command in menu.params["commands"])


async def test_webhook(ready: Path, understander: Understander) -> None:
    hook = {"telegram_mode": "webhook", "telegram_webhook_url": "https://bot.example/telegram"}
    async with running_world(ready, "", understander, telegram_webhook_secret="s3cret", **hook) as world:
        await until(lambda: bool(world.emulator.calls("setWebhook")))
        address = world.emulator.state.webhook.url = f"{world.chat_url}/telegram"
        number = await filed(world)
        assert len(await said(world, ANNA)) == 2 and number and not world.emulator.calls("getUpdates")
        await _refuses_strangers(world, address)


async def _refuses_strangers(world: World, address: str) -> None:
    update = {"update_id": 5, "message": message(text="你好")}
    async with httpx.AsyncClient(trust_env=False) as http:
        for secret in ({}, {SECRET: "wrong"}, {SECRET: "s3cre"}, {SECRET: "密".encode()}):
            assert (await http.post(address, json=update, headers=secret)).status_code == 404  # type: ignore[arg-type]
        assert len(await said(world, ANNA)) == 2
        right = {SECRET: "s3cret"}
        for bad in (b"", b"{", b"[]", b'"x"', b"{}", b'{"update_id": 6, "message": 7}'):
            assert (await http.post(address, content=bad, headers=right)).status_code in (200, 400)
        assert (await http.post(address, json=update, headers=right)).status_code == 200
    assert await said(world, ANNA) == [*(await said(world, ANNA))[:2], texts.GREETING]


def message(chat: int = ANNA, kind: str = "private", **what: Any) -> dict[str, Any]:
    person = {"id": ANNA, "is_bot": False, "first_name": "王"}
    return {"message_id": 900, "date": 1, "chat": {"id": chat, "type": kind}, "from": person, **what}


async def test_a_restart_before_an_update_is_confirmed(ready: Path, understander: Understander) -> None:
    async with running_world(ready, "", understander) as first:
        update = first.emulator.say(ANNA, LAMP)
        assert len(await said(first, ANNA)) == 1
    async with running_world(ready, "", understander) as second:
        second.emulator.raw(update)
        second.emulator.say(BORIS, "你好")
        assert len(await said(second, BORIS)) == 1 and await said(second, ANNA) == []


async def test_the_same_update_twice(world: World) -> None:
    update = world.emulator.say(ANNA, LAMP)
    await world.emulator.delivered()
    world.emulator.replay(update["update_id"])
    assert len(await said(world, ANNA)) == 1


async def test_updates_out_of_order_are_all_answered(world: World) -> None:
    world.emulator.hold()
    for words in ("你好", "帮助", "我的上报"):
        world.emulator.say(ANNA, words)
    world.emulator.reorder()
    world.emulator.release()
    assert sorted(await said(world, ANNA)) == sorted([texts.NO_REPORTS, texts.HELP, texts.HELLO])


async def test_two_messages_within_a_second(world: World) -> None:
    world.emulator.say(ANNA, "你好")
    world.emulator.say(ANNA, "帮助")
    assert await said(world, ANNA) == [texts.HELLO, texts.HELP]


async def test_a_flood_limit_stops_only_its_chat(world: World) -> None:
    at_the_worlds_pace(world)
    world.emulator.flood_next(1, retry_after=30, method="sendMessage")
    world.emulator.say(ANNA, "你好")
    assert await said(world, ANNA) == []
    world.emulator.say(BORIS, "你好")
    assert await said(world, BORIS) == [texts.HELLO] and await said(world, ANNA) == []
    world.api.clock.forward(seconds=31)
    assert await said(world, ANNA) == [texts.HELLO]


FAULTS = {"500s": (500, "before", 1), "cut": (0, "before", 1), "cut after its effect": (0, "after", 2)}


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_fails_is_said_later(world: World, fault: str) -> None:
    status, when, times = FAULTS[fault]
    world.emulator.fail_next(1, status, when, "sendMessage")  # type: ignore[arg-type]
    world.emulator.say(ANNA, "你好")
    heard = await said(world, ANNA)
    for _ in range(20):  # on a busy machine it may be failing still when the clock goes on
        if len(heard) < times:
            world.api.clock.forward(seconds=3)
            heard = await said(world, ANNA)
    assert heard == [texts.HELLO] * times


async def test_polling_goes_on_after_failures(world: World) -> None:
    world.emulator.fail_next(1, 500, method="getUpdates")
    world.emulator.say(ANNA, "你好")
    assert await said(world, ANNA) == [texts.HELLO]


async def test_who_blocked_the_bot_is_told_no_more(world: World) -> None:
    number = await filed(world)
    world.emulator.block(ANNA)
    await step(world, number, "file")
    await until(lambda: [call.status for call in world.emulator.calls("sendMessage")][-1] == 403)
    await world.settle()
    assert [(notice.failed, notice.sent_at) for notice in await notices(world)] == [("blocked", None)]
    world.emulator.unblock(ANNA)
    world.emulator.say(ANNA, "帮助")
    assert (await said(world, ANNA))[-1] == texts.HELP


async def test_a_long_notice_comes_in_parts_and_no_part_twice(world: World) -> None:
    number = await filed(world)
    await world.emulator.delivered()
    before = len(world.emulator.calls("sendMessage"))
    await step(world, number, "ask", note="𠮷" * 4000)
    await world.emulator.wait_for(ANNA, lambda message: "reply_markup" in message and "𠮷" in message["text"])
    parts = world.emulator.calls("sendMessage")[before:]
    assert len(parts) >= 2 and all(call.status == 200 for call in parts)
    assert ["reply_markup" in call.params for call in parts] == [False] * (len(parts) - 1) + [True]
    assert "".join(call.params["text"] for call in parts).count("𠮷") == 4000


async def test_a_part_that_arrived_is_not_sent_again(world: World) -> None:
    world.emulator.say(ANNA, "你好")
    await said(world, ANNA)
    telegram = at_the_worlds_pace(world)
    world.emulator.limit(per_chat=0.0001, burst=1)
    long = Say("灯" * 5000)
    assert isinstance(await telegram.say(str(ANNA), long, 77), TryLater)
    world.emulator.limit()
    world.api.clock.forward(hours=9)
    await telegram.say(str(ANNA), long, 77)
    assert "".join((await said(world, ANNA))[1:]) == "灯" * 5000


SPLITS = ["短", "灯" * 4096, "灯" * 4097, "𠮷" * 4096, "行\n" * 5000, ("长" * 5000 + "\n") * 2, "\n" * 9000, ""]


@pytest.mark.parametrize("text", SPLITS, ids=lambda text: f"{text[:1]!r}{len(text)}")
def test_splitting(text: str) -> None:
    parts = split(text, 4096)
    assert all(0 < units(part) <= 4096 and part.strip() for part in parts)
    assert "".join(parts).strip() == (text.strip() or "…")


async def test_a_callback_too_old_to_be_answered_is_still_a_press(world: World) -> None:
    world.emulator.say(ANNA, LAMP)
    await world.emulator.wait_for(ANNA, "确认提交")
    world.emulator.hold()
    world.emulator.press(ANNA, "确认提交")
    world.emulator.expire_queries()
    world.emulator.release()
    assert "编号 GS" in (await said(world, ANNA))[-1]
    assert [call.status for call in world.emulator.calls("answerCallbackQuery")] == [400]


async def test_an_edited_message(world: World) -> None:
    sent = world.emulator.say(ANNA, LAMP)["message"]
    await said(world, ANNA)
    world.emulator.edit(ANNA, sent["message_id"], "干将东路100号门口的垃圾没人清")
    _, edited, other = await said(world, ANNA)
    assert edited == texts.EDITED and "干将东路100号" in other and "路灯" not in other


async def test_a_photo_is_fetched_and_reaches_the_ticket(world: World) -> None:
    world.emulator.photo(ANNA, picture(1), caption=LAMP)
    await world.emulator.wait_for(ANNA, "照片：1 张")
    world.emulator.press(ANNA, "确认提交")
    await said(world, ANNA)
    headers = world.api.resident("telegram", str(ANNA))
    (ticket,) = (await world.api.client.get("/api/v1/tickets", headers=headers)).json()["tickets"]
    assert len(ticket["photos"]) == 1


async def test_a_picture_sent_as_a_file_and_one_too_big(world: World) -> None:
    world.emulator.document(ANNA, picture(1), "a.jpg", "image/jpeg")
    world.emulator.photo(ANNA, picture(1), size=21 * 1024 * 1024)
    world.emulator.document(ANNA, b"%PDF", "a.pdf", "application/pdf")
    assert await said(world, ANNA) == [texts.PHOTO_FIRST, texts.UNREADABLE["photo_too_big"], texts.UNREADABLE["file"]]


async def test_a_location_and_a_live_one(world: World) -> None:
    here = world.emulator.location(ANNA, 31.3, 120.62)["message"]
    assert await said(world, ANNA) == [texts.LOCATION_FIRST]
    moved = here | {"location": {"latitude": 31.4, "longitude": 120.63}, "edit_date": 2}
    world.emulator.raw({"edited_message": moved})
    assert await said(world, ANNA) == [texts.LOCATION_FIRST]


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_a_group_is_not_answered(world: World, kind: str) -> None:
    world.emulator.raw({"message": message(-5, kind, text=LAMP)})
    await world.emulator.delivered()
    await world.settle()
    assert not world.emulator.calls("sendMessage")
    async with world.running.store.db.reader() as db:
        assert (await db.execute(select(inbox))).all() == []


class Forgetful:
    """A database that fails the first time."""

    def __init__(self) -> None:
        self.kept: list[Event] = []
        self.fails = 1

    async def receive(self, key: str, chat: str, event: Event) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError("disk full")
        self.kept.append(event)


async def test_an_update_that_could_not_be_kept_comes_again(tmp_path: Path) -> None:
    emulator, inbox = Emulator(TOKEN), Forgetful()
    async with serve(emulator) as url, make_bot(url) as bot:
        emulator.say(ANNA, "你好")
        polling = asyncio.create_task(
            Telegram(bot, Pace(), Uploads(tmp_path, Settings(var_dir=tmp_path).cipher_for("bot"))).poll(inbox.receive)
        )
        await emulator.delivered()
        polling.cancel()
    assert len(inbox.kept) == 1
