"""Grids over HTTP: found by a point or a place, given to tickets; read anew when an import changed them."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from api.atlas import Atlas
from api.lifecycle import Action, Role
from api.models import Event
from api.positions import to_gcj02
from tests.api.browsing import browser
from tests.api.drawn import (
    CODE,
    COMMUNITY,
    OTHER_PLACE,
    OTHER_STREET,
    PLACE,
    STREET,
    cell,
    feature,
    geojson,
    imported,
    middle,
)
from tests.api.life import QUESTION, Cast, failure, ok, open_ticket
from tests.conftest import Api

FIRST = {
    "code": f"{CODE}01", "name": "第1网格", "kind": "综合", "street": STREET, "community": COMMUNITY, "demo": False,
    "retired": False,
}  # fmt: skip
NOWHERE = {"text": "路灯不亮了", "place": ""}


@pytest.fixture
async def grids(api: Api, tmp_path: Path) -> Api:
    """Two grids side by side, both in one community."""
    await imported(api, geojson(tmp_path, feature(1, cell(0)), feature(2, cell(1))))
    return api


async def asked(api: Api, **query: Any) -> Any:
    return await api.client.get("/api/v1/grids", params=query, headers=api.bot())


async def test_a_point_finds_its_grid(grids: Api) -> None:
    assert ok(await asked(grids, **middle(0))) == FIRST
    assert ok(await asked(grids, **middle(1), system="wgs84"))["code"] == f"{CODE}02"
    assert failure(await asked(grids, **middle(2))) == (404, "not_found")


async def test_a_chinese_map_s_point_finds_the_same(grids: Api) -> None:
    lat, lon = to_gcj02((middle(1)["lat"], middle(1)["lon"]))
    assert ok(await asked(grids, lat=lat, lon=lon, system="gcj02"))["code"] == f"{CODE}02"
    assert failure(await asked(grids, lat=lat, lon=lon))[0] == 404, "as WGS 84 it lies 500 m further"


async def test_a_place_is_known_as_far_as_it_is_known(grids: Api, tmp_path: Path) -> None:
    nameless = FIRST | {"code": "", "name": "", "kind": ""}
    assert ok(await asked(grids, place=PLACE)) == nameless
    assert ok(await asked(grids, place=STREET)) == nameless | {"community": ""}
    assert failure(await asked(grids, place="老地方")) == (404, "not_found")
    assert failure(await asked(grids, place="苏州高新区狮山路")) == (404, "not_found")


async def test_a_place_in_a_community_with_one_grid_finds_it(api: Api, tmp_path: Path) -> None:
    await imported(api, geojson(tmp_path, feature(1)))
    assert ok(await asked(api, place=PLACE)) == FIRST
    assert (await open_ticket(api, place=PLACE))["grid"] == f"{CODE}01"


@pytest.mark.parametrize("query", [
    {}, {"lat": 31.3}, {"lon": 120.6}, {"place": ""}, {"place": "  "}, {"lat": 31.3, "lon": 120.6, "place": PLACE},
    {"lat": 91, "lon": 120.6}, {"lat": 31.3, "lon": 181}, {"lat": "nan", "lon": 120.6}, {"lat": "inf", "lon": 120.6},
    {"lat": "x", "lon": 120.6}, {"lat": 31.3, "lon": 120.6, "system": "mars"}, {"place": "灯" * 301},
])  # fmt: skip
async def test_what_asks_for_nothing_is_malformed(sqlite_api: Api, query: dict[str, Any]) -> None:
    assert failure(await asked(sqlite_api, **query)) == (422, "malformed")


async def test_a_grid_by_its_code(grids: Api) -> None:
    async def read(code: str) -> Any:
        return await grids.client.get(f"/api/v1/grids/{code}", headers=grids.bot())

    assert ok(await read(f"{CODE}01")) == FIRST
    for code in (CODE, "320508019", "nothing", "%00", "' OR 1=1 --", "0" * 500):
        assert failure(await read(code)) == (404, "not_found")


async def test_a_ticket_takes_the_grid_of_its_point(grids: Api) -> None:
    ticket = await open_ticket(grids, **NOWHERE, **middle(1))
    assert (ticket["street"], ticket["community"], ticket["grid"]) == (STREET, COMMUNITY, f"{CODE}02")
    listed = ok(await grids.client.get("/api/v1/tickets", params={"grid": f"{CODE}02"}, headers=grids.bot()))
    assert [row["number"] for row in listed["tickets"]] == [ticket["number"]]


async def test_words_and_point_agree(grids: Api) -> None:
    ticket = await open_ticket(grids, place=PLACE, **middle(0))
    assert (ticket["street"], ticket["community"], ticket["grid"]) == (STREET, COMMUNITY, f"{CODE}01")


async def test_where_words_and_point_differ_the_words_are_believed_and_staff_are_told(grids: Api) -> None:
    ticket = await open_ticket(grids, text=f"{OTHER_PLACE}路灯不亮", place=OTHER_PLACE, **middle(0))
    assert (ticket["street"], ticket["grid"]) == (OTHER_STREET, "")
    tina = await grids.staff("tina", Role.TRIAGE)
    for headers, told in ((tina, [STREET, COMMUNITY, f"{CODE}01"]), (grids.resident(), None)):
        timeline = ok(await grids.client.get(f"/api/v1/tickets/{ticket['number']}/timeline", headers=headers))
        assert timeline["events"][0]["facts"].get("elsewhere") == told


async def test_the_page_says_so_too(grids: Api) -> None:
    tina = await browser(grids, Role.TRIAGE)
    inside = (await open_ticket(grids, **NOWHERE, **middle(0)))["number"]
    elsewhere = (await open_ticket(grids, place=OTHER_PLACE, **middle(0)))["number"]
    page = await tina.open(f"/tickets/{inside}")
    assert "第1网格" in page.words and f"{CODE}01" in page.words and "不一致" not in page.words
    page = await tina.open(f"/tickets/{elsewhere}")
    own = page.html.partition('id="facts"')[2].partition("</dl>")[0]  # what is like it stands below, with its grid
    assert f"定位在{STREET}{COMMUNITY}，和说的地点不一致" in page.words and "网格" not in own


async def test_of_a_legal_matter_no_grid_is_kept(grids: Api) -> None:
    matter = await open_ticket(grids, **QUESTION, **middle(0))
    assert (matter["community"], matter["grid"]) == (COMMUNITY, "")
    away = await open_ticket(grids, **QUESTION | {"place": OTHER_PLACE}, **middle(0))
    async with grids.db.reading() as session:
        reports = (await session.exec(select(Event).where(Event.action == "report"))).all()
    assert away["street"] == OTHER_STREET and not any("elsewhere" in event.facts for event in reports)
    listed = await grids.client.get("/api/v1/tickets", params={"grid": f"{CODE}01"}, headers=grids.bot())
    assert ok(listed)["tickets"] == []


async def test_a_correction_weighs_them_again(grids: Api) -> None:
    tina = await grids.staff("tina", Role.TRIAGE)
    number = (await open_ticket(grids, place=OTHER_PLACE, **middle(0)))["number"]
    path = f"/api/v1/tickets/{number}/actions/{Action.CORRECT}"
    found = [
        ok(await grids.client.post(path, json={"place": place, "reason": "听错了"}, headers=tina))
        for place in (PLACE, OTHER_PLACE)
    ]
    assert [(ticket["street"], ticket["grid"]) for ticket in found] == [(STREET, f"{CODE}01"), (OTHER_STREET, "")]


async def test_a_report_in_gcj02_is_kept_in_wgs84(grids: Api) -> None:
    there = middle(1)
    lat, lon = to_gcj02((there["lat"], there["lon"]))
    ticket = await open_ticket(grids, **NOWHERE, lat=lat, lon=lon, system="gcj02")
    assert (ticket["lat"], ticket["lon"]) == pytest.approx((there["lat"], there["lon"]), abs=1e-6)
    assert ticket["grid"] == f"{CODE}02"
    kept = await open_ticket(grids, **NOWHERE, lat=lat, lon=lon, system="wgs84")
    assert (kept["lat"], kept["lon"], kept["grid"]) == (lat, lon, "")


@pytest.mark.parametrize("half", [{"lat": 31.3015}, {"lon": 120.6015}, {"lat": 31.3015, "system": "gcj02"}])
async def test_half_a_point_is_none(grids: Api, half: dict[str, Any]) -> None:
    assert (await open_ticket(grids, **NOWHERE, **half))["grid"] == ""


async def test_a_key_used_before_systems_were_known_is_still_that_key(grids: Api) -> None:
    """Bodies are compared by a digest: a draft under way at an upgrade must not come to be another request."""
    sent = {"channel": "web", "reporter": "r1", **NOWHERE, **middle(0)}
    headers = grids.bot() | {"Idempotency-Key": "k1"}
    first = await grids.client.post("/api/v1/tickets", json=sent, headers=headers)
    again = await grids.client.post("/api/v1/tickets", json=sent | {"system": "wgs84"}, headers=headers)
    other = await grids.client.post("/api/v1/tickets", json=sent | {"system": "gcj02"}, headers=headers)
    assert [answer.status_code for answer in (first, again, other)] == [201, 200, 409]
    assert failure(other)[1] == "key_reused"


async def test_an_import_is_seen_without_a_restart(cast: Cast, tmp_path: Path) -> None:
    api = cast.api
    object.__setattr__(api.office, "atlas", Atlas(looks_every=0))
    assert failure(await asked(api, **middle(0)))[0] == 404
    file = geojson(tmp_path, feature(1, cell(0)))
    await imported(api, file)
    assert ok(await asked(api, **middle(0)))["name"] == "第1网格"
    await imported(api, geojson(tmp_path, feature(1, cell(0), grid="东网格")))
    assert ok(await asked(api, **middle(0)))["name"] == "东网格"
    await imported(api, geojson(tmp_path, feature(2, cell(0))), replaces=True)
    assert ok(await asked(api, **middle(0)))["code"] == f"{CODE}02"
    retired = ok(await api.client.get(f"/api/v1/grids/{CODE}01", headers=api.bot()))
    assert (retired["name"], retired["retired"]) == ("东网格", True)


async def test_between_two_looks_the_database_is_not_asked(sqlite_api: Api, tmp_path: Path) -> None:
    await asked(sqlite_api, **middle(0))
    await imported(sqlite_api, geojson(tmp_path, feature(1, cell(0))))
    assert failure(await asked(sqlite_api, **middle(0)))[0] == 404


async def test_staff_of_a_grid_see_its_community(grids: Api) -> None:
    here = (await open_ticket(grids, place=PLACE))["number"]
    await open_ticket(grids, place=OTHER_PLACE)
    theirs = await grids.staff("gina", Role.TRIAGE, f"{CODE}01")
    listed = ok(await grids.client.get("/api/v1/tickets", headers=theirs))["tickets"]
    assert [ticket["number"] for ticket in listed] == [here]
