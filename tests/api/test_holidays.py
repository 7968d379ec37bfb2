"""The district's own days: every clock counts by them from then on, and no promise that was given moves."""

import asyncio
import html
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api import clockwork, holidays, own_days
from api.calendar import district_calendar, festivals, last_known_year
from api.deadlines import SHANGHAI
from api.lifecycle import STAFF_ROLES, Role
from api.models import OwnDay
from api.own_days import OwnDays
from tests.api.browsing import Browser, Page, acted, browser
from tests.api.life import open_ticket
from tests.conftest import Api

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
TYPHOON = {"first": "2026-11-25", "kind": "off", "why": "台风停工"}  # the Wednesday after the tests' Monday
KNOWN = district_calendar()


def moment(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


def own(number: int, day: str, worked: bool, since: datetime, until: datetime | None = None) -> OwnDay:
    return OwnDay(
        id=number, day=date.fromisoformat(day), worked=worked, why="", by="", at=since, since=since, until=until
    )


async def tried(admin: Browser, **typed: Any) -> Page:
    csrf = (await admin.open("/me")).forms["sign-out"].fields["csrf"]
    return Page(await admin.client.post("/holidays", data={"csrf": csrf} | typed, follow_redirects=True))


async def saved(admin: Browser, trial: Page, **changes: Any) -> Page:
    carried = {name: html.unescape(value) for name, value in HIDDEN.findall(trial.html.split('action="/holidays"')[1])}
    return Page(await admin.client.post("/holidays", data=carried | changes, follow_redirects=True))


async def kept(api: Api) -> list[OwnDay]:
    async with api.db.reading() as session:
        return list(await own_days.everything(session))


def test_a_day_holds_for_what_begins_while_it_is_in_force() -> None:
    days = OwnDays(
        [own(1, "2026-11-25", False, moment(23, 10), moment(24)), own(2, "2026-11-28", True, moment(23, 10))]
    )
    for at, wednesday, saturday in (
        (moment(23, 9), True, False),
        (moment(23, 10), False, True),
        (moment(24), True, True),
    ):
        there = days.over(KNOWN, at)
        assert (there.works_on(date(2026, 11, 25)), there.works_on(date(2026, 11, 28))) == (wednesday, saturday), at
    assert OwnDays().over(KNOWN, moment(23)) is KNOWN


@pytest.mark.parametrize("day", ["2026-10-01", "2026-10-10", "2026-11-25", "2026-11-28"])
@pytest.mark.parametrize("worked", [True, False])
def test_an_own_day_overrides_holidays_and_make_up_days(day: str, worked: bool) -> None:
    there = own_days.with_days(KNOWN, [own(1, day, worked, moment(1))])
    assert there.works_on(date.fromisoformat(day)) is worked
    others = {KNOWN.works_on(one) == there.works_on(one) for one in (date(2026, 10, 2), date(2026, 11, 24))}
    assert others == {True}


def test_festivals_are_those_of_the_calendar() -> None:
    named = {one.name: one for one in festivals(2026)}
    assert named["国庆节"].off[0] == date(2026, 10, 1) and named["国庆节"].worked == (
        date(2026, 9, 20),
        date(2026, 10, 10),
    )
    assert all(not KNOWN.works_on(day) for one in named.values() for day in one.off)
    assert all(KNOWN.works_on(day) for one in named.values() for day in one.worked)
    assert festivals(last_known_year() + 1) == []


async def test_what_was_promised_stays_and_what_comes_after_counts_anew(api: Api) -> None:
    admin, clerk = await browser(api, Role.ADMIN), await api.staff("立案的", Role.TRIAGE)
    before = await open_ticket(api, label="greenery", text="树倒了", place="某处")
    trial = await tried(admin, **TYPHOON)
    for words in ("11月25日 周三休息：台风停工", "时限都不变", "1 件", before["number"]):
        assert words in trial.words, words
    assert await kept(api) == [], "nothing is kept by looking"
    page = await saved(admin, trial)
    assert page.status == 200 and "台风停工" in page.words and "添了2026年11月25日 周三休息" in page.words
    api.clock.forward(minutes=2)
    after = await open_ticket(api, label="greenery", text="树又倒了", place="另一处", reporter="r2", unless_known=False)
    due = [datetime.fromisoformat(ticket["due_at"]) for ticket in (before, after)]
    assert due[1] - due[0] == timedelta(days=1, minutes=2)
    await acted(api, before["number"], "file", clerk)
    read = await api.client.get(f"/api/v1/tickets/{before['number']}", headers=clerk)
    assert datetime.fromisoformat(read.json()["due_at"]) == due[0], "whatever is done with it since"
    assert not api.office.calendar.works_on(date(2026, 11, 25)), "rosters and rules, too"
    drop = await tried(admin, drop=str((await kept(api))[0].id))
    assert "撤销11月25日 周三" in drop.words and after["number"] in drop.words and before["number"] not in drop.words
    page = await saved(admin, drop)
    assert "后来由管理员 某admin撤销" in page.words
    api.clock.forward(minutes=2)
    assert api.office.calendar.works_on(date(2026, 11, 25))
    await acted(api, after["number"], "file", clerk)
    read = await api.client.get(f"/api/v1/tickets/{after['number']}", headers=clerk)
    assert datetime.fromisoformat(read.json()["due_at"]) == due[1]


async def test_what_another_process_entered_is_read_by_a_sweep(sqlite_api: Api) -> None:
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    async with sqlite_api.db.writing() as session:
        session.add(own(7, "2026-11-25", False, long_ago))
    assert sqlite_api.office.calendar.works_on(date(2026, 11, 25))
    await clockwork.sweep(sqlite_api.db, sqlite_api.office)
    assert not sqlite_api.office.calendar.works_on(date(2026, 11, 25))


async def test_a_notice_is_entered_as_days_off_and_days_worked(sqlite_api: Api) -> None:
    admin = await browser(sqlite_api, Role.ADMIN)
    page = await admin.open("/holidays?year=2027")
    assert "暂定" in page.words and "还没有收进系统" in page.words
    spring = {"first": "2027-02-05", "last": "2027-02-11", "kind": "off", "why": "春节"}
    await saved(admin, await tried(admin, **spring))
    await saved(admin, await tried(admin, first="2027-02-20", kind="worked", why="春节调休"))
    found = [(str(row.day), row.worked) for row in await kept(sqlite_api)]
    assert found == [(f"2027-02-{day:02d}", False) for day in (5, 8, 9, 10, 11)] + [("2027-02-20", True)]
    await saved(admin, await tried(admin, first="2027-02-08", kind="worked", why="提前上班"))
    rows = await kept(sqlite_api)
    assert len(rows) == 6 and [str(row.day) for row in rows if row.until] == ["2027-02-08"], "worked as it ever was"
    page = await admin.open("/holidays?year=2027")
    assert "2月5日 周五" in page.words and "2月20日 周六" in page.words
    page = await admin.open("/holidays")
    assert "国庆节" in page.words and "10月1日 周四至10月7日 周三" in page.words and "国务院办公厅" in page.words


async def test_of_two_at_once_the_second_looks_again(api: Api) -> None:
    first, second = await browser(api, Role.ADMIN, "甲"), await browser(api, Role.ADMIN, "乙")
    trials = [await tried(one, **TYPHOON | {"why": why}) for one, why in ((first, "台风"), (second, "停工"))]
    pages = await asyncio.gather(*(saved(one, trial) for one, trial in zip((first, second), trials, strict=True)))
    assert sorted(page.status for page in pages) == [200, 422] and len(await kept(api)) == 1
    drop = await tried(first, drop=str((await kept(api))[0].id))
    assert [(await saved(first, drop)).status for _ in range(2)] == [200, 422], "pressed twice it is done once"
    changed = await saved(second, await tried(second, **TYPHOON), last="2026-11-27")
    assert (changed.status, "再看一遍影响" in changed.words) == (422, True)


BAD: list[tuple[dict[str, str], str]] = [
    ({"first": ""}, "请选日期"),
    ({"first": "2026-02-30"}, "请选日期"),
    ({"last": "明天"}, "请选日期"),
    ({"last": "2026-11-24"}, "一次最多 31 天"),
    ({"last": "2026-12-31"}, "一次最多 31 天"),
    ({"first": "2026-11-22"}, "过去的日子"),
    ({"first": "2036-11-22"}, "两年以内"),
    ({"first": "9999-12-31"}, "两年以内"),
    ({"kind": ""}, "上班还是休息"),
    ({"kind": "party"}, "上班还是休息"),
    ({"why": " "}, "请写为什么"),
    ({"why": "长" * 51}, "最多 50 个字"),
    ({"kind": "worked"}, "本来就是这样"),
    ({"first": "2026-11-28"}, "本来就是这样"),
    ({"drop": "99"}, "已经撤销"),
]


@pytest.mark.parametrize(("typed", "said"), BAD)
async def test_what_cannot_be_kept_is_told_and_stays_typed(sqlite_api: Api, typed: dict[str, str], said: str) -> None:
    admin = await browser(sqlite_api, Role.ADMIN)
    page = await tried(admin, **TYPHOON | typed)
    assert (page.status, said in page.words, await kept(sqlite_api)) == (422, True, [])
    assert f'name="why" value="{(TYPHOON | typed)["why"].strip()}"' in page.html


async def test_only_admins_do_it_and_hostile_words_stay_words(sqlite_api: Api) -> None:
    for role in set(STAFF_ROLES) - {Role.ADMIN}:
        reader = await browser(sqlite_api, role)
        assert (await tried(reader, **TYPHOON)).status == 403, role
    admin = await browser(sqlite_api, Role.ADMIN)
    assert (await admin.client.post("/holidays", data=TYPHOON | {"csrf": "x"})).status_code == 403
    page = await saved(admin, await tried(admin, **TYPHOON | {"why": "<b>&quot;"}))
    assert "<b>&quot;" in page.words and "<b>&quot;" not in page.html
    assert (await admin.open("/holidays?year=1")).status == 422
    assert holidays.KINDS.keys() == {"off", "worked"}
