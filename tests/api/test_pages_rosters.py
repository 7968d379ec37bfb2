"""Admins keep who is on duty on a page, and see the hours of the coming week in which nobody is there."""

import asyncio
from typing import Any

import pytest
from sqlmodel import select

from api import people, rosters, set_up
from api.lifecycle import STAFF_ROLES, Role
from api.models import Shift, UnitMember
from tests.api.browsing import Browser, Page, browser
from tests.api.life import STREET_NAME
from tests.conftest import Api

UNIT, ADDRESS = "contractor-1", "/units/roster?unit=contractor-1"
NIGHT = {"staff": "张师傅", "days": ["0:mon", "0:workday"], "begin": "17:30", "end": "08:30"}


@pytest.fixture
async def admin(api: Api) -> Browser:
    await api.contractor(STREET_NAME)
    await api.staff("张师傅", Role.HANDLER, UNIT)
    await api.staff("别家的", Role.HANDLER)
    return await browser(api, Role.ADMIN)


async def send(admin: Browser, page: Page, **typed: Any) -> Page:
    data = page.forms["roster"].fields | NIGHT | typed
    return Page(await admin.client.post("/units/roster", data=data, follow_redirects=True))


async def shifts(api: Api) -> list[Shift]:
    async with api.db.reading() as session:
        return list((await session.exec(select(Shift).order_by(Shift.id))).all())


async def test_a_line_is_added_seen_in_the_week_and_taken_out(api: Api, admin: Browser) -> None:
    page = await admin.open(ADDRESS)
    assert "还没有排班" in page.words and page.forms["roster"].choices["staff"] == ["", "张师傅", "别家的"]
    page = await send(admin, page)
    [kept] = await shifts(api)
    assert (kept.unit, kept.staff, kept.times) == (
        UNIT,
        "张师傅",
        [{"days": ["mon", "workday"], "hours": "17:30-08:30"}],
    )
    for words in (
        "周一、工作日 17:30至次日08:30",
        "11月23日 周一",
        "17:30至24:00 承办员 张师傅",
        "08:30至17:30",  # Tuesday's gap
        "管理员 某admin排上了承办员 张师傅",
    ):
        assert words in page.words, words
    assert page.html.count('<svg class="strip"') == 7 and "没有人：全天" in page.html, "Sunday"
    page = Page(await admin.client.post("/units/roster/drop", data=page.forms["drop"].fields, follow_redirects=True))
    assert (page.status, await shifts(api)) == (200, []) and "撤下了承办员 张师傅" in page.words


async def test_the_member_who_left_is_marked_and_counts_for_nobody(api: Api, admin: Browser) -> None:
    await send(admin, await admin.open(ADDRESS), days=[], begin="", end="")
    assert "每天全天" in (await admin.open(ADDRESS)).words and "没有人：" not in (await admin.open(ADDRESS)).html
    async with api.db.writing() as session:
        (await people.called(session, "张师傅")).active = False
    page = await admin.open(ADDRESS)
    assert "已不在岗" in page.words and page.html.count("没有人：全天") == 7


async def test_advisers_have_duty_too_and_members_stand_first(api: Api, admin: Browser) -> None:
    await api.staff("顾律师", Role.ADVISER)
    async with api.db.writing() as session:
        session.add(UnitMember(unit=UNIT, post="律师", name="顾", staff="顾律师"))
    page = await admin.open(ADDRESS)
    assert page.forms["roster"].choices["staff"] == ["", "顾律师", "张师傅", "别家的"]
    page = await send(admin, page, staff="顾律师", days=[], begin="", end="", dates="2026-11-25")
    assert "2026-11-25全天" in page.words and "00:00至24:00 法律顾问 顾律师" in page.words


async def test_a_line_is_there_once_however_often_it_is_pressed(api: Api, admin: Browser) -> None:
    page = await admin.open(ADDRESS)
    pages = await asyncio.gather(*(send(admin, page) for _ in range(3)))
    assert sorted(one.status for one in pages) == [200, 422, 422] and len(await shifts(api)) == 1
    assert "已经排过了" in next(one for one in pages if one.status == 422).words
    form = (await admin.open(ADDRESS)).forms["drop"].fields
    gone = [await admin.client.post("/units/roster/drop", data=form) for _ in range(2)]
    assert [one.status_code for one in gone] == [303, 303]
    async with api.db.reading() as session:
        assert len(await set_up.recent(session, rosters.PAGE, UNIT)) == 2


async def test_a_line_of_another_unit_stays(api: Api, admin: Browser) -> None:
    await api.contractor(STREET_NAME, "other")
    page = await send(admin, await admin.open(ADDRESS))
    form = page.forms["drop"].fields | {"unit": "other"}
    await admin.client.post("/units/roster/drop", data=form)
    assert len(await shifts(api)) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"staff": ""}, "请选谁值班"),
        ({"staff": "某admin"}, "请选谁值班"),
        ({"staff": "<b>"}, "请选谁值班"),
        ({"end": ""}, "要有开始和结束"),
        ({"begin": "25:00"}, "钟点没看懂"),
        ({"end": "17:30"}, "同一时刻"),
        ({"dates": "下周"}, "日期没看懂"),
        ({"dates": "2026-02-30"}, "日期没看懂"),
    ],
)
async def test_what_cannot_be_kept_is_told_and_stays_typed(sqlite_api: Api, typed: dict[str, Any], said: str) -> None:
    await sqlite_api.contractor(STREET_NAME)
    await sqlite_api.staff("张师傅", Role.HANDLER, UNIT)
    admin = await browser(sqlite_api, Role.ADMIN)
    page = await send(admin, await admin.open(ADDRESS), **typed)
    assert (page.status, said in page.words, await shifts(sqlite_api)) == (422, True, [])
    assert 'value="0:mon" checked' in page.html


async def test_only_admins_and_only_where_a_unit_is(sqlite_api: Api) -> None:
    await sqlite_api.contractor(STREET_NAME)
    await sqlite_api.staff("张师傅", Role.HANDLER, UNIT)
    for role in set(STAFF_ROLES) - {Role.ADMIN}:
        reader = await browser(sqlite_api, role)
        csrf = (await reader.open("/me")).forms["sign-out"].fields["csrf"]
        for address in ("/units/roster", "/units/roster/drop"):
            data = NIGHT | {"csrf": csrf, "unit": UNIT, "shift": "1"}
            assert (await reader.client.post(address, data=data)).status_code == 403, (role, address)
    admin = await browser(sqlite_api, Role.ADMIN)
    page = await admin.open("/units/roster")
    assert "金阊街道快修队" in page.words
    assert (await admin.open("/units/roster?unit=nowhere")).status == 404
    form = (await admin.open(ADDRESS)).forms["roster"].fields
    assert (await admin.client.post("/units/roster", data=form | NIGHT | {"unit": "nowhere"})).status_code == 404
    assert (await admin.client.post("/units/roster", data=NIGHT | {"csrf": "x", "unit": UNIT})).status_code == 403
    assert await shifts(sqlite_api) == []
