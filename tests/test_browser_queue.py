"""In headless Chromium: the queue of a desk that is kept open all day."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from api.lifecycle import Role
from bench.crowd import filled
from nlp.understand import Understander
from tests import browser as chrome
from tests.api.browsing import acted, report
from tests.conftest import Api, running_api
from tests.world import served

PASSWORD = "correct horse"
SMOKE = {"text": "南门路菜场二楼冒烟了，快来", "label": "street_light", "urgent": True}


@pytest.fixture
async def api(tmp_path: Path, understander: Understander) -> AsyncIterator[Api]:
    async with running_api(tmp_path, "", understander) as running:
        yield running


@asynccontextmanager
async def a_desk(api: Api, url: str, width: int = 1200) -> AsyncIterator[Page]:
    await api.staff("tina", Role.TRIAGE, password=PASSWORD)
    async with chrome.browser() as browser:
        context = await browser.new_context(viewport={"width": width, "height": 800})
        page = await context.new_page()
        await chrome.sign_in(page, url, "tina", PASSWORD)
        yield page


async def listed(page: Page) -> list[str]:
    found: list[str] = await page.locator("#list tbody tr").evaluate_all("rows => rows.map(row => row.id.slice(4))")
    return found


async def urgent(api: Api) -> str:
    body = {"channel": "web", "reporter": "r9"} | SMOKE
    answer = await api.client.post("/api/v1/tickets", json=body, headers=api.bot())
    return str(answer.json()["number"])


async def test_what_comes_in_above_waits_behind_a_button(api: Api) -> None:
    known = [await report(api) for _ in range(30)]
    async with served(api.app) as url, a_desk(api, url) as page:
        await page.get_by_text(known[12]).scroll_into_view_if_needed()
        row = page.locator(f"#row-{known[12]}")
        before = await row.bounding_box()
        number = await urgent(api)
        held = page.get_by_role("button", name="1 件新工单")
        await held.wait_for(timeout=5000)
        assert await listed(page) == known
        await acted(api, known[3], "file", await api.staff("tina", Role.TRIAGE))
        await page.locator(f"#row-{known[3]}.changed").get_by_text("待派遣").wait_for(timeout=5000)
        assert await row.bounding_box() == before, "what is read stays where it is"
        await held.click()
        await page.locator(f"#row-{number}").wait_for()
        assert await listed(page) == [number, *known]
        assert await held.is_hidden()


async def test_what_left_the_list_is_dimmed_and_nothing_moves(api: Api) -> None:
    known = [await report(api) for _ in range(5)]
    async with served(api.app) as url, a_desk(api, url) as page:
        last = page.locator(f"#row-{known[4]}")
        before = await last.bounding_box()
        await acted(api, known[1], "decline", await api.staff("tina", Role.TRIAGE), reason="不在本区")
        await page.locator(f"#row-{known[1]}.gone").wait_for(timeout=5000)
        assert await last.bounding_box() == before
        new = await report(api)  # the newest ordinary one comes last: below, at once
        await page.locator(f"#row-{new}").wait_for(timeout=5000)
        assert await listed(page) == [*known, new]


async def test_many_tabs_have_one_stream(api: Api) -> None:
    await report(api)
    async with served(api.app) as url, a_desk(api, url) as page:
        tabs = [page, *[await page.context.new_page() for _ in range(9)]]
        for tab in tabs[1:]:
            await tab.goto(f"{url}/queue", timeout=15_000)
        hub = api.app.state.hub
        assert len(hub.listeners) == 1
        number = await urgent(api)
        for tab in tabs:
            await tab.bring_to_front()
            await tab.get_by_role("button", name="1 件新工单").wait_for(timeout=8000)
        await page.close()  # it held the stream: another one takes over
        await tabs[1].bring_to_front()
        await tabs[1].get_by_role("button", name="1 件新工单").click()
        await tabs[1].locator(f"#row-{number}").wait_for()
        await urgent(api)
        await tabs[1].get_by_role("button", name="1 件新工单").wait_for(timeout=8000)


async def test_after_the_server_was_away_the_page_catches_up(api: Api) -> None:
    await report(api)
    first, second = AsyncExitStack(), AsyncExitStack()
    url = await first.enter_async_context(served(api.app))
    async with second, a_desk(api, url) as page:
        await first.aclose()
        await page.get_by_text("暂时连不上").wait_for(timeout=8000)
        await urgent(api)
        await second.enter_async_context(served(api.app, int(url.rsplit(":", 1)[1])))
        await page.get_by_role("button", name="1 件新工单").wait_for(timeout=12_000)
        await expect(page.get_by_text("暂时连不上")).to_be_hidden()


async def test_without_a_stream_it_asks(api: Api) -> None:
    await report(api)
    async with served(api.app) as url, a_desk(api, url) as page:
        await page.route("**/api/v1/queue/stream*", lambda route: route.fulfill(status=503))
        await page.reload()
        await urgent(api)
        await page.get_by_role("button", name="1 件新工单").wait_for(timeout=12_000)


async def test_keys_go_through_the_queue(api: Api) -> None:
    known = [await report(api) for _ in range(3)]
    async with served(api.app) as url, a_desk(api, url, width=360) as page:
        for key in ("j", "j", "j", "k"):
            await page.keyboard.press(key)
        await expect(page.locator("#list tr.here")).to_have_id(f"row-{known[1]}")
        await page.keyboard.press("?")
        await expect(page.locator("#keys")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("/")
        await page.keyboard.type("jk")
        assert await page.locator("#q").input_value() == "jk"
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        await page.locator("#list tr.here a").focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/tickets/{known[1]}")


async def test_ten_thousand_open_tickets_are_a_queue_like_any_other(api: Api) -> None:
    """演示数据, twenty thousand of it: read in pages, narrowed, and live."""
    await filled(api.db, 20_000, api.clock(), lambda _: None)
    async with served(api.app) as url, a_desk(api, url) as page:
        await page.goto(f"{url}/queue?tab=open", timeout=20_000)
        assert await page.locator("#tabs [aria-current] b").inner_text() == "10000"
        first = await listed(page)
        assert len(first) == len(set(first)) == 50
        number = await urgent(api)
        await page.get_by_role("button", name="1 件新工单").click(timeout=8000)
        assert (await listed(page))[0] == number
        await page.locator("[rel=next]").click()
        await page.wait_for_url("**cursor=**")
        assert not set(await listed(page)) & set(first[:49])
        await page.goto(f"{url}/queue?tab=open&street=平江街道&label=water_leak")
        assert len(await listed(page)) == 50
