"""The board in headless Chromium, on a telephone and on paper: nothing overflows, nothing is refused, nothing jumps."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page

from api.lifecycle import Role
from bench.lives import Plan, fill
from nlp.catalogue import Kind
from tests import browser as chrome
from tests.conftest import Api
from tests.world import served

PASSWORD = "correct horse"
SHIFT = """() => new Promise(done => {
  let sum = 0
  new PerformanceObserver(seen => seen.getEntries().forEach(one => { sum += one.value }))
    .observe({type: 'layout-shift', buffered: true})
  setTimeout(() => done(sum), 300)
})"""


@pytest.fixture
async def full(sqlite_api: Api) -> Api:
    labels = [entry.label for entry in sqlite_api.office.catalogue.of_kind(Kind.ITEM)]
    await fill(sqlite_api.db, Plan(2000, 80, sqlite_api.clock()), labels)
    await sqlite_api.staff("sam", Role.SUPERVISOR, password=PASSWORD)
    return sqlite_api


async def test_on_a_telephone_and_on_paper(full: Api, tmp_path: Path) -> None:
    async with served(full.app) as url, chrome.browser() as running:
        context = await running.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark")
        page, faults = await context.new_page(), list[str]()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
        await chrome.sign_in(page, url, "sam", PASSWORD)
        for address in ("/board", "/board/week"):
            await page.goto(url + address)
            assert await page.evaluate("document.documentElement.scrollWidth") <= 360
            assert await page.evaluate(SHIFT) == 0
            await opens_its_figures(page)
        assert faults == []
        await page.pdf(path=tmp_path / "week.pdf", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type /Page\b", (tmp_path / "week.pdf").read_bytes())) <= 3


async def opens_its_figures(page: Page) -> None:
    """By the keyboard alone."""
    table = page.locator("#hours details table")
    assert not await table.is_visible()
    await page.locator("#hours summary").focus()
    await page.keyboard.press("Enter")
    assert await table.is_visible()
