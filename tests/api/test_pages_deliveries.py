"""The notices of a ticket on its page: to whom, by which way, whether they arrived, and telling somebody once more."""

import asyncio

import pytest
from sqlmodel import delete, select

from api.lifecycle import Lane, Role, Status
from api.models import Follower, Notice
from tests.api.browsing import TENANCY, Browser, Page, acted, browser, report
from tests.api.life import Cast, acknowledge, carried, claim
from tests.conftest import Api

AGAIN = "再发一次"


async def filed(api: Api, **said: str) -> str:
    number = await report(api, **said)
    await acted(api, number, "file", await api.staff("立案的", Role.TRIAGE))
    return number


async def resent(reader: Browser, page: Page, notice: str) -> Page:
    return await reader.send(page, "resend", notice=notice)


async def rows(api: Api) -> list[Notice]:
    async with api.db.reading() as session:
        return list((await session.exec(select(Notice).order_by(Notice.id))).all())


async def test_what_became_of_each_notice_is_told(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await filed(api)
    page = await triage.open(f"/tickets/{number}")
    assert "上报的居民 网页对话 立案" in page.words and "等着发 今天 09:30" in page.words
    assert AGAIN not in page.words
    (notice,) = await claim(api)
    assert "正在发" in (await triage.open(f"/tickets/{number}")).words
    await acknowledge(api, notice, later=600)
    assert "等着发 今天 09:40" in (await triage.open(f"/tickets/{number}")).words
    await acknowledge(api, notice, sent=True)
    page = await triage.open(f"/tickets/{number}")
    assert "已送到 今天 09:30" in page.words and AGAIN in page.words
    assert "r1" not in page.html.replace("r1-", "")


@pytest.mark.parametrize(
    ("failed", "said"),
    [("blocked", "对方不再接收机器人的消息"), ("no_chat", "找不到这个聊天"), ("answered_404", "对方系统没有收下")],
)
async def test_why_one_did_not_arrive_is_told_and_it_may_be_sent_again(api: Api, failed: str, said: str) -> None:
    triage, number = await browser(api, Role.TRIAGE), await filed(api)
    (notice,) = await claim(api)
    await acknowledge(api, notice, failed=failed)
    page = await triage.open(f"/tickets/{number}")
    assert "没有送到" in page.words and said in page.words
    page = await resent(triage, page, str(notice["id"]))
    assert "把通知又发了一次" in page.words and "通知：立案，网页对话" in page.words
    (again,) = await claim(api)
    assert (again["id"] > notice["id"], again["kind"], again["facts"]) == (True, "file", notice["facts"])


async def test_a_second_press_sends_nothing_more(api: Api) -> None:
    triage, other, number = await browser(api, Role.TRIAGE), await browser(api, Role.SUPERVISOR), await filed(api)
    (notice,) = await carried(api)
    mine, theirs = await triage.open(f"/tickets/{number}"), await other.open(f"/tickets/{number}")
    for _ in range(2):
        assert (await resent(triage, mine, str(notice["id"]))).status == 200
    refused = await resent(other, theirs, str(notice["id"]))
    assert (refused.status, "已经有人重发过" in refused.words) == (409, True)
    (waiting,) = [row for row in await rows(api) if row.sent_at is None]
    refused = await resent(other, await other.open(f"/tickets/{number}"), str(waiting.id))
    assert (refused.status, "正在发，不用再发" in refused.words) == (409, True)
    assert len(await carried(api)) == 1
    assert [row.again_of for row in await rows(api)] == [None, notice["id"]]


async def test_two_at_once_send_one(api: Api) -> None:
    number = await filed(api)
    (notice,) = await carried(api)
    clerks = [await browser(api, Role.TRIAGE, name) for name in ("王芳", "李明")]
    pages = [await clerk.open(f"/tickets/{number}") for clerk in clerks]
    sent = [resent(clerk, page, str(notice["id"])) for clerk, page in zip(clerks, pages, strict=True)]
    assert sorted(page.status for page in await asyncio.gather(*sent)) == [200, 409]
    assert len(await rows(api)) == 2


async def test_only_what_somebody_was_told_last_is_sent_again(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await filed(api)
    (first,) = await carried(api)
    await acted(api, number, "ask", await api.staff("立案的", Role.TRIAGE), note="哪一盏？")
    (second,) = await carried(api)
    page = await triage.open(f"/tickets/{number}")
    assert f'value="{second["id"]}"' in page.html and f'value="{first["id"]}"' not in page.html
    assert (await resent(triage, page, str(first["id"]))).status == 409


@pytest.mark.parametrize("notice", ["", "0", "-1", "x", "²", "9" * 30, "1 OR 1=1"])
async def test_what_is_no_notice_of_this_ticket_is_not_found(api: Api, notice: str) -> None:
    triage, number = await browser(api, Role.TRIAGE), await filed(api)
    await carried(api)
    page = await triage.open(f"/tickets/{number}")
    assert (await resent(triage, page, notice)).status == 404
    elsewhere = await triage.open(f"/tickets/{await filed(api, text='别处', label='sidewalk', place='观前街')}")
    elsewhere.forms["resend"].fields["csrf"] = page.forms["resend"].fields["csrf"]
    assert (await resent(triage, elsewhere, "1")).status == 404


async def test_a_form_without_the_sessions_word_sends_nothing(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await filed(api)
    (notice,) = await carried(api)
    page = await triage.open(f"/tickets/{number}")
    assert (await triage.send(page, "resend", notice=str(notice["id"]), csrf="x")).status == 403
    assert len(await rows(api)) == 1


async def test_who_does_not_deal_with_residents_sees_it_and_sends_nothing(api: Api) -> None:
    number = await filed(api)
    (notice,) = await carried(api)
    for role in (Role.VERIFIER, Role.ADMIN):
        reader = await browser(api, role)
        page = await reader.open(f"/tickets/{number}")
        assert "已送到" in page.words and AGAIN not in page.words
        assert (await resent(reader, page, str(notice["id"]))).status == 403
    stranger = await browser(api, Role.HANDLER)
    assert (await stranger.client.post(f"/tickets/{number}/resend", data={})).status_code in (403, 404)


async def test_of_a_legal_matter_only_its_adviser_sees_what_was_sent(api: Api) -> None:
    adviser, triage = await browser(api, Role.ADVISER, "顾律师"), await browser(api, Role.TRIAGE)
    number = await report(api, **TENANCY)
    page = await adviser.open(f"/tickets/{number}")
    assert "发出的通知" in page.words
    hidden = await triage.open(f"/tickets/{number}")
    assert "发出的通知" not in hidden.words and "resend" not in hidden.forms
    (notice,) = await carried(api)
    hidden.forms["resend"] = page.forms["resend"]
    hidden.forms["resend"].fields["csrf"] = await csrf_of(triage)
    assert (await resent(triage, hidden, str(notice["id"]))).status == 403
    assert (await resent(adviser, await adviser.open(f"/tickets/{number}"), str(notice["id"]))).status == 200


async def csrf_of(reader: Browser) -> str:
    return (await reader.open("/me")).forms["sign-out"].fields["csrf"]


async def test_a_desk_and_a_resident_who_left_are_not_told_again(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.DISPATCHED)
    await carried(cast.api)
    desk = await browser(cast.api, Role.TRIAGE, "看的")
    page = await desk.open(f"/tickets/{number}")
    assert "工作台" in page.words and "还没看" in page.words
    (on_desk,) = [row for row in await rows(cast.api) if row.channel == "desk"]
    assert (await resent(desk, page, str(on_desk.id))).status == 409
    told = [row for row in await rows(cast.api) if row.channel == "web"][-1]
    async with cast.api.db.writing() as session:
        await session.exec(delete(Follower))
    refused = await resent(desk, page, str(told.id))
    assert (refused.status, "不需要或收不到" in refused.words, AGAIN in refused.words) == (409, True, False)
