"""A browser of the staff pages, for tests: the cookie, the forms read out of the HTML, what a page says."""

import io
from dataclasses import dataclass, field
from html.parser import HTMLParser
from secrets import token_urlsafe
from typing import Any

import httpx
from httpx import ASGITransport, AsyncClient
from PIL import Image
from sqlmodel import select

from api import auth, credentials, passwords
from api.lifecycle import Role
from api.models import Staff, StaffSession
from tests.conftest import Api

PASSWORD = "春风又绿江南岸"
LIGHT = {"text": "南门路菜场门口的路灯不亮了", "label": "street_light", "place": "南门路菜场门口"}
TENANCY = {"text": "房东不退押金，合同还没到期，我可以告他吗", "label": "legal:tenancy"}


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class Page(HTMLParser):
    """What a reader can send from a page, and what they read on it."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.status, self.html = answer.status_code, answer.text
        self.forms: dict[str, Form] = {}
        self.words = ""
        self._form: Form | None = None
        self._area = self._select = ""
        self.labelled: set[str] = set()
        self.inputs: set[str] = set()
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self._form = self.forms[given["action"].rsplit("/", 1)[-1]] = Form(given["action"])
            case "label":
                self.labelled.add(given["for"])
            case "input" | "textarea" | "select" if self._form:
                if given.get("type") != "hidden":
                    self.inputs.add(given["id"])
                if given.get("type") == "checkbox" and "checked" not in given:
                    return
                self._form.fields[given["name"]] = given.get("value", "")
                self._area = given["name"] if tag == "textarea" else ""
                self._select = given["name"] if tag == "select" else ""
            case "option" if self._form:
                self._form.choices.setdefault(self._select, []).append(given.get("value", ""))
                if "selected" in given:
                    self._form.fields[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._area and self._form:
            self._form.fields[self._area] += data.removeprefix("\n")

    def of_actions(self) -> list[str]:
        return [form.action.rsplit("/", 1)[-1] for form in self.forms.values() if "/actions/" in form.action]


@dataclass
class Browser:
    """One signed-in person. Cookies are its own."""

    client: AsyncClient

    async def open(self, address: str) -> Page:
        return Page(await self.client.get(address, follow_redirects=True))

    async def send(self, page: Page, action: str, /, files: Any = None, **typed: str) -> Page:
        form = page.forms[action]
        data = {name: value for name, value in (form.fields | typed).items() if name != "photo"}
        return Page(await self.client.post(form.action, data=data, files=files, follow_redirects=True))


async def browser(api: Api, role: Role, name: str = "", scope: str = "") -> Browser:
    """Signed in without a password: hashing one takes longer than the rest of a test."""
    name, cookie = name or f"某{role}", token_urlsafe()
    await api.staff(name, role, scope)
    async with api.db.writing() as session:
        person = (await session.exec(select(Staff).where(Staff.name == name))).one()
        ends = api.clock() + passwords.SESSION_LASTS
        opened = StaffSession(
            token_hash=credentials.digest(cookie), staff_id=person.id, csrf=token_urlsafe(), expires_at=ends
        )
        session.add(opened)
    return Browser(AsyncClient(transport=ASGITransport(api.app), base_url="http://api", cookies={auth.COOKIE: cookie}))


async def report(api: Api, **said: str) -> str:
    body = {"channel": "web", "reporter": "r1"} | (said or LIGHT)
    answer = await api.client.post("/api/v1/tickets", json=body, headers=api.bot())
    assert answer.status_code == 201, answer.text
    number: str = answer.json()["number"]
    return number


async def acted(api: Api, number: str, action: str, headers: dict[str, str], **given: object) -> None:
    answer = await api.client.post(f"/api/v1/tickets/{number}/actions/{action}", json=given, headers=headers)
    assert answer.status_code == 200, answer.text


async def dispatched(api: Api, to: str) -> str:
    number, triage = await report(api), await api.staff("派单的", Role.TRIAGE)
    await acted(api, number, "file", triage)
    await acted(api, number, "dispatch", triage, to=to)
    return number


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "JPEG")
    return file.getvalue()
