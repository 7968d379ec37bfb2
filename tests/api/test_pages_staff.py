"""Admins add staff, change their office, give passwords and let them go; the house is never left without an admin, nor
a ticket with somebody who is gone."""

import asyncio
import re

import pytest
from sqlmodel import select

from api import passwords
from api.lifecycle import STAFF_ROLES, Role
from api.models import Staff
from tests.api.browsing import PASSWORD, Browser, Page, browser, dispatched
from tests.api.life import STREET, STREET_NAME
from tests.conftest import Api

SHOWN = re.compile(r"新口令：\s*([\w-]+)")


async def person(api: Api, name: str) -> Staff:
    async with api.db.reading() as session:
        return (await session.exec(select(Staff).where(Staff.name == name))).one()


async def fits(api: Api, name: str, password: str) -> bool:
    async with api.db.writing() as session:
        return await passwords.sign_in(session, name, password, api.clock()) is not None


async def of(admin: Browser, api: Api, name: str) -> Page:
    return await admin.open(f"/staff?person={(await person(api, name)).id}")


async def test_who_is_added_gets_in_with_the_password_that_is_shown_once(api: Api) -> None:
    admin = await browser(api, Role.ADMIN)
    page = await admin.send(await admin.open("/staff"), "staff", name=" 王芳 ", role="triage", scope=STREET)
    password = SHOWN.search(page.words)
    assert page.status == 200 and password and "受理员 王芳的新口令" in page.words
    assert await fits(api, "王芳", password[1])
    again = await of(admin, api, "王芳")
    assert password[1] not in again.html and STREET_NAME in again.words
    assert (again.forms[str((await person(api, "王芳")).id)].fields["scope"]) == STREET


async def test_a_name_is_given_once(api: Api) -> None:
    admin = await browser(api, Role.ADMIN)
    pages = [await admin.open("/staff") for _ in range(2)]
    sent = await asyncio.gather(
        *(
            admin.send(page, "staff", name="王芳", role=role)
            for page, role in zip(pages, ("triage", "verifier"), strict=True)
        )
    )
    assert sorted(page.status for page in sent) == [200, 422]
    assert [SHOWN.search(page.words) is not None for page in sorted(sent, key=lambda page: page.status)] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "登录名要有 1 到 100 个"),
        ({"name": "a:b"}, "不能有冒号"),
        ({"name": "system"}, "系统用的名称"),
        ({"name": "长" * 101}, "登录名要有"),
        ({"name": "某admin"}, "已经有这个登录名"),
        ({"role": ""}, "请选岗位"),
        ({"role": "resident"}, "请选岗位"),
        ({"scope": "999"}, "范围已经不在"),
    ],
)
async def test_what_cannot_be_added_is_told_and_kept(sqlite_api: Api, typed: dict[str, str], said: str) -> None:
    admin = await browser(sqlite_api, Role.ADMIN)
    given = {"name": "<b>王芳</b>", "role": "triage", "scope": ""} | typed
    page = await admin.send(await admin.open("/staff"), "staff", **given)
    assert (page.status, said in page.words, "<b>王芳" in page.html) == (422, True, False)
    assert page.forms["staff"].fields["name"] == given["name"]
    async with sqlite_api.db.reading() as session:
        assert len((await session.exec(select(Staff))).all()) == 1


async def test_an_office_is_changed_and_holds_at_once(api: Api) -> None:
    admin, reader = await browser(api, Role.ADMIN), await browser(api, Role.VERIFIER, "李明")
    page = await of(admin, api, "李明")
    form = str((await person(api, "李明")).id)
    assert (await reader.open("/organisation")).status == 403
    page = await admin.send(page, form, role="supervisor", scope="")
    assert page.status == 200 and (await person(api, "李明")).role is Role.SUPERVISOR
    assert (await reader.open("/organisation")).status == 200
    refused = await admin.send(page, form, role="clock")
    assert (refused.status, "请选岗位" in refused.words) == (422, True)


async def test_a_new_password_ends_what_was_open_and_signing_out_keeps_it(api: Api) -> None:
    admin, reader = await browser(api, Role.ADMIN), await browser(api, Role.TRIAGE, "王芳")
    page = await admin.send(await of(admin, api, "王芳"), "password")
    password = SHOWN.search(page.words)
    assert password and "登录" in (await reader.open("/queue")).words and await fits(api, "王芳", password[1])
    await admin.send(await of(admin, api, "王芳"), "sign-out")
    assert await fits(api, "王芳", password[1])


async def test_who_is_let_go_does_not_get_in_and_may_come_back(api: Api) -> None:
    admin, reader = await browser(api, Role.ADMIN), await browser(api, Role.TRIAGE, "王芳")
    page = await admin.send(await of(admin, api, "王芳"), "dismiss")
    assert "不在岗" in page.words and "password" not in page.forms
    assert (await reader.client.get("/queue")).status_code == 303
    page.forms["take-back"].action = page.forms["take-back"].action.replace("take-back", "password")
    refused = await admin.send(page, "take-back")
    assert (refused.status, "先恢复再换口令" in refused.words) == (422, True)
    page = await admin.send(await of(admin, api, "王芳"), "take-back")
    assert "没有口令，不能登录页面" in page.words
    assert not await fits(api, "王芳", PASSWORD) and (await person(api, "王芳")).active


async def test_nobody_goes_with_tickets_in_hand(api: Api) -> None:
    admin = await browser(api, Role.ADMIN)
    await api.staff("维修队", Role.HANDLER)
    await dispatched(api, "维修队")
    page = await of(admin, api, "维修队")
    assert "1 件" in page.words
    for form, typed in (("dismiss", {}), (str((await person(api, "维修队")).id), {"role": "verifier"})):
        refused = await admin.send(page, form, **typed)
        assert (refused.status, "还有 1 件在办工单在他手上" in refused.words) == (422, True)
    staff = await person(api, "维修队")
    assert (staff.active, staff.role) == (True, Role.HANDLER)
    moved = await admin.send(page, str(staff.id), scope=STREET)
    assert moved.status == 200, "where they work may change"


async def test_an_admin_does_not_take_away_their_own_office(api: Api) -> None:
    admin = await browser(api, Role.ADMIN, "甲")
    page = await of(admin, api, "甲")
    refused = await admin.send(page, "dismiss")
    assert (refused.status, "要由另一位管理员改" in refused.words) == (422, True)
    assert (await admin.send(page, str((await person(api, "甲")).id), role="triage")).status == 422


async def test_of_two_admins_who_let_each_other_go_one_stays(api: Api) -> None:
    one, two = await browser(api, Role.ADMIN, "甲"), await browser(api, Role.ADMIN, "乙")
    pages = [await of(one, api, "乙"), await of(two, api, "甲")]
    await asyncio.gather(*(admin.send(page, "dismiss") for admin, page in zip((one, two), pages, strict=True)))
    assert sorted([(await person(api, name)).active for name in ("甲", "乙")]) == [False, True]


async def test_only_admins_do_it(sqlite_api: Api) -> None:
    admin = await browser(sqlite_api, Role.ADMIN, "管")
    await browser(sqlite_api, Role.TRIAGE, "王芳")
    number = (await person(sqlite_api, "王芳")).id
    deeds = ("", "/password", "/sign-out", "/dismiss", "/take-back")
    for role in set(STAFF_ROLES) - {Role.ADMIN}:
        reader = await browser(sqlite_api, role)
        csrf = (await reader.open("/me")).forms["sign-out"].fields["csrf"]
        for address in ("/staff", *(f"/staff/{number}{deed}" for deed in deeds)):
            data = {"csrf": csrf, "name": "x", "role": "admin", "scope": ""}
            assert (await reader.client.post(address, data=data)).status_code == 403, (role, address)
    for address in ("/staff", *(f"/staff/{number}{deed}" for deed in deeds)):
        assert (await admin.client.post(address, data={"csrf": "x", "name": "x", "role": "admin"})).status_code == 403
    assert (await person(sqlite_api, "王芳")).role is Role.TRIAGE
    csrf = (await admin.open("/me")).forms["sign-out"].fields["csrf"]
    for deed in deeds:
        assert (await admin.client.post(f"/staff/99999{deed}", data={"csrf": csrf})).status_code == 404
    assert (await admin.open("/staff?person=99999")).status == 404
