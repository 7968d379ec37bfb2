"""The conversation with the residents on a ticket's page, and the words that staff start from."""

import pytest

from api.lifecycle import Lane, Role, Status
from tests.api.browsing import TENANCY, Page, acted, browser, report
from tests.api.life import Cast, acknowledge, claim, ok
from tests.conftest import Api

PHONE = "13812345678"


def in_order(page: Page, *words: str) -> bool:
    talk = page.words[page.words.index("和居民的对话") :]
    places = [talk.find(word) for word in words]
    return min(places) >= 0 and places == sorted(places)


async def test_what_was_said_stands_in_its_order(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    triage = await browser(cast.api, Role.TRIAGE, "王芳")
    page = await triage.open(f"/tickets/{number}")
    page = await triage.send(page, "ask", note="请问是哪一盏？")
    note = {"text": f"第二盏，我的电话{PHONE}"}
    ok(await cast.api.client.post(f"/api/v1/tickets/{number}/notes", json=note, headers=cast.api.resident()))
    await cast.done(Role.RESIDENT, number, "reply", note="从南边数")
    page = await triage.send(await triage.open(f"/tickets/{number}"), "tell", note="明天上午来修")
    said = ("路灯不亮了", "请问是哪一盏？", "第二盏", "从南边数", "告诉居民：明天上午来修")
    assert in_order(page, *said) and PHONE not in page.html
    assert page.status == 200 and (await cast.read(number))["status"] == "reported"
    await triage.send(page, "notes", text="他脾气不好")
    talk = (await triage.open(f"/tickets/{number}")).words
    assert talk.index("他脾气不好") > talk.index("经过"), "what staff note for each other is not in the conversation"
    told = [row for row in await claim(cast.api) if row["kind"] == "tell"]
    assert [row["facts"]["note"] for row in told] == ["明天上午来修"]


async def test_what_the_resident_read_is_shown_as_they_read_it(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    await acted(api, number, "file", await api.staff("立案的", Role.TRIAGE))
    assert "等着发" in (await triage.open(f"/tickets/{number}")).words
    (notice,) = await claim(api)
    ok(await acknowledge(api, notice, sent=True, said=f"【{number}】路灯故障\n已经立案，{PHONE}接下来派人处理。"))
    page = await triage.open(f"/tickets/{number}")
    assert "接下来派人处理。" in page.words and PHONE not in page.html
    ok(await acknowledge(api, notice, sent=True, said="别的话"))
    assert "别的话" not in (await triage.open(f"/tickets/{number}")).words, "what was sent stays"
    assert (await acknowledge(api, notice, sent=True, said="长" * 6001)).status_code == 422


async def test_neighbours_are_told_apart_and_not_named(api: Api) -> None:
    triage, older = await browser(api, Role.TRIAGE), await report(api)
    for who in ("r2", "r3"):
        other = await report(api, text="路灯不亮", label="street_light", place="南门路菜场门口", reporter=who)
        await acted(api, other, "merge", await api.staff("并案的", Role.TRIAGE), into=older)
    body = {"text": "我家门口也黑"}
    ok(await api.client.post(f"/api/v1/tickets/{older}/notes", json=body, headers=api.resident(address="r3")))
    page = await triage.open(f"/tickets/{older}")
    assert in_order(page, "上报的居民", "一起跟进的居民 2", "我家门口也黑")


@pytest.mark.parametrize(("note", "status"), [("", 422), ("  \n", 422), ("长" * 4001, 422), ("<b>好</b>", 200)])
async def test_what_is_told_is_checked_and_escaped(api: Api, note: str, status: int) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.send(await triage.open(f"/tickets/{number}"), "tell", note=note)
    assert (page.status, "<b>好</b>" in page.html) == (status, False)
    assert len(await claim(api)) == (status == 200)


async def test_told_twice_by_one_form_is_told_once(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.open(f"/tickets/{number}")
    for _ in range(2):
        assert (await triage.send(page, "tell", note="明天来修")).status == 200
    assert len(await claim(api)) == 1


@pytest.mark.parametrize(("role", "status"), [(Role.VERIFIER, 403), (Role.ADMIN, 403), (Role.ADVISER, 404)])
async def test_who_does_not_deal_with_residents_tells_them_nothing(cast: Cast, role: Role, status: int) -> None:
    number = await cast.at(Lane.PUBLIC, Status.IN_PROGRESS)
    assert (await cast.do(role, number, "tell", note="好了")).status_code == status
    ended = await cast.at(Lane.PUBLIC, Status.DECLINED)
    assert (await cast.do(Role.TRIAGE, ended, "tell", note="好了")).status_code == 409


async def test_of_a_legal_matter_the_conversation_is_its_advisers(api: Api) -> None:
    adviser, triage = await browser(api, Role.ADVISER, "顾律师"), await browser(api, Role.TRIAGE)
    number = await report(api, **TENANCY)
    (notice,) = await claim(api)
    ok(await acknowledge(api, notice, sent=True, said="已经转给法律顾问，只有您看得到"))
    page, hidden = await adviser.open(f"/tickets/{number}"), await triage.open(f"/tickets/{number}")
    assert "和居民的对话" in page.words and TENANCY["text"] in page.words
    assert "只有您看得到" not in page.words, "kept nowhere a second time"
    assert "和居民的对话" not in hidden.words and TENANCY["text"] not in hidden.words


# --- words to start from


async def test_texts_are_those_of_the_item_and_the_step_with_what_this_ticket_says(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.open(f"/tickets/{number}")
    assert "灯杆上有编号的话" in page.html and "井盖是松了" not in page.html
    assert f"您好，{number} 这件收到了。请问是南门路菜场门口的哪一处？" in page.html
    assert page.html.index("灯杆上有编号的话") < page.html.index("您好，"), "the item's own first"
    assert "有人在办了" not in page.html, "of another step"


async def test_a_text_is_put_into_its_field_without_a_script_and_sent_as_it_was_changed(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.open(f"/tickets/{number}")
    text = next(value for value in page.forms["ask"].choices["standard"] if value)
    page.forms["ask"].action = f"/tickets/{number}/start/ask"
    started = await triage.send(page, "ask", standard=text, note="您好。")
    words = started.forms["ask"].fields["note"]
    assert (started.status, words.startswith("您好。\n"), "灯杆上有编号的话" in words) == (200, True, True)
    assert await claim(api) == []
    sent = await triage.send(started, "ask", note=words + "谢谢")
    assert sent.status == 200 and "谢谢" in sent.words
    (notice,) = await claim(api)
    assert notice["facts"]["note"] == words + "谢谢"


@pytest.mark.parametrize("standard", ["", "0", "9999", "x", "' OR 1=1 --"])
async def test_a_text_that_is_not_there_leaves_what_was_typed(api: Api, standard: str) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.open(f"/tickets/{number}")
    page.forms["tell"].action = f"/tickets/{number}/start/tell"
    assert (await triage.send(page, "tell", standard=standard, note="您好")).forms["tell"].fields["note"] == "您好"
    page.forms["tell"].action = f"/tickets/{number}/start/file"
    assert (await triage.send(page, "tell")).status == 404
