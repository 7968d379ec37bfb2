"""In headless Chromium: a report in the web chat is walked by staff through all seven steps to its rating."""

import re
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from api.lifecycle import Role
from nlp.understand import Understander
from tests import browser as chrome
from tests.walk import picture
from tests.world import World, running_world, served

PASSWORD = "correct horse"
ROLES = (Role.TRIAGE, Role.HANDLER, Role.VERIFIER)
PHONE = {"width": 360, "height": 740}


async def test_from_the_first_words_to_the_rating(tmp_path: Path, understander: Understander) -> None:
    """Nobody reloads a page to see what somebody else did."""
    async with (
        running_world(tmp_path, "", understander) as world,
        served(world.api.app) as url,
        chrome.browser() as open_browser,
    ):
        desks = await staff_at_their_desks(world, open_browser, url)
        triage, handler, verifier = (desks[role] for role in ROLES)
        resident = await open_browser.new_page(viewport={"width": 390, "height": 844})
        errors: list[str] = []
        for page in (resident, *desks.values()):
            page.on("pageerror", lambda error: errors.append(str(error)))
        number = await report(resident, world.chat_url)
        await triage.get_by_text(number).first.wait_for(timeout=40_000)  # the queue shows it by itself
        await triage.keyboard.press("j")
        await triage.keyboard.press("Enter")
        await triage.wait_for_url(f"**/tickets/{number}")
        await triage.keyboard.press("1")  # the machine's proposal
        await chrome.hears(resident, "立案")
        await triage.keyboard.press("a")
        await triage.locator("#dispatch select[name=to]").select_option("staff-handler")
        await triage.locator("#dispatch form button").last.click()
        await chrome.hears(resident, "派给")
        await handler.get_by_text(number).first.wait_for(timeout=40_000)
        await chrome.do(handler, url, number, "accept")
        await chrome.hears(resident, "开始处理")
        await handler.locator("#report_back-note").fill("灯管换好了")
        shot = {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": picture(7)}
        await handler.locator("#report_back-photo").set_input_files(files=[shot])  # type: ignore[list-item]
        await handler.locator("#report_back form button").last.click()
        await chrome.hears(resident, "灯管换好了")
        assert await handler.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        await verifier.goto(f"{url}/tickets/{number}")
        await verifier.locator(".photos img").first.wait_for()
        await chrome.do(verifier, url, number, "pass")
        await chrome.press(resident, "很满意 5")
        await chrome.hears(resident, "谢谢")
        await expect(triage.locator("#facts")).to_contain_text(
            "5 分", timeout=40_000
        )  # the page that was never reloaded
        headers = await world.api.staff("staff-triage", Role.TRIAGE)
        ticket = (await world.api.client.get(f"/api/v1/tickets/{number}", headers=headers)).json()
        assert (ticket["status"], ticket["step"], ticket["score"]) == ("closed", 7, 5)
        assert errors == []


async def staff_at_their_desks(world: World, open_browser: Browser, url: str) -> dict[Role, Page]:
    """The contractor has a telephone."""
    desks = {}
    for role in ROLES:
        await world.api.staff(f"staff-{role}", role, password=PASSWORD)
        size = PHONE if role is Role.HANDLER else {"width": 1200, "height": 800}
        page = await (await open_browser.new_context(viewport=size)).new_page()  # type: ignore[arg-type]
        await chrome.sign_in(page, url, f"staff-{role}", PASSWORD)
        desks[role] = page
    return desks


async def report(resident: Page, chat_url: str) -> str:
    await resident.goto(chat_url)
    await chrome.say(resident, "南环新村12幢门口的路灯不亮了，晚上黑漆漆的")
    await chrome.press(resident, "确认提交")
    await chrome.hears(resident, "编号 GS")
    found = re.search(r"GS\d{8}-\d{4}", await resident.locator("#log").inner_text())
    assert found
    return found[0]


async def test_a_reload_shows_the_conversation_again(tmp_path: Path, understander: Understander) -> None:
    async with running_world(tmp_path, "", understander) as world, chrome.browser() as open_browser:
        resident = await open_browser.new_page(viewport={"width": 360, "height": 740})
        number = await report(resident, world.chat_url)
        await resident.reload()
        await chrome.hears(resident, number)
        await chrome.say(resident, number)
        await chrome.hears(resident, "南环新村12幢门口")
        width = await resident.evaluate("document.documentElement.scrollWidth")
        assert width <= 360
