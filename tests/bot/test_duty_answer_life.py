"""An adviser answers in their chat, against the real API: a law that is none, a draft on the page, a consent that
ends."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import update

from api.lifecycle import Role
from api.models import Ticket
from bot import duty_texts
from bot.events import Pressed
from nlp.understand import Understander
from tests.api.life import draft, ok, open_ticket
from tests.bot.doubles import Shell
from tests.bot.test_duty_life import CREW, bound, does, said, talk
from tests.conftest import Api, running_api

ADVISER, COLLEAGUE = "王律师", "钱律师"
QUESTION = {"text": "房东不退押金怎么办", "label": "legal:tenancy", "place": "彩香一村三区", "in_chat": True}
ANSWER, LAW, SO_FAR = "有收条，押金应当退", "《民法典》第七百三十三条", "先写一封信"
TO_THE_CARD = (said(ANSWER), said(LAW))


@pytest.fixture
async def api(tmp_path: Path, sqlite_template: Path, understander: Understander) -> AsyncIterator[Api]:
    shutil.copy(sqlite_template, tmp_path / "api.db")
    async with running_api(tmp_path, "", understander) as running:
        await running.staff(ADVISER, Role.ADVISER)
        yield running


async def in_hand(bot: Shell) -> str:
    """A matter that its adviser took, and the form of its answer opened in their chat."""
    number = str((await open_ticket(bot.api, **QUESTION))["number"])
    await does(bot.api, number, "accept", ADVISER)
    await bound(bot, CREW, ADVISER)
    assert "您怎么答" in (await talk(bot, CREW, Pressed(f"duty-do:{number}:answer")))[0]
    return number


async def read(api: Api, number: str, path: str = "") -> dict[str, Any]:
    return ok(await api.client.get(f"/api/v1/tickets/{number}{path}", headers=await api.staff(ADVISER, Role.ADVISER)))


async def answers(api: Api, number: str) -> list[tuple[str, Any]]:
    events = (await read(api, number, "/timeline"))["events"]
    return [(event["note"], event["facts"].get("laws")) for event in events if event["action"] == "report_back"]


async def test_a_law_that_is_none_costs_no_word_and_the_answer_is_sent_once(bot: Shell) -> None:
    number = await in_hand(bot)
    await talk(bot, CREW, said(ANSWER), said(f"{LAW}\n合同那一条"))
    unread, asked = await talk(bot, CREW, Pressed("duty-ok:1"))
    assert "“合同那一条”" in unread and LAW in unread and "一行一条" in asked
    assert (await read(bot.api, number))["status"] == "in_progress"
    card, done = await talk(bot, CREW, said(LAW), Pressed("duty-ok:1"))
    assert ANSWER in card and "已经发给居民" in done
    assert await talk(bot, CREW, Pressed("duty-ok:1")) == [duty_texts.STALE]
    assert await answers(bot.api, number) == [(ANSWER, [["民法典", "第七百三十三条"]])]


async def test_a_draft_on_the_page_stays_until_its_author_says_that_it_may_go(bot: Shell) -> None:
    number = await in_hand(bot)
    ok(await draft(bot.api, await bot.api.staff(ADVISER, Role.ADVISER), number, note=SO_FAR))
    *_, waits, card = await talk(bot, CREW, *TO_THE_CARD, Pressed("duty-ok:1"))
    assert "一份草稿（11 月 23 日" in waits and SO_FAR not in waits and ANSWER in card
    assert await answers(bot.api, number) == []
    (done,) = await talk(bot, CREW, Pressed("duty-ok:1"))
    assert "已经发给居民" in done and [note for note, _ in await answers(bot.api, number)] == [ANSWER]


async def test_a_consent_that_ended_meanwhile_is_said_and_nothing_is_sent(bot: Shell) -> None:
    number = await in_hand(bot)
    await talk(bot, CREW, *TO_THE_CARD)
    async with bot.api.db.writing() as session:
        await session.exec(update(Ticket).values(in_chat=False))
    refused, shown = await talk(bot, CREW, Pressed("duty-ok:1"))
    assert refused.startswith(duty_texts.REASONS["only_on_page"]) and ANSWER in refused and LAW in refused
    assert duty_texts.LEGAL_HERE in shown and "押金" not in shown
    assert await answers(bot.api, number) == []


async def test_a_matter_that_went_to_another_adviser_meanwhile_is_not_answered(bot: Shell) -> None:
    number = await in_hand(bot)
    await talk(bot, CREW, *TO_THE_CARD)
    await bot.api.staff(COLLEAGUE, Role.ADVISER)
    await does(bot.api, number, "pass_on", ADVISER)
    (refused,) = await talk(bot, CREW, Pressed("duty-ok:1"))
    assert refused.startswith(duty_texts.REFUSALS["not_found"]) and ANSWER in refused
    headers = await bot.api.staff(COLLEAGUE, Role.ADVISER)
    found = ok(await bot.api.client.get(f"/api/v1/tickets/{number}", headers=headers))
    assert (found["status"], found["assignee"]) == ("dispatched", COLLEAGUE)


@pytest.mark.parametrize("fault", ["down", "deaf"])
async def test_an_answer_whose_receipt_is_lost_is_given_once(bot: Shell, fault: str) -> None:
    number = await in_hand(bot)
    await talk(bot, CREW, *TO_THE_CARD)
    setattr(bot.wire, fault, True)
    await talk(bot, CREW, Pressed("duty-ok:1"))
    setattr(bot.wire, fault, False)
    await bot.settle()
    assert "已经发给居民" in bot.phone.heard(CREW)[-1]
    assert len(await answers(bot.api, number)) == 1


async def test_what_was_asked_and_said_further_is_shown_with_the_matter(bot: Shell) -> None:
    number = await in_hand(bot)
    await does(bot.api, number, "ask", ADVISER, note="收条在吗？")
    resident = bot.api.resident("web", "r1")
    given = {"note": "收条在的，电话13812345678"}
    ok(await bot.api.client.post(f"/api/v1/tickets/{number}/actions/reply", json=given, headers=resident))
    (shown,) = await talk(bot, CREW, Pressed(f"duty-show:{number}"))
    assert "居民后来说：收条在的" in shown and "13812345678" not in shown and duty_texts.LEGAL_AGREED in shown
