"""Admins keep contractors and other units on a page: added, renamed, retired, with what lies with them."""

import asyncio
import re

import pytest
from sqlmodel import select

from api.lifecycle import STAFF_ROLES, Role
from api.models import Unit
from tests.api.browsing import Browser, Page, acted, browser, report
from tests.api.life import STREET_NAME
from tests.conftest import Api

NEW = {"code": "con-9", "name": "金阊快修队", "kind": "contractor", "street": STREET_NAME}


async def unit(api: Api, code: str) -> Unit | None:
    async with api.db.reading() as session:
        return await session.get(Unit, code)


async def add(admin: Browser, **changes: str) -> Page:
    return await admin.send(await admin.open("/units"), "units", **(NEW | changes))


async def test_a_unit_is_added_given_work_renamed_and_retired(api: Api) -> None:
    admin, triage = await browser(api, Role.ADMIN), await browser(api, Role.TRIAGE)
    assert "金阊快修队" in (await add(admin)).words
    number = await report(api)
    clerk = await api.staff("立案的", Role.TRIAGE)
    await acted(api, number, "file", clerk)
    assert "con-9" in (await triage.open(f"/tickets/{number}")).forms["dispatch"].choices["to"]
    await acted(api, number, "dispatch", clerk, to="con-9")
    page = await admin.open("/units?unit=con-9")
    assert "1 件" in page.words
    page.forms["retire"] = page.forms["change"]
    page = await admin.send(page, "change", name="<b>新名</b>", street="")
    assert page.status == 200 and "<b>新名" not in page.html and "新名" in page.words
    page = await admin.open("/units?unit=con-9")
    page.forms["change"].action = "/units/retire"
    refused = await admin.send(page, "change")
    assert (refused.status, "还有 1 件在办工单在它手上" in refused.words) == (422, True)
    await acted(api, number, "decline", clerk, reason="不在本区")
    assert (await admin.send(page, "change")).status == 200
    gone = await unit(api, "con-9")
    assert gone and gone.retired_at and "新名" not in (await admin.open("/units")).words
    for again in (page, await admin.open("/units")):
        form = again.forms.get("change") or again.forms["units"]
        form.action = "/units/change"
        assert (
            await admin.send(again, next(k for k, v in again.forms.items() if v is form), code="con-9")
        ).status == 404


async def test_what_its_word_was_worth_is_told(api: Api) -> None:
    admin = await browser(api, Role.ADMIN)
    await add(admin)
    number, clerk = await report(api), await api.staff("立案的", Role.TRIAGE)
    crew, verifier = await api.staff("班组", Role.HANDLER, "con-9"), await api.staff("核查的", Role.VERIFIER)
    await acted(api, number, "file", clerk)
    await acted(api, number, "dispatch", clerk, to="con-9")
    await acted(api, number, "accept", crew)
    await acted(api, number, "report_back", crew, note="修好了")
    await acted(api, number, "fail", verifier, reason="还是不亮")
    words = " ".join(re.sub("<[^>]*>", " ", (await admin.open("/units")).html).split())
    assert "金阊快修队 承包单位 金阊街道 1 件 1 次 1 次" in words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"code": ""}, "代码要有 1 到 100 个字"),
        ({"code": "a:b"}, "不能有冒号"),
        ({"code": "长" * 101}, "代码要有"),
        ({"code": "某admin"}, "用它作登录名"),
        ({"name": " "}, "名称要有 1 到 100 个"),
        ({"name": "长" * 101}, "名称要有"),
        ({"kind": ""}, "请选是什么单位"),
        ({"kind": "group"}, "请用分工文件"),
        ({"street": "没有街道"}, "街道已经不在"),
    ],
)
async def test_what_cannot_be_added_is_told_and_kept(sqlite_api: Api, typed: dict[str, str], said: str) -> None:
    admin = await browser(sqlite_api, Role.ADMIN)
    page = await add(admin, **typed)
    assert (page.status, said in page.words) == (422, True)
    assert page.forms["units"].fields["name"] == (NEW | typed)["name"].strip()
    async with sqlite_api.db.reading() as session:
        assert "con-9" not in (await session.exec(select(Unit.code))).all()


async def test_a_code_is_given_once(api: Api) -> None:
    admin = await browser(api, Role.ADMIN)
    pages = [await admin.open("/units") for _ in range(2)]
    sent = await asyncio.gather(
        *(admin.send(page, "units", **NEW | {"name": f"第{i}队"}) for i, page in enumerate(pages))
    )
    assert sorted(page.status for page in sent) == [200, 422]
    assert "已经有这个代码" in (await add(admin)).words


async def test_only_admins_do_it(sqlite_api: Api) -> None:
    await sqlite_api.contractor(STREET_NAME)
    admin = await browser(sqlite_api, Role.ADMIN, "管")
    for role in set(STAFF_ROLES) - {Role.ADMIN}:
        reader = await browser(sqlite_api, role)
        csrf = (await reader.open("/me")).forms["sign-out"].fields["csrf"]
        for address in ("/units", "/units/change", "/units/retire"):
            data = NEW | {"csrf": csrf, "code": "contractor-1"}
            assert (await reader.client.post(address, data=data)).status_code == 403, (role, address)
    assert (await admin.client.post("/units", data=NEW | {"csrf": "x"})).status_code == 403
    kept = await unit(sqlite_api, "contractor-1")
    assert kept and kept.retired_at is None and kept.name == f"{STREET_NAME}快修队"
    assert (await admin.open("/units?unit=nothing")).status == 404
