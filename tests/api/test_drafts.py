"""An adviser's answer while it is written: it comes back to who wrote it, to nobody else, and never over another's."""

from typing import Any

import pytest
from sqlmodel import select

from api.lifecycle import Lane, Role, Status
from api.models import AnswerDraft
from tests.api.browsing import TENANCY, Page, acted, browser, report
from tests.api.life import PEER, QUESTION, Cast, carried, draft, failure, ok
from tests.conftest import Api

SO_FAR, OTHERWISE, LAW = "先写一封信要押金", "直接去起诉", "《民法典》第七百三十三条"
WHY = "居民投诉顾问三天没有答复，要核对"


async def kept(api: Api) -> list[AnswerDraft]:
    async with api.db.reading() as session:
        return list((await session.exec(select(AnswerDraft))).all())


async def test_what_is_saved_anew_has_a_new_version(cast: Cast) -> None:
    number, ada = await cast.at(Lane.LEGAL, Status.IN_PROGRESS), cast.headers[Role.ADVISER]
    first = ok(await draft(cast.api, ada, number, note=SO_FAR))
    assert first == {"version": 1, "saved_at": "2026-11-23T01:30:00Z"}
    cast.api.clock.forward(minutes=5)
    assert ok(await draft(cast.api, ada, number, note=SO_FAR, version=1)) == first, "nothing has changed"
    again = ok(await draft(cast.api, ada, number, note=SO_FAR, laws="看不懂的依据", lawyer=True, version=1))
    assert again == {"version": 2, "saved_at": "2026-11-23T01:35:00Z"}
    [row] = await kept(cast.api)
    assert (row.note, row.laws, row.lawyer) == (SO_FAR, "看不懂的依据", True)


async def test_the_later_of_two_does_not_write_over_the_earlier(cast: Cast) -> None:
    number, ada = await cast.at(Lane.LEGAL, Status.IN_PROGRESS), cast.headers[Role.ADVISER]
    for version, note in ((0, SO_FAR), (1, f"{SO_FAR}，再")):
        ok(await draft(cast.api, ada, number, note=note, version=version))
    for stale in (0, 1, 9):
        assert failure(await draft(cast.api, ada, number, note=OTHERWISE, version=stale)) == (409, "draft_changed")
    assert [row.note for row in await kept(cast.api)] == [f"{SO_FAR}，再"]


async def test_nobody_else_saves_or_reads_one(cast: Cast) -> None:
    number = await cast.at(Lane.LEGAL, Status.IN_PROGRESS)
    ok(await draft(cast.api, cast.headers[Role.ADVISER], number, note=SO_FAR))
    await cast.done(Role.SUPERVISOR, number, "break_glass", reason=WHY)
    others = cast.headers | {"bea": await cast.api.staff(PEER, Role.ADVISER)}
    for who, headers in others.items():
        paths = [f"/api/v1/tickets/{number}{rest}" for rest in ("", "/timeline")]
        answers = [await cast.api.client.get(path, headers=headers) for path in paths]
        assert not [answer for answer in answers if SO_FAR in answer.text], who
        if who is not Role.ADVISER:
            assert (await draft(cast.api, headers, number, note=OTHERWISE)).status_code in (403, 404), who
    assert [row.note for row in await kept(cast.api)] == [SO_FAR]
    page = await (await browser(cast.api, Role.SUPERVISOR, "sam")).open(f"/tickets/{number}")
    assert QUESTION["text"] in page.words and SO_FAR not in page.html, "the glass is broken, and yet"


@pytest.mark.parametrize("status", [Status.DISPATCHED, Status.REPORTED_BACK, Status.CLOSED])
async def test_only_what_is_being_answered_has_one(sqlite_cast: Cast, status: Status) -> None:
    number = await sqlite_cast.at(Lane.LEGAL, status)
    answer = await draft(sqlite_cast.api, sqlite_cast.headers[Role.ADVISER], number, note=SO_FAR)
    assert failure(answer) == (409, "not_allowed") and await kept(sqlite_cast.api) == []


@pytest.mark.parametrize(
    ("written", "refused"),
    [
        ({}, (422, "missing")),
        ({"note": "  "}, (422, "missing")),
        ({"note": "长" * 4001}, (422, "malformed")),
        ({"note": SO_FAR, "version": -1}, (422, "malformed")),
        ({"note": SO_FAR, "lawyer": "yes"}, (422, "malformed")),
        ({"note": SO_FAR, "staff": "bea"}, (422, "malformed")),
    ],
)
async def test_odd_ones_are_not_kept(sqlite_cast: Cast, written: dict[str, Any], refused: tuple[int, str]) -> None:
    number = await sqlite_cast.at(Lane.LEGAL, Status.IN_PROGRESS)
    answer = await draft(sqlite_cast.api, sqlite_cast.headers[Role.ADVISER], number, **written)
    assert failure(answer) == refused and await kept(sqlite_cast.api) == []


@pytest.mark.parametrize("action", ["report_back", "pass_on"])
async def test_it_is_gone_when_the_matter_is(cast: Cast, action: str) -> None:
    await cast.api.staff(PEER, Role.ADVISER, "320508018")
    number, ada = await cast.at(Lane.LEGAL, Status.IN_PROGRESS), cast.headers[Role.ADVISER]
    ok(await draft(cast.api, ada, number, note=SO_FAR))
    await cast.done(Role.ADVISER, number, "ask", note="有合同吗？")
    assert len(await kept(cast.api)) == 1, "a question to the resident changes nothing of it"
    await cast.done(Role.ADVISER, number, action, note="可以要回")
    assert await kept(cast.api) == []


async def test_that_it_needs_a_lawyer_is_told_and_on_record(cast: Cast) -> None:
    number = await cast.at(Lane.LEGAL, Status.IN_PROGRESS)
    await carried(cast.api)
    await cast.done(Role.ADVISER, number, "report_back", note="可以要回", lawyer=True)
    [told] = await carried(cast.api)
    assert (told["kind"], told["facts"]["lawyer"]) == ("legal.report_back", True)
    for role in (Role.ADVISER, Role.RESIDENT):
        assert (await cast.timeline(number, role))["events"][-1]["facts"]["lawyer"] is True
    assert (await cast.timeline(number, Role.TRIAGE))["events"][-1]["facts"] == {}


# --- on the page


async def answering(api: Api) -> tuple[str, Any]:
    ada = await api.staff("顾律师", Role.ADVISER)
    number = await report(api, **TENANCY)
    await acted(api, number, "accept", ada)
    return number, await browser(api, Role.ADVISER, "顾律师")


async def saved(desk: Any, page: Page, **written: str) -> Page:
    """By the button, which sends the answer's form elsewhere."""
    form = page.forms["report_back"]
    answer = await desk.client.post(
        form.action.replace("/actions/report_back", "/draft"), data=form.fields | written, follow_redirects=True
    )
    return Page(answer)


async def test_it_comes_back_on_every_machine(sqlite_api: Api) -> None:
    number, desk = await answering(sqlite_api)
    page = await desk.open(f"/tickets/{number}")
    assert "还没有存" in page.words and "存草稿" in page.words
    page = await saved(desk, page, note=f"{SO_FAR}<b>", laws=LAW, lawyer="yes")
    other = await (await browser(sqlite_api, Role.ADVISER, "顾律师")).open(f"/tickets/{number}")
    for seen in (page, other):
        fields = seen.forms["report_back"].fields
        assert "已存 09:30" in seen.words and f"{SO_FAR}<b>" not in seen.html
        assert (fields["note"], fields["laws"], fields["lawyer"], fields["version"]) == (
            f"{SO_FAR}<b>",
            LAW,
            "yes",
            "1",
        )
    sent = await desk.send(page, "report_back")
    assert "已答复待评价" in sent.words and "这件事需要请律师" in sent.words


async def test_of_two_pages_the_later_is_told_and_chooses(sqlite_api: Api) -> None:
    number, desk = await answering(sqlite_api)
    one, other = await desk.open(f"/tickets/{number}"), await desk.open(f"/tickets/{number}")
    await saved(desk, one, note=SO_FAR)
    refused = await saved(desk, other, note=OTHERWISE)
    assert refused.status == 409 and "另一个页面存过" in refused.words and SO_FAR in refused.words
    assert refused.forms["report_back"].fields["note"] == OTHERWISE
    assert [row.note for row in await kept(sqlite_api)] == [SO_FAR]
    chosen = await saved(desk, refused)
    assert chosen.status == 200 and chosen.forms["report_back"].fields["note"] == OTHERWISE


async def test_an_answer_refused_on_an_old_page_does_not_make_it_new(sqlite_api: Api) -> None:
    number, desk = await answering(sqlite_api)
    old = await desk.open(f"/tickets/{number}")
    await saved(desk, old, note=SO_FAR)
    refused = await desk.send(old, "report_back", note=OTHERWISE, laws="没有条文")
    assert refused.status == 422 and refused.forms["report_back"].fields["note"] == OTHERWISE
    assert (await saved(desk, refused)).status == 409


@pytest.mark.parametrize("written", [{"note": ""}, {"note": "长" * 4001}, {"note": SO_FAR, "version": "x" * 50}])
async def test_odd_forms_lose_nothing(sqlite_api: Api, written: dict[str, str]) -> None:
    number, desk = await answering(sqlite_api)
    page = await saved(desk, await desk.open(f"/tickets/{number}"), **written)
    assert page.forms["report_back"].fields["note"] == written["note"]
    assert page.status == (200 if "version" in written else 422)


async def test_no_other_hand_saves_by_the_page(sqlite_api: Api) -> None:
    number, desk = await answering(sqlite_api)
    page = await desk.open(f"/tickets/{number}")
    await saved(desk, page, note=SO_FAR)
    for role in (Role.TRIAGE, Role.SUPERVISOR, Role.ADMIN):
        other = await browser(sqlite_api, role)
        csrf = (await other.open("/queue")).forms["sign-out"].fields["csrf"]
        answer = await other.client.post(f"/tickets/{number}/draft", data={"csrf": csrf, "note": OTHERWISE})
        assert answer.status_code in (403, 404), role
    assert (await desk.client.post(f"/tickets/{number}/draft", data={"note": OTHERWISE})).status_code == 403, "no csrf"
    assert [row.note for row in await kept(sqlite_api)] == [SO_FAR]
