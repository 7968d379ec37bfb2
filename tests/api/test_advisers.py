"""Which adviser a matter goes to, and whom it must not go to: 利害关系, topics, duty."""

from typing import Any

import pytest
from sqlmodel import select

from api import advisers, clockwork, conflicts
from api.actors import Actor
from api.advisers import Near
from api.lifecycle import Role
from api.models import AdviserClient, Shift, Unit
from tests.api.browsing import browser
from tests.api.life import COMMUNITY, STREET, call, ok, open_ticket
from tests.conftest import Api

BESIDE, ELSEWHERE, THERE = "320508019034", "320508018", "320508018014"
TENANCY = {"label": "legal:tenancy", "place": "彩香一村三区"}
CLIENT = "苏州金满楼物业管理有限公司"


async def ask(api: Api, text: str, **changes: Any) -> dict[str, Any]:
    return await open_ticket(api, **TENANCY | {"text": text} | changes)


async def acts_for(api: Api, name: str, *clients: str) -> None:
    async with api.db.writing() as session:
        for client in clients:
            await advisers.add_client(session, Actor(Role.ADVISER, name), client)


# --- names


@pytest.mark.parametrize(
    ("client", "written", "concerns"),
    [
        (CLIENT, "金满楼物业不退装修押金", True),
        (CLIENT, "金 满楼 物业，不退押金", True),
        (CLIENT, "今满楼屋业把我的车锁了", True),  # dictated
        (CLIENT, "金满楼的饭菜不干净", False),
        (CLIENT, "物业公司不管事", False),
        ("苏州市姑苏区宏达（集团）有限责任公司", "宏达拖欠我工资", True),
        ("孙建国", "房东孙建國不退押金", True),
        ("孙建国", "房东孙健国不退押金", True),
        ("孙建国", "房东孙建不退押金", False),
        ("吴芳", "吴芳欠我钱", True),
        ("吴芳", "五方面的问题", False),
        ("王五", "", False),
    ],
)
def test_who_is_named(client: str, written: str, concerns: bool) -> None:
    assert conflicts.concern([client], written) is concerns


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ("居委会不肯给我开证明，可以告吗", True),
        ("街 道办说我的阳台是违建", True),
        ("征收办给的补偿太低", True),
        ("动迁公司的协议能不能反悔", True),
        ("住在这条街道上的房东不退押金", False),
        ("社区里的邻居打了我", False),
    ],
)
def test_matters_with_those_who_engage_advisers(written: str, own: bool) -> None:
    assert conflicts.against_own_bodies(written) is own


def test_how_near_an_adviser_is() -> None:
    near = Near(COMMUNITY, STREET, {COMMUNITY: STREET, BESIDE: STREET, THERE: ELSEWHERE})
    assert [near.distance(scope) for scope in (COMMUNITY, STREET, "", BESIDE, ELSEWHERE)] == [0, 1, 2, 3, 3]
    assert [near.is_elsewhere(scope) for scope in (COMMUNITY, STREET, BESIDE)] == [False, False, False]
    assert [near.is_elsewhere(scope) for scope in ("", ELSEWHERE, THERE)] == [True, True, True]
    unknown = Near("", "", {})
    assert [unknown.distance(scope) for scope in ("", STREET)] == [2, 3]
    assert [unknown.is_elsewhere(scope) for scope in ("", STREET)] == [True, False]


# --- whom it goes to


async def test_who_acts_for_the_other_side_never_sees_it(api: Api) -> None:
    ada, ben = await api.staff("ada", Role.ADVISER, COMMUNITY), await api.staff("ben", Role.ADVISER, STREET)
    await acts_for(api, "ada", CLIENT, "孙建国")
    asked = await ask(api, "金满楼物业不退装修押金")
    assert (asked["assignee"], asked["status"]) == ("ben", "dispatched")
    assert (await api.client.get(f"/api/v1/tickets/{asked['number']}", headers=ada)).status_code == 404
    assert (await ask(api, "房东不退押金"))["assignee"] == "ada", "of anything else it is still hers"
    refused = await call(api, ben, asked["number"], "pass_on")
    assert (refused.status_code, refused.json()["reason"]) == (409, "no_other_adviser"), "she is no way out either"


async def test_names_of_an_anonymous_resident_are_compared_without_being_shown(api: Api) -> None:
    await api.staff("ada", Role.ADVISER, COMMUNITY)
    await api.staff("ben", Role.ADVISER, STREET)
    await acts_for(api, "ada", "孙建国")
    asked = await ask(api, "房东不退押金", anonymous=True, facts=[{"asked": "房东", "answer": "叫孙建国"}])
    assert asked["assignee"] == "ben"


async def test_nobody_left_who_may_read_it_means_that_triage_decides(api: Api) -> None:
    await api.staff("ada", Role.ADVISER)
    triage = await api.staff("tina", Role.TRIAGE)
    await acts_for(api, "ada", "孙建国")
    asked = await ask(api, "房东孙建国不退押金")
    assert (asked["assignee"], asked["status"]) == (None, "filed")
    refused = await call(api, triage, asked["number"], "dispatch", to="ada")
    assert (refused.status_code, refused.json()["reason"]) == (422, "has_part")
    assert "孙建国" not in refused.text
    await api.staff("ben", Role.ADVISER)
    assert ok(await call(api, triage, asked["number"], "dispatch", to="ben"))["assignee"] == "ben"


@pytest.mark.parametrize(
    ("scopes", "chosen"),
    [
        ({"own": COMMUNITY, "street": STREET, "far": THERE}, "far"),
        ({"own": COMMUNITY, "beside": BESIDE, "district": "", "far": ELSEWHERE}, "far"),
        ({"own": COMMUNITY, "district": ""}, "district"),
        ({"own": COMMUNITY, "street": STREET, "beside": BESIDE}, None),
    ],
)
async def test_a_matter_with_the_committee_goes_to_another_streets_adviser(
    api: Api, scopes: dict[str, str], chosen: str | None
) -> None:
    for name, scope in scopes.items():
        await api.staff(name, Role.ADVISER, scope)
    assert (await ask(api, "居委会不给我开证明，可以告他们吗"))["assignee"] == chosen


async def test_what_the_clock_passes_on_stays_away_from_the_other_side(api: Api) -> None:
    await api.staff("ada", Role.ADVISER, COMMUNITY)
    await api.staff("ben", Role.ADVISER, STREET)
    await api.staff("cai", Role.ADVISER)
    asked = await ask(api, "房东孙建国不退押金")
    assert asked["assignee"] == "ada"
    await acts_for(api, "ben", "孙建国")
    api.clock.forward(days=5)
    await clockwork.sweep(api.db, api.office)
    found = await api.client.get(f"/api/v1/tickets/{asked['number']}", headers=await api.staff("tina", Role.TRIAGE))
    assert found.json()["assignee"] == "cai"


async def test_of_equally_near_ones_who_knows_the_topic_then_who_is_on_duty(api: Api) -> None:
    for name in ("ada", "ben", "cai"):
        await api.staff(name, Role.ADVISER, COMMUNITY)
    async with api.db.writing() as session:
        await advisers.know(session, Actor(Role.ADVISER, "ada"), {"legal:family"})
        await advisers.know(session, Actor(Role.ADVISER, "cai"), {"legal:tenancy"})
    assert [(await ask(api, f"房东不退押金{n}"))["assignee"] for n in range(2)] == ["ben", "cai"]
    async with api.db.writing() as session:
        session.add(Unit(code="law", name="值班律师", kind="group"))
        await session.flush()
        nights = [{"days": [], "hours": "18:00-08:00"}]  # it is half past nine in the morning
        session.add_all([Shift(unit="law", staff=name, times=nights) for name in ("ben", "cai")])
        await advisers.know(session, Actor(Role.ADVISER, "ada"), set())
    assert [(await ask(api, f"房东不退押金{n}"))["assignee"] for n in range(2)] == ["ada", "ada"]
    api.clock.forward(hours=12)
    assert (await ask(api, "房东不退押金"))["assignee"] == "ben", "all are there now, and this one has less"


# --- their page


async def test_an_adviser_says_for_whom_they_act_and_what_they_know(api: Api) -> None:
    ada, ben = await browser(api, Role.ADVISER, "ada"), await browser(api, Role.ADVISER, "ben")
    asked = await ask(api, "房东孙建国不退押金")
    mine = ada if asked["assignee"] == "ada" else ben
    page = await mine.open("/me/practice")
    assert "还没有记" in page.words and asked["number"] not in page.words
    page = await mine.send(page, "clients", name=" 孙建国 ")
    assert "孙建国" in page.words and f"{asked['number']}" in page.words and "请转交" in page.words
    await mine.send(page, "clients", name="孙建国")
    async with api.db.reading() as session:
        (client,) = (await session.exec(select(AdviserClient))).all()
    other = ben if mine is ada else ada
    theirs = await other.open("/me/practice")
    assert "孙建国" not in theirs.words
    csrf = theirs.forms["topics"].fields["csrf"]
    await other.client.post("/me/practice/forget", data={"csrf": csrf, "client": str(client.id)})
    assert "孙建国" in (await mine.open("/me/practice")).words, "nobody else's to forget"
    page = await mine.send(page, "forget")
    assert "还没有记" in page.words
    page = await mine.send(page, "topics", topic="legal:family")
    assert page.html.count(" checked") == 1
    assert 'href="/me/practice"' in (await mine.open("/me")).html


@pytest.mark.parametrize(("name", "why"), [("", "最少 2 个字"), ("王", "最少 2 个字"), ("长" * 101, "最多 100 个字")])
async def test_a_client_needs_a_name(sqlite_api: Api, name: str, why: str) -> None:
    ada = await browser(sqlite_api, Role.ADVISER, "ada")
    page = await ada.send(await ada.open("/me/practice"), "clients", name=name)
    assert page.status == 422 and why in page.words


async def test_odd_forms_change_nothing(sqlite_api: Api) -> None:
    ada = await browser(sqlite_api, Role.ADVISER, "ada")
    csrf = (await ada.open("/me/practice")).forms["topics"].fields["csrf"]
    for path, sent in (
        ("topics", {"topic": ["legal:none", "street_light", "'--"]}),
        ("forget", {"client": "99999999999999999999"}),
        ("forget", {"client": "-1"}),
    ):
        answer = await ada.client.post(f"/me/practice/{path}", data={"csrf": csrf} | sent)
        assert answer.status_code in (303, 422)
    assert " checked" not in (await ada.open("/me/practice")).html
    tina = await browser(sqlite_api, Role.TRIAGE, "tina")
    csrf = (await tina.open("/queue")).forms["sign-out"].fields["csrf"]
    assert (await tina.client.post("/me/practice/clients", data={"csrf": csrf, "name": "孙建国"})).status_code == 403
