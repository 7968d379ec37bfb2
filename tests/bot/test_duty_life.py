"""People on duty against the real API: wrong person, old buttons, death at any moment, a grant that ends."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api import credentials, people
from api.lifecycle import Role
from bot import duty_texts, texts
from bot.events import Event, Heard, Pictured, Pressed, Said
from bot.hearing import Hearing
from bot.store import Store
from nlp.understand import Understander
from tests.api.life import LOCATED, open_ticket
from tests.bot.doubles import Fuse, Phone, Shell, shell
from tests.conftest import Api, running_api
from tests.walk import picture

CREW, OTHER, ANNA = "crew", "other", "anna"
HANDLER, TRIAGE = "维修队", "受理"
TRIES = 3


def said(text: str) -> Said:
    return Said(text, Heard())


@pytest.fixture
async def api(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path, understander: Understander
) -> AsyncIterator[Api]:
    """The parameter, if a test gives one: how many codes a chat may try a minute."""
    shutil.copy(sqlite_template, tmp_path / "api.db")
    async with running_api(tmp_path, "", understander, sign_ins_a_minute=getattr(request, "param", 20)) as running:
        await running.staff(HANDLER, Role.HANDLER)
        await running.staff(TRIAGE, Role.TRIAGE)
        yield running


async def code_of(api: Api, name: str = HANDLER) -> str:
    async with api.db.writing() as session:
        return await credentials.binding_code(session, (await people.called(session, name)).id, api.clock())


async def does(api: Api, number: str, action: str, by: str = TRIAGE, **fields: str) -> None:
    headers = {"Authorization": f"Bearer {api.tokens[by]}"}
    answer = await api.client.post(f"/api/v1/tickets/{number}/actions/{action}", json=fields, headers=headers)
    assert answer.status_code == 200, answer.text


async def dispatched(api: Api, to: str = HANDLER) -> str:
    opened = await open_ticket(api, **LOCATED)
    number = str(opened["number"])
    if opened["status"] == "reported":  # no contractor serves the street
        await does(api, number, "file")
        await does(api, number, "dispatch", to=to)
    return number


async def seen(api: Api, number: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {api.tokens[TRIAGE]}"}
    ticket: dict[str, Any] = (await api.client.get(f"/api/v1/tickets/{number}", headers=headers)).json()
    return ticket


async def history(api: Api, number: str) -> list[str]:
    headers = {"Authorization": f"Bearer {api.tokens[TRIAGE]}"}
    found = (await api.client.get(f"/api/v1/tickets/{number}/timeline", headers=headers)).json()
    return [f"{event['action']} {event['actor']}" for event in found["events"]][1:]


async def talk(bot: Shell, chat: str, *events: Event) -> list[str]:
    """What is said to that, one event after the other."""
    before = len(bot.phone.heard(chat))
    for event in events:
        await bot.hear(chat, event)
        await bot.settle()
    return bot.phone.heard(chat)[before:]


async def bound(bot: Shell, chat: str = CREW, name: str = HANDLER) -> None:
    (words,) = await talk(bot, chat, said(f"绑定 {await code_of(bot.api, name)}"))
    assert name in words


@pytest.mark.parametrize("api", [TRIES], indirect=True)
async def test_too_many_codes_are_stopped_and_said_to_be_so(bot: Shell) -> None:
    tries = await talk(bot, CREW, *(said(f"绑定 0000000{i}") for i in range(TRIES + 1)))
    assert tries == [duty_texts.BAD_CODE] * TRIES + [duty_texts.TOO_MANY_TRIES]
    assert await talk(bot, CREW, said(f"绑定 {await code_of(bot.api)}")) == [duty_texts.TOO_MANY_TRIES], (
        "a right one too"
    )
    assert HANDLER in (await talk(bot, OTHER, said(f"绑定 {await code_of(bot.api)}")))[0], "only this chat"


async def test_a_code_that_was_used_or_is_too_old_binds_nobody(bot: Shell) -> None:
    code = await code_of(bot.api)
    assert HANDLER in (await talk(bot, CREW, said(f"绑定 {code}")))[0]
    assert await talk(bot, OTHER, said(f"绑定 {code}")) == [duty_texts.BAD_CODE]
    code = await code_of(bot.api)
    bot.api.clock.forward(minutes=11)
    assert await talk(bot, OTHER, said(f"绑定 {code}")) == [duty_texts.BAD_CODE]


async def test_who_is_not_bound_gets_nowhere_with_anybodys_buttons(bot: Shell) -> None:
    number = await dispatched(bot.api)
    assert await talk(bot, OTHER, Pressed(f"duty-show:{number}")) == [duty_texts.NOT_BOUND]
    _, refused = await talk(bot, OTHER, Pressed(f"duty-do:{number}:accept"), Pressed("duty-ok:1"))
    assert refused.startswith(duty_texts.NOT_BOUND)
    assert (await seen(bot.api, number))["status"] == "dispatched"


async def test_a_ticket_of_another_handler_is_as_if_it_were_not_there(bot: Shell) -> None:
    await bot.api.staff("别的队", Role.HANDLER)
    number = await dispatched(bot.api, "别的队")
    await bound(bot)
    assert await talk(bot, CREW, Pressed(f"duty-show:{number}")) == [duty_texts.REFUSALS["not_found"]]
    *_, refused = await talk(bot, CREW, Pressed(f"duty-do:{number}:accept"), Pressed("duty-ok:1"))
    assert refused == duty_texts.REFUSALS["not_found"] and (await seen(bot.api, number))["status"] == "dispatched"
    assert await talk(bot, CREW, said("我的工单")) == [duty_texts.NOTHING_WAITS]


async def test_the_most_pressing_is_first_with_its_time_left(bot: Shell) -> None:
    first = await dispatched(bot.api)
    bot.api.clock.forward(hours=3)
    second = await dispatched(bot.api)
    danger = str((await open_ticket(bot.api, **LOCATED | {"urgent": True}))["number"])
    await does(bot.api, danger, "file")
    await does(bot.api, danger, "dispatch", to=HANDLER)
    await bound(bot)
    (words,) = await talk(bot, CREW, said("我的工单"))
    assert words.index(danger) < words.index(first) < words.index(second)
    assert "⚠️" in words and "马上办" in words and words.count("还剩") == 2
    bot.api.clock.forward(days=9)
    (words,) = await talk(bot, CREW, said("我的工单"))
    assert words.count("已经超时") == 2


async def test_a_number_opens_what_waits_on_the_person(bot: Shell) -> None:
    number = await dispatched(bot.api)
    await bound(bot)
    (words,) = await talk(bot, CREW, said(number))
    assert words.startswith(f"值班 【{number}】") and "彩香一村三区" in words


async def test_pictures_reach_the_ticket_and_one_that_is_gone_is_said_to_be(bot: Shell) -> None:
    number = await dispatched(bot.api)
    await does(bot.api, number, "accept", HANDLER)
    await bound(bot)
    bot.phone.photos = {"good": picture(1)}
    events = (Pressed(f"duty-do:{number}:report_back"), Pictured("good"), Pictured("gone"), said("换了灯管"))
    *_, done, lost = await talk(bot, CREW, *events, Pressed("duty-ok:1"))
    assert "核查" in done and lost == duty_texts.PHOTOS_LOST
    ticket = await seen(bot.api, number)
    assert (len(ticket["photos"]), ticket["status"]) == (1, "reported_back")


async def photographed(api: Api, number: str, pictures: int, who: dict[str, str]) -> None:
    for i in range(pictures):
        files = {"file": picture(40 * i)}
        answer = await api.client.post(f"/api/v1/tickets/{number}/photos", files=files, headers=who)
        assert answer.status_code == 201, answer.text


async def test_pictures_are_shown_to_whom_the_ticket_lies_with_the_newest_first(bot: Shell) -> None:
    number = await dispatched(bot.api)
    await photographed(bot.api, number, 6, bot.api.bot())
    assert await talk(bot, OTHER, Pressed(f"duty-photos:{number}")) == [duty_texts.NOT_BOUND]
    await bound(bot)
    told = await talk(bot, CREW, Pressed(f"duty-photos:{number}"))
    assert told[0] == f"【{number}】照片 1" and "一共 6 张" in told[3] and len(told) == 4
    assert len(bot.phone.kept) == 4 and all(content.startswith(b"\xff\xd8") for content in bot.phone.kept)
    await does(bot.api, number, "return", HANDLER, reason="不归我们", to="供电公司")
    assert await talk(bot, CREW, Pressed(f"duty-photos:{number}")) == [duty_texts.REFUSALS["not_found"]]
    assert len(bot.phone.kept) == 4


async def test_no_picture_of_a_legal_matter_comes_into_a_chat(bot: Shell) -> None:
    await bot.api.staff("王律师", Role.ADVISER)
    question = {"text": "房东不退押金怎么办", "label": "legal:tenancy", "place": "彩香一村三区"}
    number = str((await open_ticket(bot.api, **question))["number"])
    await photographed(bot.api, number, 1, bot.api.resident("web", "r1"))
    await bound(bot, CREW, "王律师")
    assert await talk(bot, CREW, Pressed(f"duty-photos:{number}")) == [duty_texts.NO_PICTURES]
    (words,) = await talk(bot, CREW, Pressed(f"duty-show:{number}"))
    assert "押金" not in words and "彩香" not in words and bot.phone.kept == []


async def test_a_button_pressed_twice_in_one_breath_acts_once(bot: Shell) -> None:
    number = await dispatched(bot.api)
    await bound(bot)
    await talk(bot, CREW, Pressed(f"duty-do:{number}:accept"))
    await bot.hear(CREW, *[Pressed("duty-ok:1")] * 3)
    await bot.settle()
    assert (await history(bot.api, number))[-1] == f"accept {HANDLER}"
    assert len(await history(bot.api, number)) == 3


async def test_two_of_a_unit_press_at_once_and_the_slower_is_told(bot: Shell) -> None:
    unit = await bot.api.contractor("金阊街道")
    for name, chat in (("小李", CREW), ("小张", OTHER)):
        await bot.api.staff(name, Role.HANDLER, unit)
        await bound(bot, chat, name)
    number = await dispatched(bot.api, unit)
    for chat in (CREW, OTHER):
        await talk(bot, chat, Pressed(f"duty-do:{number}:accept"))
    await bot.hear(CREW, Pressed("duty-ok:1"))
    await bot.hear(OTHER, Pressed("duty-ok:1"))
    await bot.settle()
    slower = [chat for chat in (CREW, OTHER) if duty_texts.REFUSALS["not_allowed"] in bot.phone.heard(chat)]
    assert len(slower) == 1 and [each.split()[0] for each in await history(bot.api, number)].count("accept") == 1


async def test_a_grant_revoked_in_the_midst(bot: Shell) -> None:
    number = await dispatched(bot.api)
    await bound(bot)
    await talk(bot, CREW, Pressed(f"duty-do:{number}:return"), said("不归我们"), said("供电公司"))
    async with bot.api.db.writing() as session:
        await people.revoke(session, HANDLER)
    (words,) = await talk(bot, CREW, Pressed("duty-ok:1"))
    assert words.startswith(duty_texts.NOT_BOUND) and "不归我们；供电公司" in words
    assert (await seen(bot.api, number))["status"] == "dispatched"


async def test_the_key_of_the_bot_being_changed_is_no_end_of_a_grant(bot: Shell) -> None:
    await bound(bot)
    bot.turns.client.key, key = "not yet", bot.turns.client.key
    assert await talk(bot, CREW, said("我的工单")) == [texts.DELAYED["asked"]]
    bot.turns.client.key = key
    await bot.settle()
    assert bot.phone.heard(CREW)[-1] == duty_texts.NOTHING_WAITS


async def test_who_binds_the_chat_next_does_not_send_what_the_other_wrote(bot: Shell) -> None:
    await bot.api.staff("小李", Role.HANDLER)
    number = await dispatched(bot.api)
    await bound(bot)
    await talk(bot, CREW, Pressed(f"duty-do:{number}:accept"))
    await bound(bot, CREW, "小李")
    assert await talk(bot, CREW, Pressed("duty-ok:1")) == [duty_texts.STALE]
    assert (await seen(bot.api, number))["status"] == "dispatched"


@pytest.mark.parametrize("fault", ["down", "deaf"])
async def test_an_answer_that_is_lost_on_the_way_neither_loses_nor_doubles(bot: Shell, fault: str) -> None:
    number = await dispatched(bot.api)
    code = await code_of(bot.api)
    setattr(bot.wire, fault, True)
    assert await talk(bot, CREW, said(f"绑定 {code}")) == [texts.DELAYED["told"]]
    setattr(bot.wire, fault, False)
    await bot.settle()
    assert HANDLER in bot.phone.heard(CREW)[-1], "the code was used up by the first try"
    await talk(bot, CREW, Pressed(f"duty-do:{number}:return"), said("不归我们"), said("供电公司"))
    setattr(bot.wire, fault, True)
    assert await talk(bot, CREW, Pressed("duty-ok:1")) == [texts.DELAYED["told"]]
    setattr(bot.wire, fault, False)
    await bot.settle()
    assert "已经退回" in bot.phone.heard(CREW)[-1]
    assert (await history(bot.api, number))[2:] == [f"return {HANDLER}"]


async def test_death_at_any_moment_neither_loses_nor_doubles(api: Api, store: Store, hearing: Hearing) -> None:
    phone, moment = Phone(), 0
    while True:
        fuse, chat = Fuse(moment), f"chat{moment}"
        number, phone.photos = await dispatched(api), {"p": picture(moment)}
        await does(api, number, "accept", HANDLER)
        events = (
            said(f"绑定 {await code_of(api)}"),
            Pressed(f"duty-do:{number}:report_back"),
            Pictured("p"),
            said("换了灯管"),
            Pressed("duty-ok:1"),
        )
        async with shell(api, store, hearing, fuse, phone) as dying:
            await dying.hear(chat, *events)
            await dying.turns.rest()
        async with shell(api, store, hearing, Fuse(), phone) as living:
            await living.settle()
        assert (await history(api, number))[2:] == [f"accept {HANDLER}", f"report_back {HANDLER}"], (
            f"killed at {moment}"
        )
        assert len((await seen(api, number))["photos"]) == 1, f"killed at {moment}"
        heard = list(dict.fromkeys(phone.heard(chat)))
        assert any("绑定为" in words for words in heard) and "另一个人核查" in heard[-1], f"killed at {moment}: {heard}"
        if fuse.crossed < moment:
            break  # it lived to the end
        moment += 1
        async with api.db.writing() as session:
            await people.revoke(session, HANDLER)
            api.tokens[HANDLER] = await people.token_for(session, api.clock, HANDLER)
    assert moment > 30, "the fuse was never in the way"


# --- Telegram, by its updates
