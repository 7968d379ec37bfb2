"""In headless Chromium: an adviser's answer is kept while it is written, comes back, and goes to a second adviser."""

from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from api.lifecycle import Role
from nlp.understand import Understander
from tests import browser as chrome
from tests.api.browsing import TENANCY, acted, report
from tests.api.life import carried
from tests.conftest import Api, running_api
from tests.test_browser_axe import SIZES, WCAG
from tests.world import served

PASSWORD = "correct horse"
FIRST, SECOND = "顾律师", "钱律师"
ANSWER, ASKED, THINKS = "先写一封信要押金，写明哪天退。", "利息算得对吗？", "利率再查一遍。"


async def a_matter(api: Api) -> str:
    await api.staff(FIRST, Role.ADVISER, password=PASSWORD)
    await api.staff(SECOND, Role.ADVISER, "320508018", password=PASSWORD)
    number = await report(api, **TENANCY)
    await acted(api, number, "accept", await api.staff(FIRST, Role.ADVISER))
    await carried(api)
    return number


async def desk(browser: Browser, url: str, name: str, errors: list[str]) -> Page:
    page = await (await browser.new_context()).new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    await chrome.sign_in(page, url, name, PASSWORD)
    return page


async def looked_over(page: Page) -> None:
    """By axe, on a desk and on a telephone."""
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for size in SIZES:
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert [one["id"] for one in (await Axe().run(page, options=WCAG)).response["violations"]] == []


async def test_what_is_written_is_kept_and_shown_to_a_second_adviser(
    tmp_path: Path, understander: Understander
) -> None:
    async with (
        running_api(tmp_path, "", understander) as api,
        served(api.app) as url,
        chrome.browser() as browser,
    ):
        number, errors = await a_matter(api), list[str]()
        at = f"{url}/tickets/{number}"
        here, there = [await desk(browser, url, FIRST, errors) for _ in range(2)]
        await here.goto(at)
        await there.goto(at)
        await here.locator("#report_back-note").fill(ANSWER)
        await here.get_by_text("已存 09:30").wait_for()
        await there.locator("#report_back-note").fill("在另一台电脑上写的")
        await there.get_by_text("这里新写的没有存").wait_for()
        await there.get_by_role("button", name="存草稿").click()
        await there.get_by_role("heading", name="另一个页面存下的草稿").wait_for()
        assert await there.locator("#report_back-note").input_value() == "在另一台电脑上写的"
        await there.goto(at)
        assert await there.locator("#report_back-note").input_value() == ANSWER
        await here.locator("#report_back-note").press_sequentially("再")  # and at once goes on, without a pause
        await here.locator("details#ask_review summary").click()
        await here.locator("#ask_review-aside").fill(ASKED)
        await here.locator("details#ask_review").get_by_role("button", name="请同行看一看").click()
        await here.get_by_text("给他看的答复").wait_for()
        await carried(api)
        peer = await desk(browser, url, SECOND, errors)
        await peer.goto(at)
        written = await peer.locator("#peer .said-words").all_inner_texts()
        assert ASKED in written and any("再" in one for one in written), "the last letter, too"
        await looked_over(peer)
        await peer.locator("#review-verdict").select_option("changes")
        await peer.locator("#review-aside").fill(THINKS)
        await peer.get_by_role("button", name="写意见").click()
        await peer.wait_for_url("**/queue?left=*")
        await here.goto(at)
        assert THINKS in await here.locator("#peer").inner_text()
        await looked_over(here)
        assert errors == []
