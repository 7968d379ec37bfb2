"""make screenshots: a picture of each page, taken from the running product with 演示数据 (made for the pictures)."""

import asyncio
import itertools
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page
from rich.progress import track

from api import advisers, demo_cases, ledger, organisation, people, rosters
from api.actors import Actor
from api.ledger import Draft
from api.lifecycle import Role
from api.models import CaseDraft, OwnDay
from api.organisation_file import RuleRow, Target, When
from bench.lives import Plan, fill
from nlp.catalogue import Kind
from nlp.understand import Understander
from tests import browser as chrome
from tests.api.life import call
from tests.conftest import running_api
from tests.world import World, running_world, served

PICTURES = Path(__file__).parent / "pictures"
PASSWORD = "demonstration"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@dataclass(frozen=True, slots=True)
class Look:
    name: str
    size: dict[str, int]
    scheme: str


LOOKS = (
    Look("desktop", DESKTOP, "light"),
    Look("phone", PHONE, "light"),
    Look("desktop-dark", DESKTOP, "dark"),
    Look("phone-dark", PHONE, "dark"),
)
PAGES = {  # name of the picture -> address; {number} is a report, {legal} a question
    Role.TRIAGE: {"queue": "/queue?status=open", "ticket": "/tickets/{number}", "me": "/me", "notices": "/notices"},
    Role.ADVISER: {
        "adviser": "/tickets/{legal}", "practice": "/me/practice", "services": "/services",
        "cases": "/cases", "case": "/cases/1", "case-draft": "/cases/drafts/{written}",
    },
    Role.ADMIN: {
        "organisation": "/organisation", "staff": "/staff", "units": "/units", "texts": "/texts", "items": "/items",
        "rules": "/rules", "roster": "/units/roster?unit=contractor-320508024", "holidays": "/holidays",
    },
}  # fmt: skip
REPORTS = [  # 演示数据
    ("桃花坞大街菜场门口井盖翘起来了，骑车的都要绕着走", "manhole_cover", "桃花坞大街菜场门口"),
    ("彩香一村3幢楼下的垃圾三天没人收", "household_waste", "彩香一村3幢楼下"),
    ("盘门路边的树枝压在电线上了", "greenery", "盘门路边"),
    ("胥江边上护栏断了一截", "guardrail", "胥江边上"),
    ("二郎巷三号楼道里堆满了旧家具", "clutter", "二郎巷三号楼道"),
    ("十全街有家店半夜还在放音响", "noise", "十全街"),
    ("道前街路面塌了一个坑", "road_surface", "道前街"),
]


async def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        nlp = await asyncio.to_thread(Understander.load, Path("var"))
        async with (
            running_world(Path(folder), "", nlp) as world,
            served(world.api.app) as url,
            chrome.browser() as browser,
        ):
            await prepare(world)
            await arrange(world)
            shown = {"number": await a_conversation(world, browser, url), "legal": await a_question(world)}
            shown |= {"written": str(await a_case(world))}
            for role, look in itertools.product(PAGES, LOOKS):
                await staff_pages(browser, url, role, look, shown)
        async with chrome.browser() as browser:
            await the_board(Path(folder) / "board", nlp, browser)
    for file in track(sorted(PICTURES.glob("*.png")), "making them small"):
        Image.open(file).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)


async def prepare(world: World) -> None:
    async with world.api.db.writing() as session:
        await people.demo_street(session, world.api.clock)
    for role in (Role.TRIAGE, Role.HANDLER, Role.VERIFIER, Role.ADVISER, Role.ADMIN):
        await world.api.staff(f"演示-{role}", role, password=PASSWORD)
    for text, label, place in track(REPORTS, "演示数据"):
        report = {"channel": "web", "reporter": "demo", "text": text, "label": label, "place": place}
        answer = await world.api.client.post("/api/v1/tickets", json=report, headers=world.api.bot())
        answer.raise_for_status()
        world.api.clock.now += timedelta(minutes=7)


async def arrange(world: World) -> None:
    """演示数据: rules, a roster with a gap, and a day of the district's own."""
    code, admin, now = "contractor-320508024", Actor(Role.ADMIN, "演示-admin"), world.api.clock()
    rules = [
        RuleRow(name="夜里的急事", urgent=True, when=[When(hours="17:30-08:30")], to=Target(on_duty=code)),
        RuleRow(name="垃圾", items=["household_waste"], to=Target(kind="contractor"), joint=[Target(kind="patrol")]),
    ]
    async with world.api.db.writing() as session:
        known = await organisation.known(session, world.api.office.catalogue)
        session.add_all(organisation.rule_row(place, rule, known) for place, rule in enumerate(rules, 1))
        for staff, days, hours in (
            ("demo-handler", ["workday"], "08:00-17:30"),
            ("演示-handler", ["mon", "wed", "fri"], "17:30-08:30"),
        ):
            await rosters.add(session, admin, now, code, staff, {"days": days, "hours": hours})
        day = {"day": now.date() + timedelta(days=2), "worked": False, "why": "台风停工（演示）"}
        session.add(OwnDay(**day, by=admin.name, at=now, since=now))
    await world.api.office.own_days.read(world.api.db)


async def a_conversation(world: World, browser: Browser, url: str) -> str:
    page = await browser.new_page(viewport=PHONE, device_scale_factor=2)
    await page.goto(world.chat_url)
    await chrome.say(page, "搿搭南环新村12幢门口格路灯勿亮哉，夜里墨赤里黑")
    await chrome.hears(page, "确认提交")
    await page.wait_for_timeout(800)
    await page.screenshot(path=PICTURES / "chat-card-phone.png")
    await chrome.press(page, "确认提交")
    await chrome.hears(page, "编号 GS")
    ticket = (
        await world.api.client.get("/api/v1/tickets?q=勿亮", headers=await world.api.staff("演示-triage", Role.TRIAGE))
    ).json()
    number = str(ticket["tickets"][0]["number"])
    await chrome.hears(
        page, "派给"
    )  # the demo contractor serves this street: filed and dispatched by the system itself
    await page.wait_for_timeout(800)  # the last bubble has faded in
    await page.screenshot(path=PICTURES / "chat-phone.png")
    return number


async def a_question(world: World) -> str:
    """演示数据: a legal question with its adviser; the other one acts for the landlord."""
    async with world.api.db.writing() as session:
        await advisers.add_client(session, Actor(Role.ADVISER, "demo-adviser"), "演示物业管理有限公司")
        await advisers.add_client(session, Actor(Role.ADVISER, "演示-adviser"), "演示置业有限公司")
        talk = Draft("outreach", world.api.clock().date().isoformat(), "", "防诈骗讲座（演示）", "社区档案柜", "35")
        await ledger.enter(session, Actor(Role.ADVISER, "演示-adviser"), talk, world.api.clock())
    question = {
        "channel": "web", "reporter": "demo", "label": "legal:tenancy", "place": "彩香一村三区", "anonymous": True,
        "text": "房东演示物业说墙脏了，两千块押金一分不退，怎么办",
        "facts": [{"asked": "租房合同", "answer": "书面签的"}, {"asked": "月租", "answer": "两千三"}],
    }  # fmt: skip
    answer = await world.api.client.post("/api/v1/tickets", json=question, headers=world.api.bot())
    number = str(answer.raise_for_status().json()["number"])
    taken = await call(world.api, await world.api.staff("演示-adviser", Role.ADVISER), number, "accept")
    taken.raise_for_status()
    return number


async def a_case(world: World) -> int:
    """演示数据: cases that stand, and one that was sent back to who writes it."""
    words = {
        "question": "房东说墙脏了，押金不退怎么办？",
        "answer": "先看合同怎么写。正常使用留下的痕迹不算损坏，房东不能因此扣押金。",
        "laws": "《民法典》第七百一十条", "remark": "请补上没有合同的怎么办（演示）",
    }  # fmt: skip
    async with world.api.db.writing() as session:
        await demo_cases.add(session, world.api.clock())
        draft = CaseDraft(
            author="演示-adviser", label="legal:tenancy", state="sent_back", changed_at=world.api.clock(), **words
        )
        session.add(draft)
        await session.flush()
        return draft.id


async def a_desk(browser: Browser, url: str, role: Role, look: Look) -> Page:
    context = await browser.new_context(viewport=look.size, color_scheme=look.scheme)  # type: ignore[arg-type]
    page = await context.new_page()
    await chrome.sign_in(page, url, f"演示-{role}", PASSWORD)
    return page


async def staff_pages(browser: Browser, url: str, role: Role, look: Look, shown: dict[str, str]) -> None:
    page = await a_desk(browser, url, role, look)
    for name, address in PAGES[role].items():
        await page.goto(url + address.format(**shown))
        await page.screenshot(path=PICTURES / f"{name}-{look.name}.png")
    await page.context.close()


async def the_board(folder: Path, nlp: Understander, browser: Browser) -> None:
    """A district of its own, with four months behind it."""
    async with running_api(folder, "", nlp) as api, served(api.app) as url:
        async with api.db.writing() as session:
            await people.demo_street(session, api.clock)
        labels = [entry.label for entry in nlp.catalogue.of_kind(Kind.ITEM)]
        await fill(api.db, Plan(9000, 120, api.clock()), labels)
        await api.staff("演示-supervisor", Role.SUPERVISOR, password=PASSWORD)
        for look in LOOKS:
            page = await a_desk(browser, url, Role.SUPERVISOR, look)
            await page.goto(f"{url}/board")
            await page.screenshot(path=PICTURES / f"board-{look.name}.png")
        await page.emulate_media(media="print", color_scheme="light")
        await page.set_viewport_size({"width": 688, "height": 1017})  # what A4 leaves within its margins
        await page.goto(f"{url}/board/week")
        await page.screenshot(path=PICTURES / "week-paper.png")


if __name__ == "__main__":
    asyncio.run(main())
