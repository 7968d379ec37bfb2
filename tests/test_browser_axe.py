"""In headless Chromium: what axe finds on each page, on a desk and on a telephone, by day and by night; and nothing is
wider than the screen."""

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page
from sqlmodel import select

from api.lifecycle import Role
from api.models import CaseDraft, Shift, Ticket
from nlp.understand import Understander
from tests import browser as chrome
from tests.api.browsing import TENANCY, acted, report
from tests.api.cases import a_case, days_ago
from tests.api.drawn import PLACE as GRIDDED
from tests.api.drawn import cell, feature, geojson, imported, middle
from tests.api.life import carried
from tests.conftest import Api
from tests.world import running_world, served

PASSWORD = "correct horse"
SIZES = ({"width": 1200, "height": 800}, {"width": 360, "height": 740})
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PAGES = {
    Role.TRIAGE: (
        "/queue?tab=open",
        "/queue?tab=open&q=路灯",
        "/tickets/{busy}",
        "/tickets/{legal}",
        "/notices",
        "/me",
    ),
    Role.SUPERVISOR: ("/tickets/{legal}", "/board", "/board/week", "/organisation", "/cases/{case}"),
    Role.ADVISER: (
        "/tickets/{legal}",
        "/tickets/{mediated}",
        "/me",
        "/me/practice",
        "/services",
        "/cases",
        "/cases/{case}",
        "/cases/drafts/{written}",
        "/cases/drafts/{to_review}",
    ),
    Role.ADMIN: (
        "/rules",
        "/units/roster?unit=contractor-1",
        "/holidays",
        "/units",
        "/staff",
        "/staff?person=1",
        "/texts",
        "/items",
        "/organisation",
    ),
}


async def _busy(api: Api, folder: Path) -> str:
    """A ticket with everything its page can show."""
    await imported(api, geojson(folder, feature(1, cell()), feature(2, cell(1))))
    said = {"text": f"{GRIDDED}门口的路灯不亮了", "label": "street_light", "place": GRIDDED}
    number = await report(api, **said, **middle())  # type: ignore[arg-type]
    await report(api, **said, **middle(), reporter="r2")  # type: ignore[arg-type]
    third = await report(api, **said, **middle(), reporter="r3")  # type: ignore[arg-type]
    triage = await api.staff("受理", Role.TRIAGE)
    await acted(api, third, "merge", triage, into=number)
    await acted(api, number, "ask", triage, note="哪一盏？")
    await carried(api)
    await acted(api, number, "reply", api.resident(), note="第二盏")
    return number


async def _a_question(api: Api) -> str:
    number = await report(api, **TENANCY)
    headers = await api.staff("某adviser", Role.ADVISER)
    await acted(api, number, "accept", headers)
    await acted(api, number, "report_back", headers, note="先看合同怎么写。")
    return number


async def _drafts(api: Api, number: str) -> dict[str, int]:
    """A case that the reader writes, and one to look at of a colleague; and one that stands, with an older version."""
    words = {"label": "legal:tenancy", "question": "押金不退怎么办？", "answer": "先看合同。", "laws": ""}
    case = await a_case(api, reviewed=days_ago(api, 370), asked_at=api.clock(), version=2)
    now = {"changed_at": api.clock()}
    async with api.db.writing() as session:
        ticket = (await session.exec(select(Ticket).where(Ticket.number == number))).one()
        own = CaseDraft(ticket_id=ticket.id, author="某adviser", state="sent_back", remark="太短", **words, **now)
        other = CaseDraft(author="同行", state="submitted", **words, **now)
        session.add_all([own, other])
        await session.flush()
        return {"case": case, "written": own.id, "to_review": other.id}


async def _a_mediation(api: Api) -> str:
    number, ada = await _a_question(api), await api.staff("某adviser", Role.ADVISER)
    asked = {"kind": "court", "party": "房东", "reach": "楼下小店", "note": "谈谈看"}
    await acted(api, number, "propose_mediation", ada, **asked)
    await acted(api, number, "consent", api.resident(), name="沈小梅")
    await acted(api, number, "party_consents", ada, on="2026-11-23", how="电话")
    await acted(api, number, "mediation_date", ada, at="2026-11-26T14:00", where="法院调解室")
    return number


async def _found(page: Page, address: str, width: int) -> list[tuple[str, int, str, str]]:
    await page.goto(address)
    return await _seen(page, address, width)


async def _seen(page: Page, address: str, width: int) -> list[tuple[str, int, str, str]]:
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    seen = await Axe().run(page, options=WCAG)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, address
    return [(address, width, one["id"], one["nodes"][0]["html"]) for one in seen.response["violations"]]


async def _trials(page: Page, url: str, width: int) -> list[tuple[str, int, str, str]]:
    """The pages that show what a change would do, to which only a form leads."""
    await page.goto(f"{url}/rules")
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    await page.get_by_label("名称").fill("灯归巡查队")
    await page.get_by_label("路灯故障").check()
    await page.get_by_label("主办").select_option("kind:patrol")
    await page.get_by_role("button", name="看看会怎么派").click()
    await page.get_by_role("button", name="保存").wait_for()
    found = await _seen(page, "/rules, tried", width)
    await page.goto(f"{url}/holidays")
    await page.get_by_text("添本区自己的日子").click()
    await page.get_by_label("从哪天").fill("2026-11-25")
    await page.get_by_label("怎样").select_option("off")
    await page.get_by_label("为什么").fill("台风停工")
    await page.get_by_role("button", name="看看影响谁").click()
    await page.get_by_role("button", name="保存").wait_for()
    return found + await _seen(page, "/holidays, tried", width)


async def _desk(browser: Browser, url: str, role: Role, scheme: str, size: dict[str, int]) -> Page:
    page = await (await browser.new_context(color_scheme=scheme, viewport=size)).new_page()  # type: ignore[arg-type]
    await chrome.sign_in(page, url, f"某{role}", PASSWORD)
    return page


@pytest.mark.parametrize("size", SIZES, ids=["desk", "telephone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(tmp_path: Path, understander: Understander, scheme: str, size: dict[str, int]) -> None:
    async with (
        running_world(tmp_path, "", understander) as world,
        served(world.api.app) as url,
        chrome.browser() as browser,
    ):
        for role in PAGES:
            await world.api.staff(f"某{role}", role, password=PASSWORD)
        await world.api.contractor("金阊街道")
        async with world.api.db.writing() as session:
            session.add(Shift(unit="contractor-1", staff="某triage", times=[{"days": ["mon"], "hours": "08:00-17:00"}]))
        legal = await _a_question(world.api)
        shown = {"busy": await _busy(world.api, tmp_path), "legal": legal, **await _drafts(world.api, legal)}
        shown |= {"mediated": await _a_mediation(world.api)}
        found = []
        stranger = await (await browser.new_context(color_scheme=scheme, viewport=size)).new_page()  # type: ignore[arg-type]
        for address in (f"{url}/sign-in", world.chat_url):
            found += await _found(stranger, address, size["width"])
        for role, addresses in PAGES.items():
            page = await _desk(browser, url, role, scheme, size)
            for address in addresses:
                found += await _found(page, url + address.format(**shown), size["width"])
        found += await _trials(page, url, size["width"])  # the last of them is the admin's
        assert found == []
