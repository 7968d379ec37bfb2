"""In headless Chromium: the keys of a ticket's page, items found by typing, words to start from."""

from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from api.lifecycle import Role
from nlp.understand import Understander
from tests import browser as chrome
from tests.api.browsing import LIGHT, acted, report
from tests.conftest import Api, running_api
from tests.world import served

PASSWORD = "correct horse"
SIZES = ({"width": 1200, "height": 800}, {"width": 360, "height": 740})


async def a_desk(api: Api, open_browser: Browser, url: str, name: str = "受理", **look: Any) -> Page:
    page = await (await open_browser.new_context(**look)).new_page()
    await chrome.sign_in(page, url, name, PASSWORD)
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


async def test_a_standard_text_is_filled_in_changed_and_sent(tmp_path: Path, understander: Understander) -> None:
    async with (
        running_api(tmp_path, "", understander) as api,
        served(api.app) as url,
        chrome.browser() as open_browser,
    ):
        await api.staff("受理", Role.TRIAGE, password=PASSWORD)
        number = await report(api)
        page = await a_desk(api, open_browser, url, viewport=SIZES[1])
        await page.goto(f"{url}/tickets/{number}")
        await page.locator("#tell summary").click()
        note, texts = page.locator("#tell-note"), page.locator("#tell-note-text")
        assert not await page.locator("#tell .starter button").is_visible(), "the script does it at once"
        await texts.select_option(label="谢谢补充")
        assert await note.input_value() == f"谢谢您补充，已经记在 {number} 里，办的人看得到。"
        await texts.select_option(label="先围起来了")
        assert (await note.input_value()).startswith("南门路菜场门口已经先围好"), "in the place of the other"
        await note.fill("您好。")
        await texts.select_option(label="谢谢补充")
        assert (await note.input_value()).startswith("您好。\n谢谢您补充"), "below what was written"
        await note.fill("明天上午来修")
        await page.locator("#tell form button").last.click()
        await page.locator(".talk .ours").get_by_text("明天上午来修").wait_for()


async def test_what_the_page_renewed_by_itself_still_works(tmp_path: Path, understander: Understander) -> None:
    async with (
        running_api(tmp_path, "", understander) as api,
        served(api.app) as url,
        chrome.browser() as open_browser,
    ):
        await api.staff("受理", Role.TRIAGE, password=PASSWORD)
        number = await report(api)
        page = await a_desk(api, open_browser, url)
        await page.goto(f"{url}/tickets/{number}")
        for part in ("deeds", "answers"):
            await page.evaluate("id => { document.getElementById(id).dataset.old = 'yes'; }", part)
        other = await api.staff("另一位", Role.TRIAGE)
        await acted(api, number, "tell", other, note="明天上午来修")
        await page.locator("#thread").get_by_text("明天上午来修").wait_for()
        for part in ("deeds", "answers"):
            await page.wait_for_function("id => !document.getElementById(id).dataset.old", arg=part)
        await page.locator("#file-label-find").fill("井盖")
        assert await page.locator("#file-label").input_value() == "manhole_cover"
        await page.locator("#tell summary").click()
        await page.locator("#tell-note-text").select_option(label="谢谢补充")
        assert (await page.locator("#tell-note").input_value()).startswith("谢谢您补充")
