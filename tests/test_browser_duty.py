"""In headless Chromium: a handler takes a code from their page, binds the web chat, and works there."""

from pathlib import Path

from api.lifecycle import Role
from nlp.understand import Understander
from tests import browser as chrome
from tests.api.life import LOCATED, open_ticket
from tests.walk import picture
from tests.world import running_world, served

PASSWORD = "correct horse"


async def test_from_the_page_of_a_handler_to_their_chat(tmp_path: Path, understander: Understander) -> None:
    async with (
        running_world(tmp_path, "", understander) as world,
        served(world.api.app) as url,
        chrome.browser() as open_browser,
    ):
        await world.api.staff("维修队", Role.HANDLER, password=PASSWORD)
        number = (await open_ticket(world.api, **LOCATED))["number"]
        path, bot = f"/api/v1/tickets/{number}", world.api.bot()
        await world.api.client.post(f"{path}/photos", files={"file": picture(1)}, headers=bot)
        triage = await world.api.staff("受理", Role.TRIAGE)
        page = await open_browser.new_page(viewport={"width": 390, "height": 844})
        await chrome.sign_in(page, url, "维修队", PASSWORD)
        await page.goto(f"{url}/me")
        await page.get_by_role("button", name="取一个绑定码").click()
        words = await page.locator("b.code").inner_text()
        chat = await open_browser.new_page(viewport={"width": 390, "height": 844})
        errors: list[str] = []
        chat.on("pageerror", lambda error: errors.append(str(error)))
        await chat.goto(world.chat_url)
        await chrome.say(chat, words)
        await chrome.hears(chat, "绑定为承办员维修队")
        for action, to in (("file", ""), ("dispatch", "维修队")):
            answer = await world.api.client.post(f"{path}/actions/{action}", json={"to": to}, headers=triage)
            assert answer.status_code == 200, answer.text
        await chrome.hears(chat, "派给您办")
        await chrome.press(chat, "看这件工单")
        await chrome.press(chat, "看照片")
        shown = chat.locator("#log img.thumb")
        await shown.wait_for(timeout=40_000)
        assert await shown.evaluate("it => it.decode().then(() => it.naturalWidth)") == 40
        assert await shown.get_attribute("alt") == "工单的照片"
        await chrome.press(chat, "接单")
        await chrome.press(chat, "确认送出")
        await chrome.hears(chat, "归您办了")
        assert (await world.api.client.get(path, headers=triage)).json()["status"] == "in_progress"
        assert errors == []
