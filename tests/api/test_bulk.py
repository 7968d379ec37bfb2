"""Many tickets at once: each judged by itself; and who comes second is told what the first did."""

import pytest
from sqlmodel import select

from api import bulk
from api.lifecycle import Lane, Role, Status
from api.models import Ticket
from tests.api.browsing import TENANCY, acted, browser, report
from tests.api.life import Cast
from tests.conftest import Api


async def statuses(api: Api) -> dict[str, str]:
    async with api.db.reading() as session:
        return {one.number: one.status.value for one in (await session.exec(select(Ticket))).all()}


async def send(api: Api, numbers: list[str], role: Role = Role.TRIAGE, **given: str) -> tuple[int, str]:
    desk = await browser(api, role)
    csrf = (await desk.open("/queue?tab=open")).forms["sign-out"].fields["csrf"]
    sent = {"csrf": csrf, "number": numbers, "view": "tab=open&late=1"} | given
    answer = await desk.client.post("/queue/bulk", data=sent)
    return answer.status_code, answer.text


async def test_all_are_declined_with_one_reason_and_what_was_refused_says_why(api: Api) -> None:
    good, also, taken, legal = await report(api), await report(api), await report(api), await report(api, **TENANCY)
    hans = await api.staff("hans", Role.HANDLER)
    boss = await api.staff("sam", Role.SUPERVISOR)
    await acted(api, taken, "file", boss)
    await acted(api, taken, "dispatch", boss, to="hans")
    await acted(api, taken, "accept", hans)
    numbers = [good, taken, also, legal, good, "GS20991231-0001", "'--"]
    status, text = await send(api, numbers, action="decline", reason="不在本区")
    assert status == 200
    found = await statuses(api)
    assert (found[good], found[also], found[taken]) == ("declined", "declined", "in_progress")
    assert found[legal] not in ("declined",)
    assert "办成 2 件" in text and "没有办成 4 件" in text
    assert "承办员 hans刚刚已经接单" in text
    assert "&#39;--" in text and "'--" not in text
    assert 'href="/queue?tab=open&amp;late=1"' in text


async def test_what_is_only_reported_is_filed_with_its_dispatch(api: Api) -> None:
    fresh, filed = await report(api), await report(api)
    await acted(api, filed, "file", await api.staff("tina", Role.TRIAGE))
    await api.staff("hans", Role.HANDLER)
    status, text = await send(api, [fresh, filed], action="dispatch", to="hans")
    assert status == 200 and "办成 2 件" in text
    assert set((await statuses(api)).values()) == {"dispatched"}
    status, text = await send(api, [await report(api)], action="dispatch", to="nobody")
    assert "没有办成 1 件" in text
    assert "reported" in (await statuses(api)).values(), "neither filed nor dispatched"


async def test_all_are_merged_into_one_but_not_that_one_into_itself(api: Api) -> None:
    into, first, second = await report(api), await report(api), await report(api)
    status, text = await send(api, [into, first, second], action="merge", into=into)
    assert status == 200 and "办成 2 件" in text and "没有办成 1 件" in text
    assert await statuses(api) == {into: "reported", first: "merged", second: "merged"}


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"action": "decline"}, 422),
        ({"action": "decline", "reason": "  "}, 422),
        ({"action": "decline", "reason": "长" * 4001}, 422),
        ({"action": "dispatch", "reason": "x"}, 422),
        ({"action": "pass", "reason": "x"}, 422),
        ({"action": "nonsense"}, 422),
        ({}, 422),
        ({"action": "decline", "reason": "x", "csrf": "y"}, 403),
    ],
)
async def test_what_cannot_be_read_changes_nothing(sqlite_api: Api, given: dict[str, str], status: int) -> None:
    number = await report(sqlite_api)
    assert (await send(sqlite_api, [number], **given))[0] == status
    assert await statuses(sqlite_api) == {number: "reported"}


async def test_not_more_than_a_page_at_once(sqlite_api: Api) -> None:
    numbers = [f"GS20261123-{at:04}" for at in range(bulk.MOST + 1)]
    assert (await send(sqlite_api, numbers, action="decline", reason="x"))[0] == 422
    status, text = await send(sqlite_api, [], action="decline", reason="x")
    assert status == 200 and "没有勾选工单" in text


@pytest.mark.parametrize("role", [Role.HANDLER, Role.VERIFIER, Role.ADVISER, Role.ADMIN])
async def test_others_cannot_and_are_not_offered_it(sqlite_api: Api, role: Role) -> None:
    number = await report(sqlite_api)
    page = await (await browser(sqlite_api, role)).open("/queue?tab=open")
    assert "批量办理" not in page.words
    _, text = await send(sqlite_api, [number], role, action="decline", reason="x")
    assert "没有办成 1 件" in text
    assert await statuses(sqlite_api) == {number: "reported"}


async def test_who_comes_second_is_told_what_the_first_did(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    await cast.done(Role.SUPERVISOR, number, "decline", reason="这里写了居民的话")
    await cast.do(Role.TRIAGE, number, "notes")
    answer = await cast.do(Role.TRIAGE, number, "file")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_allowed")
    assert answer.json()["before"] == {"action": "decline", "by": "sam", "at": "2026-11-23T01:30:00+00:00"}
    assert "居民的话" not in answer.text
    resident = await cast.do(Role.RESIDENT, number, "withdraw")
    assert resident.status_code == 409 and "before" not in resident.json()
