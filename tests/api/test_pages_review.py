"""请同行看一看 on the page of a legal matter: the draft goes, the opinion comes, beside the answer."""

import re

import pytest
from sqlmodel import select

from api import advisers, erasure
from api.actors import SYSTEM, Actor
from api.lifecycle import Role
from api.models import AnswerDraft, AnswerReview
from tests.api.browsing import Browser, acted, browser, report
from tests.api.life import carried
from tests.conftest import Api

TEXT = "房东孙建国不退押金怎么办"
FIRST, SECOND = "顾律师", "钱律师"
ANSWER, ASKED, THINKS = "先写一封信<b>要押金", "利息算得对吗<i>", "利率再查一遍<u>"


async def two(api: Api) -> tuple[str, Browser, Browser]:
    first = await browser(api, Role.ADVISER, FIRST)
    number = await report(api, text=TEXT, label="legal:tenancy")
    second = await browser(api, Role.ADVISER, SECOND, "320508018")
    await acted(api, number, "accept", await api.staff(FIRST, Role.ADVISER))
    await carried(api)
    return number, first, second


async def save(desk: Browser, number: str, note: str = ANSWER) -> None:
    form = (await desk.open(f"/tickets/{number}")).forms["report_back"]
    answer = await desk.client.post(f"/tickets/{number}/draft", data=form.fields | {"note": note})
    assert answer.status_code == 303


async def test_from_the_question_to_the_answer(api: Api) -> None:
    number, first, second = await two(api)
    at = f"/tickets/{number}"
    page = await first.send(await first.open(at), "ask_review", aside=ASKED)
    assert page.status == 409 and "请先写好答复" in page.words
    assert page.forms["ask_review"].fields["aside"] == ASKED, "what was typed is still there"
    await save(first, number)
    page = await first.send(await first.open(at), "ask_review", aside=ASKED)
    assert page.status == 200 and f"请法律顾问 {SECOND}看一看" in page.words and ASKED in page.words
    assert "ask_review" not in page.of_actions() and "end_review" in page.of_actions()
    page = await second.open(at)
    assert "居民收到通知以后您才看得到" in page.words and page.of_actions() == []
    assert not [words for words in (TEXT, ANSWER, ASKED) if words in page.words]
    assert number in (await second.open("/queue")).words, "it waits for them"
    await carried(api)
    page = await second.open(at)
    assert not [words for words in (TEXT, ANSWER, ASKED) if words not in page.words]
    assert page.of_actions() == ["review"] and {"notes", "look", "draft", "resend"}.isdisjoint(page.forms)
    refused = await second.send(page, "review", verdict="changes")
    assert refused.status == 422 and "请填写：怎么改" in refused.words
    page = await second.send(refused, "review", verdict="changes", aside=THINKS)
    assert page.status == 200 and "钱律师" in page.words and TEXT not in page.words
    assert (await second.open(at)).status == 404
    page = await first.open(at)
    assert THINKS in page.words and "建议修改" in page.words
    assert page.forms["report_back"].fields["note"] == ANSWER
    assert not [mark for mark in ("<b>", "<i>", "<u>") if mark + "要" in page.html or f"吗{mark}" in page.html]
    page = await first.send(page, "report_back", note="改过的答复")
    assert "改过的答复" in page.words and THINKS in page.words and ANSWER not in page.words


async def test_that_the_resident_is_told_once_more_keeps_nobody_waiting(sqlite_api: Api) -> None:
    number, first, second = await two(sqlite_api)
    at = f"/tickets/{number}"
    await save(first, number)
    await first.send(await first.open(at), "ask_review", aside=ASKED)
    await carried(sqlite_api)
    page = await first.open(at)
    again = re.search(r'name="notice" value="(\d+)"[^>]*请另一位顾问', page.html)
    assert again and (await first.send(page, "resend", notice=again[1])).status == 200
    assert TEXT in (await second.open(at)).words


async def test_only_who_may_read_it_is_offered(sqlite_api: Api) -> None:
    number, first, _ = await two(sqlite_api)
    page = await first.open(f"/tickets/{number}")
    assert page.forms["ask_review"].choices["to"] == [SECOND]
    async with sqlite_api.db.writing() as session:
        await advisers.add_client(session, Actor(Role.ADVISER, SECOND), "孙建国")
    page = await first.open(f"/tickets/{number}")
    assert "to" not in page.forms["ask_review"].choices and "眼下没有能请的顾问" in page.words


async def test_pressed_twice_it_is_asked_once_and_an_old_page_is_refused(sqlite_api: Api) -> None:
    number, first, _ = await two(sqlite_api)
    await save(first, number)
    page, old = await first.open(f"/tickets/{number}"), await first.open(f"/tickets/{number}")
    for _ in range(2):
        assert (await first.send(page, "ask_review", aside=ASKED)).status == 200
    refused = await first.send(old, "report_back", note="旧页面上的答复")
    assert refused.status == 409 and refused.forms["report_back"].fields["note"] == "旧页面上的答复"
    async with sqlite_api.db.reading() as session:
        assert len((await session.exec(select(AnswerReview))).all()) == 1


@pytest.mark.parametrize("verdict", ["", "perhaps", "'--"])
async def test_an_odd_opinion_is_none(sqlite_api: Api, verdict: str) -> None:
    number, first, second = await two(sqlite_api)
    await save(first, number)
    await first.send(await first.open(f"/tickets/{number}"), "ask_review", aside=ASKED)
    await carried(sqlite_api)
    page = await second.open(f"/tickets/{number}")
    assert (await second.send(page, "review", verdict=verdict, aside=THINKS)).status == 422
    async with sqlite_api.db.reading() as session:
        assert (await session.exec(select(AnswerReview))).one().ended_at is None


async def test_erased_nothing_of_it_is_left(api: Api) -> None:
    number, first, second = await two(api)
    await save(first, number)
    await first.send(await first.open(f"/tickets/{number}"), "ask_review", aside=ASKED)
    await carried(api)
    await second.send(await second.open(f"/tickets/{number}"), "review", verdict="changes", aside=THINKS)
    await acted(api, number, "report_back", await api.staff(FIRST, Role.ADVISER), note="可以要回")
    await acted(api, number, "rate", api.resident(), score=5)
    async with api.db.writing() as session:
        given_out = await erasure.export(session, "web", "r1")
        assert not [words for words in (ANSWER, ASKED, THINKS) if words in str(given_out)]
        await erasure.Erasing(session, api.office, SYSTEM, "本人要求").resident("web", "r1")
    async with api.db.reading() as session:
        for table in (AnswerReview, AnswerDraft):
            assert (await session.exec(select(table))).all() == []
