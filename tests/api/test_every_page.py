"""Every page for every role: who must not see it does not; what it weighs; that it runs nothing but our own files; and
that the words of a legal matter stand before nobody but its adviser."""

import gzip
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from fastapi.routing import APIRoute

from api.lifecycle import STAFF_ROLES, Role
from api.pages.render import POLICY, STATIC
from api.routes import pages
from tests.api.browsing import TENANCY, Browser, acted, browser, report
from tests.api.cases import a_case
from tests.conftest import Api

ALL = set(STAFF_ROLES)
KEEPERS = {Role.SUPERVISOR, Role.ADMIN}
SECRET, NAME, HOUSE = "浴缸裂了漏到楼下", "杨二囡", "三区7幢"
QUESTION = TENANCY | {"text": f"房东{NAME}说{SECRET}，不退押金，可以告吗", "place": f"彩香一村{HOUSE}"}
HEAVIEST = 150_000  # bytes of a page with everything it loads, compressed
INLINE = re.compile(r"<script(?! src=\"/static/)|<style|\sstyle=|\son[a-z]+=|https?://(?!www\.w3\.org)|javascript:")
LOADED = re.compile(r'(?:src|href)="/static/([\w.]+)"')
IMPORTED = re.compile(r'from "\./([\w.]+)"')

# address of a page -> who sees it, and what everybody else is answered
PAGES: dict[str, tuple[set[Role], int]] = {
    "/": (ALL, 0),
    "/sign-in": (ALL, 0),
    "/queue": (ALL, 0),
    "/notices": (ALL, 0),
    "/me": (ALL, 0),
    "/me/practice": ({Role.ADVISER}, 403),
    "/tickets/{number}": (ALL - {Role.HANDLER, Role.ADVISER}, 404),
    "/tickets/{number}/present": (ALL - {Role.HANDLER, Role.ADVISER}, 404),
    "/board": (ALL - {Role.ADVISER}, 403),
    "/board/week": (ALL - {Role.ADVISER}, 403),
    "/board.csv": (KEEPERS | {Role.HANDLER}, 403),  # a contractor its own figures
    "/services": (KEEPERS | {Role.ADVISER}, 403),
    "/services.csv": (KEEPERS | {Role.ADVISER}, 403),
    "/organisation": (KEEPERS, 403),
    "/rules": ({Role.ADMIN}, 403),
    "/units": ({Role.ADMIN}, 403),
    "/units/roster": ({Role.ADMIN}, 403),
    "/staff": ({Role.ADMIN}, 403),
    "/cases": (KEEPERS | {Role.ADVISER}, 403),
    "/cases/{case_id}": (KEEPERS | {Role.ADVISER}, 403),
    "/cases/drafts/{draft_id}": (set(), 404),  # its author, and who looks at it: test_case_pages
    "/holidays": ({Role.ADMIN}, 403),
    "/texts": ({Role.ADMIN}, 403),
    "/items": ({Role.ADMIN}, 403),
}
QUERY = {"/board.csv": "?figure=contractors", "/queue": "?tab=open"}
FILES = ("/board.csv", "/services.csv", "/tickets/{number}/present")  # no whole page


@dataclass
class Desks:
    """One signed-in person a role; a public ticket, and a legal matter of another adviser's."""

    by_role: dict[Role, Browser]
    public: str
    legal: str
    shown: dict[str, int]  # of cases: one that stands, and another that is being written

    def addresses(self, number: str) -> list[str]:
        return [page.format(number=number, **self.shown) + QUERY.get(page, "") for page in PAGES]


@pytest.fixture
async def desks(sqlite_api: Api) -> AsyncIterator[Desks]:
    api = sqlite_api
    ada = await api.staff("顾律师", Role.ADVISER)
    legal = await report(api, **QUESTION)
    await acted(api, legal, "accept", ada)
    await acted(api, legal, "report_back", ada, note=f"可以告，{NAME}应当退还")
    public = await report(api)
    begun = await ada_begins(api, legal)
    shown = {"case_id": await a_case(api), "draft_id": begun}
    yield Desks({role: await browser(api, role) for role in STAFF_ROLES}, public, legal, shown)


async def ada_begins(api: Api, number: str) -> int:
    """A case of the legal matter; the id of its draft."""
    writer = await browser(api, Role.ADVISER, "顾律师")
    page = await writer.send(await writer.open(f"/tickets/{number}"), "case")
    return int(page.forms["save"].action.split("/")[-2])


def test_no_page_is_forgotten() -> None:
    routes = [one for one in _routes(pages.router.routes) if "GET" in one.methods]
    assert {one.path for one in routes} == PAGES.keys()


def _routes(found: list[object]) -> list[APIRoute]:
    inner = [getattr(one, "original_router", None) for one in found]
    own = [one for one in found if isinstance(one, APIRoute)]
    return own + [route for router in inner if router for route in _routes(router.routes)]


@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_each_role_sees_its_pages_and_no_other(desks: Desks, role: Role) -> None:
    reader = desks.by_role[role]
    for page, (allowed, refused) in PAGES.items():
        address = page.format(number=desks.public, **desks.shown) + QUERY.get(page, "")
        answer = await reader.client.get(address, follow_redirects=True)
        assert answer.status_code == (200 if role in allowed else refused), (address, role)


async def test_who_is_not_signed_in_sees_nothing(desks: Desks, sqlite_api: Api) -> None:
    for page in PAGES.keys() - {"/", "/sign-in"}:
        answer = await sqlite_api.client.get(page.format(number=desks.public, **desks.shown))
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in"), page


@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_legal_words_stand_before_nobody_but_their_adviser(desks: Desks, role: Role) -> None:
    reader = desks.by_role[role]
    asked = [
        f"/queue?{narrowed}" for narrowed in ("status=ended", f"q={SECRET[:4]}", f"q={NAME}", "tab=mine", "late=1")
    ]
    for address in (*desks.addresses(desks.legal), *asked):
        answer = await reader.client.get(address, follow_redirects=True)
        found = answer.text.replace(f'value="{SECRET[:4]}"', "").replace(f'value="{NAME}"', "")  # what they typed
        assert SECRET[:4] not in found and NAME not in found and HOUSE not in found, (address, role)


async def test_they_stand_before_their_adviser(desks: Desks, sqlite_api: Api) -> None:
    """So that the test above looks for what is there."""
    page = await (await browser(sqlite_api, Role.ADVISER, "顾律师")).open(f"/tickets/{desks.legal}")
    assert SECRET in page.words and NAME in page.words


@pytest.mark.parametrize("role", [Role.TRIAGE, Role.SUPERVISOR, Role.HANDLER])
async def test_pages_are_light_and_run_nothing_but_our_own_files(desks: Desks, role: Role) -> None:
    reader = desks.by_role[role]
    for page in PAGES.keys() - set(FILES):
        address = page.format(number=desks.public, **desks.shown) + QUERY.get(page, "")
        answer = await reader.client.get(address, follow_redirects=True)
        assert answer.headers["content-security-policy"] == POLICY and "unsafe" not in POLICY
        assert answer.headers["cache-control"] == "no-store"
        assert not INLINE.search(answer.text), (address, INLINE.search(answer.text))
        loaded = _loaded(set(LOADED.findall(answer.text)))
        weight = len(gzip.compress(answer.content)) + sum(_weight(name) for name in loaded)
        assert loaded and weight < HEAVIEST, (address, weight)


def _weight(name: str) -> int:
    return len(gzip.compress((STATIC / name).read_bytes()))


def _loaded(names: set[str]) -> set[str]:
    """With what the scripts load in their turn."""
    more = {
        one for name in names if name.endswith(".js") for one in IMPORTED.findall((STATIC / name).read_text("utf-8"))
    }
    return names if more <= names else _loaded(names | more)


def test_our_own_files_ask_nothing_from_elsewhere() -> None:
    for file in STATIC.iterdir():
        said = file.read_text("utf-8")
        assert not re.search(r"https?://(?!www\.w3\.org)|@import|\beval\(|new Function", said), file.name
