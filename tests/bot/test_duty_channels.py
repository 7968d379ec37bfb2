"""People on duty by Telegram and by the web chat, and across a restart."""

import asyncio
from pathlib import Path
from typing import Any

import httpx

from api.lifecycle import Role
from bot import duty_texts
from bot.events import Say
from nlp.understand import Understander
from tests.bot.test_duty_life import HANDLER, TRIAGE, code_of, dispatched, history, photographed
from tests.walk import picture
from tests.world import World, running_world


def telegram_message(text: str, chat: int = 11, kind: str = "private") -> dict[str, Any]:
    person = {"id": 11, "is_bot": False, "first_name": "王"}
    return {"message_id": 900, "date": 1, "chat": {"id": chat, "type": kind}, "from": person, "text": text}


async def test_a_group_binds_nobody_and_a_press_counts_for_who_pressed(world: World) -> None:
    await world.api.staff(HANDLER, Role.HANDLER)
    await world.api.staff(TRIAGE, Role.TRIAGE)
    number, code = await dispatched(world.api), await code_of(world.api)
    world.emulator.raw({"message": telegram_message(f"绑定 {code}", -5, "group")})
    await world.emulator.delivered()
    await world.settle()
    assert not world.emulator.calls("sendMessage")
    world.emulator.say(11, f"绑定 {code}")
    await world.emulator.wait_for(11, f"承办员{HANDLER}")
    stranger = {
        "id": "q1",
        "from": {"id": 22, "is_bot": False, "first_name": "李"},
        "chat_instance": "1",
        "data": f"duty-show:{number}",
    }
    world.emulator.say(22, "你好")
    await world.emulator.delivered()
    world.emulator.raw({"callback_query": stranger})
    await world.emulator.delivered()
    await world.settle()
    assert world.emulator.sent(22)[-1]["text"] == duty_texts.NOT_BOUND


async def test_who_blocked_the_bot_is_told_no_more_and_the_others_are(world: World) -> None:
    api = world.api
    await api.staff(TRIAGE, Role.TRIAGE)
    unit = await api.contractor("金阊街道")
    for name, chat in (("小李", 11), ("小张", 22)):
        await api.staff(name, Role.HANDLER, unit)
        world.emulator.say(chat, f"绑定 {await code_of(api, name)}")
        await world.emulator.wait_for(chat, name)
    await world.settle()
    world.emulator.block(11)
    await dispatched(api, unit)
    await world.emulator.wait_for(22, "派给您办")
    await world.settle()
    assert len(world.emulator.sent(22)) == 2


async def test_a_picture_by_telegram_and_one_that_is_kept_no_more(world: World) -> None:
    await world.api.staff(HANDLER, Role.HANDLER)
    await world.api.staff(TRIAGE, Role.TRIAGE)
    number = await dispatched(world.api)
    await photographed(world.api, number, 1, world.api.bot())
    world.emulator.say(11, f"绑定 {await code_of(world.api)}")
    await world.emulator.wait_for(11, HANDLER)
    world.emulator.say(11, number)
    await world.emulator.wait_for(11, "居民说")
    world.emulator.press(11, "看照片（1 张）")
    await world.emulator.wait_for(11, lambda message: "photo" in message)
    assert world.emulator.sent(11)[-1]["caption"] == f"【{number}】照片 1"
    telegram = world.running.telegram
    assert telegram
    await telegram.say("11", Say("【一】照片 1", picture="0" * 32), 999)
    assert world.emulator.sent(11)[-1]["text"] == "【一】照片 1"


async def test_a_picture_of_the_web_chat_is_had_by_its_name_only(world: World) -> None:
    name = await world.running.web.keep(picture(1))
    async with httpx.AsyncClient(base_url=world.chat_url, trust_env=False) as http:
        shown = await http.get(f"/pictures/{name}")
        assert (shown.content, shown.headers["content-type"]) == (picture(1), "image/jpeg")
        assert shown.headers["x-content-type-options"] == "nosniff"
        for other in ("0" * 32, "..%2Fbot.db", name[:-1], f"{name}%00", "*"):
            assert (await http.get(f"/pictures/{other}")).status_code == 404
        uploaded = (await http.post("/photos", files={"file": picture(2)})).json()["photo"]
        assert (await http.get(f"/pictures/{uploaded}")).status_code == 404, (
            "what a resident sends has its position in it"
        )


async def test_a_restart_in_the_middle_of_a_form(ready: Path, understander: Understander) -> None:
    async with running_world(ready, "", understander) as first:
        await first.api.staff(HANDLER, Role.HANDLER)
        await first.api.staff(TRIAGE, Role.TRIAGE)
        number = await dispatched(first.api)
        first.emulator.say(11, f"绑定 {await code_of(first.api)}")
        await first.emulator.wait_for(11, HANDLER)
        first.emulator.say(11, number)
        await first.emulator.wait_for(11, "居民说")
        first.emulator.press(11, "退回")
        await first.emulator.wait_for(11, "为什么退回")
        await asyncio.wait_for(first.settle(), 10)
        tokens = dict(first.api.tokens)
    async with running_world(ready, "", understander) as second:
        second.api.tokens.update(tokens)
        for number_of_update, words in enumerate(("不归我们管", "供电公司", "好的"), 5000):
            second.emulator.raw({"update_id": number_of_update, "message": telegram_message(words)})
        await second.emulator.wait_for(11, "已经退回")
        assert (await history(second.api, number))[2:] == [f"return {HANDLER}"]
