"""The machine's first three on a ticket's page, and items found by how they sound."""

import re

import pytest

from api.lifecycle import Role
from api.pages.guesses import REASON
from api.pages.sounds import sounds
from tests.api.browsing import TENANCY, Page, browser, dispatched, report
from tests.conftest import Api


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("路灯", "ludeng ld"),
        ("井盖（含雨水）", "jinggaihanyushui jghys"),
        ("LED灯", "leddeng ld"),
        ("", ""),
        ("（）", ""),
    ],
)
def test_how_a_name_is_typed(name: str, typed: str) -> None:
    assert sounds(name) == typed


def labels(page: Page) -> list[str]:
    return re.findall(r'<button name="label" value="([^"]+)" data-key', page.html)


def said(page: Page) -> list[str]:
    return [event.strip() for event in page.words.splitlines() if "改为" in event]


async def test_one_press_files_as_the_machine_thinks(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.open(f"/tickets/{number}")
    first = labels(page)[0]
    assert first == "street_light" and len(labels(page)) <= 3
    once = await triage.send(page, "item", label=first)
    assert "立案 · 待派遣" in once.words and said(once) == []
    twice = await triage.send(page, "item", label=first)
    assert (twice.status, "您的操作没有执行" in twice.words) == (200, False)


async def test_after_filing_one_press_corrects_and_the_present_item_is_no_choice(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.open(f"/tickets/{number}")
    one, other, *_ = labels(page)
    page = await triage.send(page, "item", label=one)
    assert one not in labels(page) and other in labels(page)
    page = await triage.send(page, "item", label=other)
    names = api.office.catalogue.by_label
    assert f"事项：{names[one].name} 改为 {names[other].name}" in page.words and REASON in page.words
    assert one in labels(page)


async def test_who_comes_second_with_a_press_is_told(api: Api) -> None:
    first, second = await browser(api, Role.TRIAGE, "王芳"), await browser(api, Role.TRIAGE, "李明")
    number = await report(api)
    mine = await second.open(f"/tickets/{number}")
    await first.send(await first.open(f"/tickets/{number}"), "file")
    refused = await second.send(mine, "item", label=labels(mine)[-1])
    assert (refused.status, "王芳刚刚已经立案" in refused.words) == (409, True)


@pytest.mark.parametrize(("label", "status"), [("", 422), ("no_such_item", 422)])
async def test_a_press_on_nothing_is_refused(api: Api, label: str, status: int) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.send(await triage.open(f"/tickets/{number}"), "item", label=label)
    assert (page.status, "发现 · 待受理" in page.words) == (status, True)


async def test_who_may_not_file_sees_no_buttons_and_is_refused(api: Api) -> None:
    handler, triage = await browser(api, Role.HANDLER, "维修队"), await browser(api, Role.TRIAGE)
    number = await dispatched(api, "维修队")
    page = await handler.open(f"/tickets/{number}")
    assert labels(page) == [] and labels(await triage.open(f"/tickets/{number}")) == []
    verifier, fresh = await browser(api, Role.VERIFIER), await report(api)
    looked = await verifier.open(f"/tickets/{fresh}")
    assert labels(looked) == []
    csrf = looked.forms["sign-out"].fields["csrf"]
    forged = await verifier.client.post(f"/tickets/{fresh}/item", data={"csrf": csrf, "label": "street_light"})
    assert forged.status_code in (403, 409)
    assert "发现 · 待受理" in (await verifier.open(f"/tickets/{fresh}")).words


async def test_a_legal_matter_has_no_buttons(api: Api) -> None:
    await browser(api, Role.ADVISER, "顾律师")
    triage, number = await browser(api, Role.TRIAGE), await report(api, **TENANCY)
    assert labels(await triage.open(f"/tickets/{number}")) == []


async def test_every_item_can_be_found_by_its_sound(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.open(f"/tickets/{number}")
    options = re.findall(r'<option value="[^"]+" data-sounds="[a-z0-9]+ [a-z0-9]+"', page.html)
    assert len(options) == 2 * len(page.forms["correct"].choices["label"])
