"""The staff pages: their words, signing in and out, the queue."""

import re

import pytest

from api import auth
from api.errors import AppError
from api.lifecycle import RULES, STAFF_ROLES, Action, Lane, Need, Role, Status
from api.office import TICKETED
from api.pages import error_words, forms, marks, times, words
from nlp.catalogue import Kind
from tests.api.browsing import PASSWORD, TENANCY, Page, browser, report
from tests.conftest import Api

# --- words


def every_error(kind: type[AppError] = AppError) -> list[type[AppError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in every_error(child))]


def test_every_code_has_its_words() -> None:
    assert words.ROLES.keys() == set(Role)
    assert words.STATUSES.keys() == {(lane, status) for lane in Lane for status in Status}
    assert words.PHRASES.keys() == {(lane, action) for lane in Lane for action in Action}
    assert words.KINDS.keys() == set(TICKETED) - {Kind.ITEM}
    assert {error.code for error in every_error()} <= error_words.ERRORS.keys()


def test_every_field_that_staff_fill_in_has_its_label() -> None:
    by_staff = [(lane, action, rule) for (lane, _, action), rule in RULES.items() if rule.by & {*STAFF_ROLES}]
    asked = {(lane, action, need) for lane, action, rule in by_staff for need in rule.needs}
    assert asked <= words.FIELDS.keys()
    assert {need for _, _, need in asked} <= set(forms.ORDER)
    assert Need.SCORE not in forms.ORDER


@pytest.mark.parametrize(
    ("text", "because", "parts"),
    [
        ("路灯不亮", ["路灯"], [("路灯", True), ("不亮", False)]),
        ("路灯不亮", ["灯不", "不亮"], [("路", False), ("灯不亮", True)]),
        ("路灯路灯", ["路灯"], [("路灯路灯", True)]),
        ("路灯", [], [("路灯", False)]),
        ("", ["路灯"], []),
        ("<b>路灯", ["", "井盖"], [("<b>路灯", False)]),
    ],
)
def test_deciding_words_are_marked(text: str, because: list[str], parts: list[tuple[str, bool]]) -> None:
    assert marks.marked(text, because) == parts


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "不到 1 分钟"),
        (60, "1 分钟"),
        (3600, "1 小时"),
        (3720, "1 小时 2 分"),
        (86400, "1 天"),
        (180000, "2 天 2 小时"),
    ],
)
def test_durations(seconds: int, said: str) -> None:
    assert times.duration(seconds) == said


# --- signing in


async def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(api: Api) -> None:
    answer = await api.client.get("/queue?tab=open&q=路灯")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2Fqueue%3Ftab%3Dopen")
    page = Page(await api.client.get(answer.headers["location"]))
    await api.staff("王芳", Role.TRIAGE, password=PASSWORD)
    typed = page.forms["sign-in"].fields | {"name": " 王芳 ", "password": PASSWORD}
    signed = await api.client.post("/sign-in", data=typed)
    assert (signed.status_code, signed.headers["location"][:15]) == (303, "/queue?tab=open")
    cookie = signed.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/"))
    assert "受理员 王芳" in Page(await api.client.get("/queue")).words


@pytest.mark.parametrize("name", ["王芳", "没有这个人", ""])
async def test_a_wrong_password_is_told_and_the_name_stays(api: Api, name: str) -> None:
    await api.staff("王芳", Role.TRIAGE, password=PASSWORD)
    page = Page(await api.client.post("/sign-in", data={"name": name, "password": "错"}))
    assert page.status == 401
    assert error_words.WRONG_LOGIN in page.words
    assert page.forms["sign-in"].fields["name"] == name


@pytest.mark.parametrize("elsewhere", ["//evil.example", "/\\evil.example", "https://evil.example", "queue", "/a\nb"])
async def test_signing_in_leads_to_no_other_host(api: Api, elsewhere: str) -> None:
    await api.staff("王芳", Role.TRIAGE, password=PASSWORD)
    answer = await api.client.post("/sign-in", data={"name": "王芳", "password": PASSWORD, "next": elsewhere})
    assert answer.headers["location"] == "/queue"


async def test_another_site_cannot_sign_anybody_in(api: Api) -> None:
    await api.staff("王芳", Role.TRIAGE, password=PASSWORD)
    typed = {"name": "王芳", "password": PASSWORD}
    answer = await api.client.post("/sign-in", data=typed, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


async def test_signing_out_ends_the_session(api: Api) -> None:
    triage = await browser(api, Role.TRIAGE)
    kept = triage.client.cookies[auth.COOKIE]
    page = await triage.send(await triage.open("/queue"), "sign-out")
    assert "登录工作台" in page.words
    api.client.cookies.set(auth.COOKIE, kept)
    assert (await api.client.get("/queue")).status_code == 303


async def test_a_form_without_its_csrf_is_refused(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.open(f"/tickets/{number}")
    refused = await triage.send(page, "file", csrf="x")
    assert refused.status == 403
    assert "已经失效" in refused.words
    assert "file" in (await triage.open(f"/tickets/{number}")).of_actions()


async def test_pages_run_nothing_but_our_own_files(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    for address in ("/sign-in", "/queue", f"/tickets/{number}", "/notices", "/tickets/GS1"):
        answer = await triage.client.get(address, follow_redirects=True)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?! src=\"/static/)|<style|\sstyle=|\son\w+=|https?://", answer.text)
    for file in ("pages.css", "live.js", "mark.svg"):
        assert (await triage.client.get(f"/static/{file}")).status_code == 200


async def test_every_input_has_a_label(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    for address in ("/sign-in", "/queue", f"/tickets/{number}"):
        page = await triage.open(address)
        assert page.inputs <= page.labelled
        assert 'lang="zh-CN"' in page.html


# --- the queue


async def test_the_queue_shows_what_waits_and_is_filtered_by_its_address(api: Api) -> None:
    triage, light = await browser(api, Role.TRIAGE), await report(api)
    other = await report(api, text="人行道砖块松动", label="sidewalk", place="平江路")
    page = await triage.open("/queue")
    assert light in page.words and other in page.words
    assert "待我办理 2" in page.words and "等受理员" in page.words
    assert "发现 · 待受理" in page.words
    only = await triage.open("/queue?label=street_light")
    assert light in only.words and other not in only.words
    assert other in (await triage.open("/queue?q=松动")).words
    assert other in (await triage.open(f"/queue?q={other}")).words
    assert "没有符合条件的工单" in (await triage.open("/queue?tab=open&status=verified")).words
    assert "没有符合条件的工单" in (await triage.open("/queue?q=%00'--")).words
    assert light in (await triage.open("/queue?tab=nonsense&status=nonsense")).words
    assert "这里还没有工单" in (await triage.open("/queue?tab=ended")).words


async def test_the_queue_is_paged_without_loss(api: Api) -> None:
    triage = await browser(api, Role.TRIAGE)
    reported = {await report(api) for _ in range(53)}
    first = await triage.open("/queue")
    following = re.search(r'href="([^"]+)" rel="next"', first.html)
    assert following
    second = await triage.open(following[1].replace("&amp;", "&"))
    listed = [re.findall(r'id="row-([^"]+)"', page.html) for page in (first, second)]
    assert [len(rows) for rows in listed] == [50, 3]
    assert {*listed[0], *listed[1]} == reported
    assert (await triage.open("/queue?cursor=nonsense")).status == 422


async def test_time_left_is_told_in_words(api: Api) -> None:
    triage = await browser(api, Role.TRIAGE)
    await report(api)
    assert "还剩" in (await triage.open("/queue")).words
    api.clock.forward(hours=11)
    await browser(api, Role.TRIAGE, "晚班")
    api.clock.forward(days=20)
    late = await browser(api, Role.TRIAGE, "二十天后")
    assert "已超" in (await late.open("/queue")).words


@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_every_role_reads_its_queue_in_words(api: Api, role: Role) -> None:
    await report(api)
    await report(api, **TENANCY)
    page = await (await browser(api, role)).open("/queue")
    assert page.status == 200
    codes = {*Status, *Action, *(entry.label for entry in api.office.catalogue.entries)}
    assert not [code for code in codes if re.search(rf"\b{code}\b", page.words)]
