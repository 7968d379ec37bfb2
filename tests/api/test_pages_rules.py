"""Admins keep the routing rules on a page: nothing is kept that was not tried, and nothing is overwritten unseen."""

import asyncio
import html
import re
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from api import rulebook, set_up, units
from api.lifecycle import STAFF_ROLES, Role
from api.models import RoutingRule, SetUpChange
from tests.api.browsing import Browser, Page, acted, browser, report
from tests.api.life import COMMUNITY, LOCATED, STREET, STREET_NAME, open_ticket
from tests.api.test_organisation import RULES, taken
from tests.conftest import Api

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
NEW = {"name": "灯归站", "item": ["street_light"], "to": "kind:station", "deed": "write"}


def carried(page: Page) -> dict[str, Any]:
    """Everything the first form of the page carries along, fields of one name in their order."""
    found: dict[str, Any] = {}
    for name, value in HIDDEN.findall(page.html.split('action="/rules"')[1].split("</form>")[0]):
        found.setdefault(name, []).append(html.unescape(value))
    return found


async def tried(admin: Browser, page: Page, **typed: Any) -> Page:
    form = {name: values for name, values in carried(page).items() if name in ("csrf", "seen")}
    return Page(await admin.client.post("/rules", data=form | {"old": ""} | typed, follow_redirects=True))


async def saved(admin: Browser, trial: Page, **changes: Any) -> Page:
    return Page(await admin.client.post("/rules", data=carried(trial) | changes, follow_redirects=True))


async def names(api: Api) -> list[str]:
    async with api.db.reading() as session:
        return [row.name for row in await rulebook.listed(session)]


async def rule(api: Api, name: str) -> RoutingRule:
    async with api.db.reading() as session:
        return (await session.exec(select(RoutingRule).where(RoutingRule.name == name))).one()


async def changes(api: Api) -> list[SetUpChange]:
    async with api.db.reading() as session:
        return list(await set_up.recent(session, rulebook.PAGE))


@pytest.fixture
async def station(api: Api) -> None:
    async with api.db.writing() as session:
        await units.add(session, "sta", "彩香联动工作站", "station", STREET_NAME)
    await api.contractor(STREET_NAME)


async def test_a_rule_is_tried_on_the_last_tickets_and_then_kept(api: Api, station: None) -> None:
    admin, number = await browser(api, Role.ADMIN), (await open_ticket(api, **LOCATED))["number"]
    trial = await tried(admin, await admin.open("/rules"), **NEW)
    for words in ("添一条", "路灯故障，全区，任何时间", "1 件", number, "彩香联动工作站", "金阊街道快修队", "找不到人"):
        assert words in trial.words, words
    assert trial.html.count('class="differs"') == 1 and await names(api) == [], "nothing is kept by looking"
    page = await saved(admin, trial)
    assert (page.status, await names(api)) == (200, ["灯归站"])
    assert "管理员 某admin添了“灯归站”" in page.words.replace("\n", "")
    await acted(api, number, "decline", await api.staff("立案的", Role.TRIAGE), reason="不在本区")
    assert (await open_ticket(api, **LOCATED | {"reporter": "r2"}))["assignee"] == "sta"
    again = await tried(admin, await admin.open("/rules"), **NEW | {"name": "又一条"})
    assert "都和现在派得一样" in again.words


async def test_every_field_is_kept_shown_and_changed(api: Api, station: None) -> None:
    admin = await browser(api, Role.ADMIN)
    whole = NEW | {
        "item": ["street_light", "environment", "referral"], "area": [STREET, COMMUNITY], "urgent": "no",
        "joint": ["unit:contractor-1", "", "on_duty:patrol", "unit:contractor-1"],
        "days": ["0:mon", "0:sun", "2:workday"], "dates": ["2026-10-01，2026-10-02", "", ""],
        "begin": ["17:30", "", ""], "end": ["08:30", "", ""],
    }  # fmt: skip
    await saved(admin, await tried(admin, await admin.open("/rules"), **whole))
    kept = await rule(api, "灯归站")
    assert (kept.items, kept.areas, kept.urgent) == (whole["item"], [STREET, COMMUNITY], False)
    assert kept.times == [
        {"days": ["mon", "sun", "2026-10-01", "2026-10-02"], "hours": "17:30-08:30"},
        {"days": ["workday"], "hours": ""},
    ]
    assert (kept.to, kept.joint) == ({"kind": "station"}, [{"unit": "contractor-1"}, {"on_duty": "patrol"}])
    page = await admin.open("/rules?rule=灯归站")
    for ticked in ("street_light", STREET, COMMUNITY, "0:mon", "1:workday"):
        assert f'value="{ticked}" checked' in page.html, ticked
    for chosen in ("no", "kind:station", "unit:contractor-1", "on_duty:patrol"):
        assert f'value="{chosen}" selected' in page.html, chosen
    assert 'value="2026-10-01 2026-10-02"' in page.html and 'type="time" value="08:30"' in page.html
    trial = await tried(admin, page, **NEW | {"old": "灯归站", "name": "灯归队", "to": "unit:contractor-1"})
    assert "改“灯归站”" in trial.words and "周一、周日" in trial.words
    page = await saved(admin, trial)
    assert await names(api) == ["灯归队"] and (await rule(api, "灯归队")).times == []
    for words in ("改了“灯归站”", "原来：", "现在：", "当地的网格巡查队的值班人协办"):
        assert words in page.words or words.replace("当地的", "") in page.words, words


async def test_rules_move_and_go_and_it_is_on_record(api: Api, tmp_path: Path) -> None:
    await taken(api, tmp_path, RULES)
    admin = await browser(api, Role.ADMIN)
    for deed, old, after in (
        ("down", "灯归没有的队", ["灯归站", "灯归没有的队"]),
        ("up", "灯归没有的队", ["灯归没有的队", "灯归站"]),
        ("up", "灯归没有的队", ["灯归没有的队", "灯归站"]),
        ("remove", "灯归没有的队", ["灯归站"]),
    ):
        trial = await tried(admin, await admin.open("/rules"), deed=deed, old=old)
        assert trial.status == 200
        await saved(admin, trial)
        assert await names(api) == after
    trial = await tried(admin, await admin.open("/rules"), **NEW | {"name": "最前", "place": "1"})
    page = await saved(admin, trial)
    assert await names(api) == ["最前", "灯归站"]
    seen = [(row.about, bool(row.before), bool(row.after), row.by) for row in await changes(api)]
    lost = "灯归没有的队"
    assert seen == [
        ("最前", False, True, "某admin"),
        (lost, True, False, "某admin"),
        (lost, True, True, "某admin"),
        (lost, True, True, "某admin"),
    ], "what moved nothing is no change"
    assert "把“灯归没有的队”从第 1 条移到第 2 条" in page.words and "删去“灯归没有的队”" in page.words


async def test_who_comes_second_is_told_and_overwrites_nothing(api: Api, station: None) -> None:
    first, second = await browser(api, Role.ADMIN, "甲"), await browser(api, Role.ADMIN, "乙")
    old = await second.open("/rules")
    trials = [
        await tried(one, await one.open("/rules"), **NEW | {"name": name})
        for one, name in ((first, "一"), (second, "二"))
    ]
    pages = await asyncio.gather(*(saved(one, trial) for one, trial in zip((first, second), trials, strict=True)))
    assert sorted(page.status for page in pages) == [200, 409] and len(await names(api)) == 1
    late = next(page for page in pages if page.status == 409)
    assert "这一页打开以后规则改过了" in late.words and late.forms["rules"].fields["seen"]
    assert 'name="name" value="一"' in late.html or 'name="name" value="二"' in late.html, "what was typed is kept"
    stale = await tried(second, old, **NEW)
    assert stale.status == 409 and len(await names(api)) == 1
    there = (await names(api))[0]
    remove = await tried(first, await first.open("/rules"), deed="remove", old=there)
    await saved(first, remove)
    assert (await saved(first, remove)).status == 409, "pressed twice it is done once"
    assert [row.about for row in await changes(api)].count(there) == 2


async def test_what_was_not_tried_is_not_kept(sqlite_api: Api) -> None:
    admin = await browser(sqlite_api, Role.ADMIN)
    trial = await tried(admin, await admin.open("/rules"), **NEW)
    for odd in ({"tried": "x"}, {"name": "别的"}, {"to": "kind:patrol"}, {"area": [STREET]}):
        page = await saved(admin, trial, **odd)
        assert (page.status, "请先看这样改会怎么派" in page.words) == (422, True), odd
    assert await names(sqlite_api) == []


BAD: list[tuple[dict[str, Any], str]] = [
    ({"name": " "}, "名称要有 1 到 100 个字"),
    ({"name": "长" * 101}, "名称要有 1 到 100 个字"),
    ({"name": "有了"}, "已经有叫这个名称的规则"),
    ({"item": ["unicorn"]}, "事项里有的已经停用"),
    ({"item": ["legal:tenancy"]}, "事项里有的已经停用"),
    ({"area": ["999"]}, "地方里有的已经不在"),
    ({"to": ""}, "请选交给谁"),
    ({"to": "unit:nowhere"}, "请选交给谁"),
    ({"to": "kind:garage"}, "请选交给谁"),
    ({"to": "planet:mars"}, "请选交给谁"),
    ({"joint": ["staff:nobody"]}, "协办单位或人已经不在"),
    ({"urgent": "perhaps"}, "请选紧急不紧急"),
    ({"place": "9"}, "请选放在第几条"),
    ({"place": "0"}, "请选放在第几条"),
    ({"place": "9" * 5000}, "请选放在第几条"),
    ({"deed": "explode"}, "请先看这样改会怎么派"),
    ({"dates": ["国庆"], "begin": [""], "end": [""]}, "日期没看懂"),
    ({"dates": ["2026-10-01 " * 61], "begin": [""], "end": [""]}, "最多写 60 个"),
    ({"dates": [""], "begin": ["17:30"], "end": [""]}, "要有开始和结束"),
    ({"dates": [""], "begin": ["99:30"], "end": ["10:00"]}, "钟点没看懂"),
    ({"dates": [""], "begin": ["08:00"], "end": ["08:00"]}, "同一时刻"),
    ({"dates": [""], "days": ["0:someday"], "begin": [""], "end": [""]}, "日期没看懂"),
]


@pytest.mark.parametrize(("typed", "said"), BAD, ids=[str(number) for number in range(len(BAD))])
async def test_what_cannot_be_kept_is_told_and_stays_typed(sqlite_api: Api, typed: dict[str, Any], said: str) -> None:
    admin = await browser(sqlite_api, Role.ADMIN)
    await saved(admin, await tried(admin, await admin.open("/rules"), **NEW | {"name": "有了"}))
    page = await tried(admin, await admin.open("/rules"), **NEW | {"name": "新的"} | typed)
    assert (page.status, said in page.words) == (422, True)
    assert page.forms["rules"] and f'value="{(NEW | {"name": "新的"} | typed)["name"].strip()}"' in page.html
    assert await names(sqlite_api) == ["有了"]


async def test_hostile_words_stay_words(sqlite_api: Api) -> None:
    admin = await browser(sqlite_api, Role.ADMIN)
    name = '<script>"&rule=1#'
    await saved(admin, await tried(admin, await admin.open("/rules"), **NEW | {"name": name}))
    page = await admin.open("/rules")
    assert '<script>"' not in page.html and name in page.words
    link = html.unescape(re.search(r'href="(/rules\?rule=[^"]*)"', page.html)[1])  # type: ignore[index]
    assert "改“" + name in (await admin.open(link)).words
    assert (await admin.open("/rules?rule=没有")).status == 404


async def test_only_admins_do_it(sqlite_api: Api) -> None:
    await report(sqlite_api)
    for role in set(STAFF_ROLES) - {Role.ADMIN}:
        reader = await browser(sqlite_api, role)
        csrf = (await reader.open("/me")).forms["sign-out"].fields["csrf"]
        assert (await reader.client.post("/rules", data=NEW | {"csrf": csrf})).status_code == 403, role
    admin = await browser(sqlite_api, Role.ADMIN)
    assert (await admin.client.post("/rules", data=NEW | {"csrf": "x"})).status_code == 403
