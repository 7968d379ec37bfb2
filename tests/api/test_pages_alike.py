"""What seems to be the same matter, on a ticket's page: why, merged by one press, and taken apart again."""

import asyncio

import pytest

from api.lifecycle import Lane, Role, Status
from tests.api.browsing import LIGHT, TENANCY, Browser, Page, acted, browser, dispatched, report
from tests.api.life import Cast, ok
from tests.conftest import Api

AGAIN = {"text": "菜场门口的灯坏了，晚上很黑", "label": "street_light", "place": "南门路菜场门口", "reporter": "r2"}
ELSEWHERE = {"text": "路灯不亮", "label": "street_light", "place": "平江路 12 号", "reporter": "r3"}


async def two(api: Api) -> tuple[str, str]:
    """(the older, the younger), one minute apart."""
    older = await report(api, **LIGHT)
    api.clock.forward(minutes=1)
    return older, await report(api, **AGAIN)


async def press(reader: Browser, page: Page, deed: str) -> Page:
    return await reader.send(page, deed)


async def read(api: Api, number: str) -> dict[str, object]:
    return ok(await api.client.get(f"/api/v1/tickets/{number}", headers=api.bot()))


async def test_the_younger_goes_into_the_older_from_either_page(api: Api) -> None:
    triage = await browser(api, Role.TRIAGE)
    older, younger = await two(api)
    await report(api, **ELSEWHERE)
    page = await triage.open(f"/tickets/{younger}")
    assert "附近相似的工单" in page.words and "同一事项、地点相近" in page.words and "并入它" in page.words
    assert (page.forms["together"].fields["other"], "平江路" in page.words) == (older, False)
    page = await triage.open(f"/tickets/{older}")
    assert "把它并进来" in page.words
    page = await press(triage, page, "together")
    assert page.status == 200 and "并进来的工单" in page.words and "附近相似的工单" not in page.words
    assert ((await read(api, older))["status"], (await read(api, younger))["status"]) == ("reported", "merged")
    assert (await read(api, older))["followers"] == 2
    gone = await triage.open(f"/tickets/{younger}")
    assert f"已并入 {older}" in gone.words and f'href="/tickets/{older}"' in gone.html


async def test_what_was_merged_is_taken_apart(api: Api) -> None:
    triage = await browser(api, Role.TRIAGE)
    older, younger = await two(api)
    page = await press(triage, await triage.open(f"/tickets/{younger}"), "together")
    assert "已并案" in page.words
    page = await triage.open(f"/tickets/{older}")
    page = await press(triage, page, "apart")
    assert "并进来的工单" not in page.words and "附近相似的工单" in page.words
    assert ((await read(api, older))["followers"], (await read(api, younger))["status"]) == (1, "filed")
    again = await press(triage, page, "together")
    assert again.words.count("单独办理") == 1, "merged a second time, it stands there once"


async def test_a_second_press_and_a_stale_page_change_nothing(api: Api) -> None:
    triage, other = await browser(api, Role.TRIAGE, "王芳"), await browser(api, Role.TRIAGE, "李明")
    older, younger = await two(api)
    mine, theirs = await triage.open(f"/tickets/{younger}"), await other.open(f"/tickets/{older}")
    for _ in range(2):
        assert (await press(triage, mine, "together")).status == 200
    refused = await press(other, theirs, "together")
    assert (refused.status, "另一件刚刚有了变化" in refused.words) == (409, True)
    assert (await read(api, older))["followers"] == 2
    page = await other.open(f"/tickets/{older}")
    first = await press(other, page, "apart")
    page.forms["apart"].fields["token"] = "another"
    refused = await press(other, page, "apart")
    assert (first.status, refused.status, "另一件刚刚有了变化" in refused.words) == (200, 409, True)


async def test_the_page_of_who_comes_second_names_the_first(api: Api) -> None:
    triage, other = await browser(api, Role.TRIAGE, "王芳"), await browser(api, Role.TRIAGE, "李明")
    _, younger = await two(api)
    stale = await other.open(f"/tickets/{younger}")
    await triage.send(await triage.open(f"/tickets/{younger}"), "file")
    refused = await press(other, stale, "together")
    assert (refused.status, "受理员 王芳刚刚已经立案" in refused.words) == (409, True)
    assert (await read(api, younger))["status"] == "filed"


async def test_two_at_once_merge_once(api: Api) -> None:
    older, younger = await two(api)
    clerks = [await browser(api, Role.TRIAGE, name) for name in ("王芳", "李明")]
    pages = [await clerks[0].open(f"/tickets/{younger}"), await clerks[1].open(f"/tickets/{older}")]
    both = [press(clerk, page, "together") for clerk, page in zip(clerks, pages, strict=True)]
    assert sorted(page.status for page in await asyncio.gather(*both)) == [200, 409]
    assert ((await read(api, older))["followers"], (await read(api, younger))["status"]) == (2, "merged")


async def test_what_is_worked_on_is_shown_and_not_merged(api: Api) -> None:
    triage = await browser(api, Role.TRIAGE)
    handler = await browser(api, Role.HANDLER, "维修队")
    older = await report(api, **LIGHT)
    number = await dispatched(api, "维修队")
    await acted(api, number, "accept", await api.staff("维修队", Role.HANDLER))
    page = await triage.open(f"/tickets/{older}")
    assert number in page.words and "把它并进来" not in page.words and "together" not in page.forms
    assert older not in (await handler.open(f"/tickets/{number}")).html, "not theirs to know"


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.ADMIN])
async def test_who_may_not_merge_sees_no_button_and_is_refused(api: Api, role: Role) -> None:
    triage, reader = await browser(api, Role.TRIAGE), await browser(api, role)
    older, younger = await two(api)
    allowed = await triage.open(f"/tickets/{younger}")
    page = await reader.open(f"/tickets/{younger}")
    assert older in page.words and "together" not in page.forms
    allowed.forms["together"].fields["csrf"] = page.forms["sign-out"].fields["csrf"]
    assert (await press(reader, allowed, "together")).status == 403
    assert (await read(api, younger))["status"] == "reported"


@pytest.mark.parametrize(
    ("other", "status"), [("", 404), ("GS20200101-0001", 404), ("' OR 1=1 --", 404), ("itself", 422)]
)
async def test_hostile_numbers_merge_nothing(api: Api, other: str, status: int) -> None:
    triage = await browser(api, Role.TRIAGE)
    _, younger = await two(api)
    page = await triage.open(f"/tickets/{younger}")
    form = page.forms["together"].fields
    given = {"other": younger, "other_seen": form["seen"]} if other == "itself" else {"other": other}
    assert (await triage.send(page, "together", **given)).status == status
    assert (await triage.send(page, "together", csrf="x")).status == 403
    assert (await read(api, younger))["status"] == "reported"


async def test_a_legal_matter_is_like_nothing(api: Api) -> None:
    await api.staff("顾律师", Role.ADVISER)
    triage, first = await browser(api, Role.TRIAGE), await report(api, **TENANCY)
    second = await report(api, **TENANCY, reporter="r2")
    page = await triage.open(f"/tickets/{second}")
    assert "附近相似的工单" not in page.words and first not in page.words


async def test_an_ended_one_is_like_nothing_and_taken_apart_only_here(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.MERGED)
    triage = await browser(cast.api, Role.TRIAGE, "看的")
    page = await triage.open(f"/tickets/{number}")
    assert "附近相似的工单" not in page.words
    (into,) = [word for word in page.words.split() if word.startswith("GS") and word[:16] != number][:1]
    target = await triage.open(f"/tickets/{into[:16].rstrip('，')}")
    declined = await cast.at(Lane.PUBLIC, Status.DECLINED)
    refused = await triage.send(target, "apart", other=declined)
    assert refused.status == 409 and (await cast.read(declined))["status"] == "declined"
