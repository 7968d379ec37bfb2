"""In headless Chromium: two clerks on one ticket, and a page that keeps itself fresh without touching what is typed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from api.lifecycle import Role
from nlp.understand import Understander
from tests import browser as chrome
from tests.api.browsing import acted, report
from tests.api.life import call, ok
from tests.conftest import Api, running_api
from tests.world import served

PASSWORD = "correct horse"


@pytest.fixture
async def api(tmp_path: Path, understander: Understander) -> AsyncIterator[Api]:
    async with running_api(tmp_path, "", understander) as running:
        yield running


@asynccontextmanager
async def desks(api: Api, url: str, *names: str) -> AsyncIterator[list[Page]]:
    """A browser each; what goes wrong in one fails the test."""
    errors: list[str] = []
    async with chrome.browser() as opened:
        pages = [await _desk(api, url, opened, name, errors) for name in names]
        yield pages
    assert errors == []


async def _desk(api: Api, url: str, opened: Browser, name: str, errors: list[str]) -> Page:
    await api.staff(name, Role.TRIAGE, password=PASSWORD)
    page = await (await opened.new_context()).new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    await chrome.sign_in(page, url, name, PASSWORD)
    return page


async def test_two_clerks_see_each_other_and_do_not_collide(api: Api) -> None:
    number = await report(api)
    async with served(api.app) as url, desks(api, url, "tina", "tom") as (tina, tom):
        await tina.goto(f"{url}/tickets/{number}")
        await tom.goto(f"{url}/queue?tab=open")
        cell = tom.locator(f"#present-{number}")
        await expect(cell).to_have_text("受理员 tina正在看", timeout=8000)
        await tina.keyboard.press("r")
        await tina.keyboard.type("在哪一幢")
        await expect(cell).to_have_text("受理员 tina正在写", timeout=8000)
        await tom.goto(f"{url}/tickets/{number}")
        await expect(tom.locator("#together")).to_contain_text("受理员 tina正在写")
        await expect(tina.locator("#together")).to_contain_text("受理员 tom正在看", timeout=8000)
        await tom.keyboard.press("c")
        await expect(tom.locator("#together")).to_contain_text("您领着这件")
        await expect(tina.locator("#together")).to_contain_text("受理员 tom刚刚领了这件", timeout=8000)
        assert await tina.locator("#ask-note").input_value() == "在哪一幢", "what is typed stays"
        await expect(tina.locator("#live")).to_contain_text("您正在填的没有动")
        await tina.locator("#ask form > button").click()
        await expect(tina.get_by_role("alert")).to_contain_text("受理员 tom领了这件在办")
        assert "在哪一幢" in await tina.locator("textarea").first.input_value()
        await tom.goto(f"{url}/queue?tab=open")
        await expect(tina.locator("#together .present")).to_be_empty(timeout=8000)


async def test_the_residents_rating_arrives_by_itself(api: Api) -> None:
    number, headers = await report(api), await api.staff("sam", Role.SUPERVISOR)
    hans, vera = await api.staff("hans", Role.HANDLER), await api.staff("vera", Role.VERIFIER)
    await acted(api, number, "file", headers)
    await acted(api, number, "dispatch", headers, to="hans")
    async with served(api.app) as url, desks(api, url, "tina") as (tina,):
        await tina.goto(f"{url}/tickets/{number}")
        await acted(api, number, "accept", hans)
        await expect(tina.locator("#head")).to_contain_text("处理", timeout=8000)
        await acted(api, number, "report_back", hans, note="换了灯管")
        await expect(tina.locator("#told")).to_contain_text("换了灯管", timeout=8000)
        await acted(api, number, "pass", vera)
        ok(await call(api, api.resident(), number, "rate", score=5))
        await expect(tina.locator("#facts")).to_contain_text("5 分", timeout=8000)
        await expect(tina.locator("#deeds")).to_contain_text("这件工单已经结束")


async def test_a_ticket_that_went_elsewhere_says_so(api: Api) -> None:
    number, boss = await report(api), await api.staff("sam", Role.SUPERVISOR)
    await api.staff("hans", Role.HANDLER, password=PASSWORD)
    await acted(api, number, "file", boss)
    await acted(api, number, "dispatch", boss, to="hans")
    async with served(api.app) as url, chrome.browser() as opened:
        page = await opened.new_page(viewport={"width": 360, "height": 740})
        await chrome.sign_in(page, url, "hans", PASSWORD)
        await page.goto(f"{url}/tickets/{number}")
        await expect(page.locator("#together")).not_to_contain_text("我来办")
        await acted(api, number, "decline", boss, reason="不在本区")
        await expect(page.locator("#deeds")).to_contain_text("这件工单已经结束", timeout=8000)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_what_is_new_stays_on_the_bell_while_the_page_renews_itself(api: Api) -> None:
    number, boss = await report(api), await api.staff("sam", Role.SUPERVISOR)
    hans = await api.staff("hans", Role.HANDLER)
    await acted(api, number, "file", boss)
    await acted(api, number, "dispatch", boss, to="hans")
    async with served(api.app) as url, desks(api, url, "tina") as (tina,):
        await tina.goto(f"{url}/tickets/{number}")
        await acted(api, number, "return", hans, reason="不归我们", to="城管")
        await expect(tina.locator("#told")).to_contain_text("不归我们", timeout=8000)
        await expect(tina.locator("#bell")).to_contain_text("1", timeout=8000)
        await tina.reload()
        await expect(tina.locator("#bell b")).to_have_count(0)
