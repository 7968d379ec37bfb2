"""In headless Chromium: the keys of a ticket's page, items found by typing, and what axe finds on staff pages."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from api.lifecycle import Role
from nlp.understand import Understander
from tests import browser as chrome
from tests.api.browsing import LIGHT, report
from tests.conftest import Api, running_api
from tests.world import served

PASSWORD = "correct horse"
SIZES = ({"width": 1200, "height": 800}, {"width": 360, "height": 740})
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


async def a_desk(api: Api, open_browser: Browser, url: str, **look: Any) -> Page:
    page = await (await open_browser.new_context(**look)).new_page()
    await chrome.sign_in(page, url, "受理", PASSWORD)
    return page


async def test_keys_file_open_forms_and_stay_silent_while_somebody_types(
    tmp_path: Path, understander: Understander
) -> None:
    async with (
        running_api(tmp_path, "", understander) as api,
        served(api.app) as url,
        chrome.browser() as open_browser,
    ):
        await api.staff("受理", Role.TRIAGE, password=PASSWORD)
        number = await report(api)
        page = await a_desk(api, open_browser, url)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        await page.goto(f"{url}/tickets/{number}")
        await page.keyboard.press("?")
        assert await page.locator("dialog#keys").is_visible()
        await page.keyboard.press("1")
        await page.keyboard.press("Escape")
        assert not await page.locator("dialog#keys").is_visible()
        await page.keyboard.press("r")
        await page.keyboard.type("1a")
        assert await page.locator("#ask-note").input_value() == "1a"
        find, item = page.locator("#file-label-find"), page.locator("#file-label")
        for typed, label in (("井盖", "manhole_cover"), ("jinggai", "manhole_cover"), ("jg", "manhole_cover")):
            await find.fill(typed)
            assert await item.locator(f"option[value={label}]").count() == 1, typed
            assert await item.locator("option").count() < 10
        await find.fill("没有的")
        assert await item.input_value() == "street_light"
        await find.fill("")
        await page.locator("h1").click()
        await page.keyboard.press("1")
        await page.get_by_text("立案 · 待派遣").wait_for()
        await page.keyboard.press("a")
        assert await page.evaluate("document.activeElement.id") == "dispatch-to"
        await page.keyboard.press("Escape")
        await page.keyboard.press("Tab")
        await page.locator("#keys-open").click()
        await page.locator("#keys-switch").click()
        await page.locator("#keys-close").click()
        await page.keyboard.press("m")
        assert await page.locator("details#merge").get_attribute("open") is None
        assert errors == []


async def test_m_goes_to_what_is_alike_and_enter_merges(tmp_path: Path, understander: Understander) -> None:
    async with (
        running_api(tmp_path, "", understander) as api,
        served(api.app) as url,
        chrome.browser() as open_browser,
    ):
        await api.staff("受理", Role.TRIAGE, password=PASSWORD)
        older = await report(api)
        api.clock.forward(minutes=1)
        younger = await report(api, **LIGHT, reporter="r2")
        page = await a_desk(api, open_browser, url)
        await page.goto(f"{url}/tickets/{younger}")
        await page.keyboard.press("m")
        assert await page.evaluate("document.activeElement.textContent") == "并入它"
        assert await page.locator("details#merge").get_attribute("open") is None
        await page.keyboard.press("Enter")
        await page.get_by_text(f"已并入 {older}").wait_for()
        await page.goto(f"{url}/tickets/{older}")
        await page.get_by_role("button", name="单独办理").click()
        await page.get_by_text("附近相似的工单").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(tmp_path: Path, understander: Understander, scheme: str) -> None:
    async with (
        running_api(tmp_path, "", understander) as api,
        served(api.app) as url,
        chrome.browser() as open_browser,
    ):
        await api.staff("受理", Role.TRIAGE, password=PASSWORD)
        number, found = await report(api), []
        for size in SIZES:
            page = await a_desk(api, open_browser, url, color_scheme=scheme, viewport=size)
            for address in ("/queue?tab=open", f"/tickets/{number}", "/notices", "/me"):
                await page.goto(url + address)
                seen = await Axe().run(page, options=WCAG)
                found += [
                    (address, size["width"], one["id"], one["nodes"][0]["html"]) for one in seen.response["violations"]
                ]
                width = await page.evaluate("document.documentElement.scrollWidth")
                assert width <= size["width"], address
        assert found == []
