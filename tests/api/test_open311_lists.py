"""Open311's lists: what is in them, their windows and filters, and what a cache need not be sent again."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import update

from api.lifecycle import Lane, Role, Status
from api.models import Ticket
from tests.api.asking import a_key, get, listed, posted
from tests.api.drawn import CODE, cell, feature, geojson, imported
from tests.api.life import Cast, open_ticket
from tests.conftest import Api


def row(api: Api, number: str, days: float, **changes: Any) -> Ticket:
    at = api.clock() - timedelta(days=days)
    given = {"lane": Lane.PUBLIC, "kind": "item", "label": "street_light", "status": Status.REPORTED} | changes
    return Ticket(number=number, text="t", channel="web", reported_at=at, status_at=at, **given)


async def put(api: Api, *rows: Ticket) -> None:
    async with api.db.writing() as session:
        session.add_all(rows)


async def test_a_list_is_of_the_last_90_days_newest_first(api: Api) -> None:
    await put(api, *(row(api, f"N-{days}", days) for days in (0, 200, 89, 91, 1)))
    assert await listed(api) == ["N-0", "N-1", "N-89"]


WINDOWS: dict[str, tuple[dict[str, str], list[str]]] = {
    "from a start": ({"start_date": "2026-11-20T00:00:00+08:00"}, ["N-0", "N-1"]),
    "from a start long ago, 90 days": ({"start_date": "2026-05-01T00:00:00Z"}, ["N-200"]),
    "up to an end, 90 days": ({"end_date": "2026-11-22T00:00:00Z"}, ["N-89", "N-91"]),
    "both": ({"start_date": "2026-08-01T00:00:00Z", "end_date": "2026-09-30T00:00:00Z"}, ["N-89", "N-91"]),
    "both, more than 90 days": ({"start_date": "2026-05-01T00:00:00Z", "end_date": "2026-12-31T00:00:00Z"}, ["N-200"]),
    "days of the district": ({"start_date": "2026-11-22", "end_date": "2026-11-23"}, ["N-1"]),
    "empty": ({"start_date": "", "end_date": "", "status": "", "service_code": ""}, ["N-0", "N-1", "N-89"]),
    "beyond all calendars": ({"start_date": "0001-01-01T00:00:00+14:00", "end_date": "9999-12-31T23:59:59-14:00"}, []),
}


@pytest.mark.parametrize(("params", "found"), WINDOWS.values(), ids=WINDOWS.keys())
async def test_a_window_is_90_days_at_the_most(api: Api, params: dict[str, str], found: list[str]) -> None:
    await put(api, *(row(api, f"N-{days}", days) for days in (0, 1, 89, 91, 200)))
    assert await listed(api, **params) == found


async def test_a_list_holds_1000_rows_at_the_most(api: Api) -> None:
    await put(api, *(row(api, f"N-{i:04}", i / 100) for i in range(1001)))
    found = await listed(api)
    assert (len(found), found[0], found[-1]) == (1000, "N-0000", "N-0999")


async def test_filters_narrow_and_numbers_override_them(api: Api) -> None:
    await put(
        api,
        row(api, "N-1", 1),
        row(api, "N-2", 2, status=Status.MERGED),
        row(api, "N-3", 3, label="elevator"),
        row(api, "N-4", 400, label="elevator"),
    )
    assert await listed(api, service_code="elevator") == ["N-3"]
    assert await listed(api, service_code="elevator, street_light", status="open") == ["N-1", "N-3"]
    assert await listed(api, service_code=["elevator", "street_light"], status=["open,closed"]) == ["N-1", "N-2", "N-3"]
    assert await listed(api, service_code="elevator", status="closed") == []
    assert await listed(api, service_code="nonsense") == []
    named = {"service_code": "sidewalk", "status": "closed", "start_date": "2020-01-01"}
    assert await listed(api, service_request_id="N-4,N-1,N-1, X", **named) == ["N-1", "N-4"]


async def test_who_has_an_answer_already_is_not_sent_it_again(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    for path in ("requests.json", "requests.xml", f"requests/{number}.json", "services.xml", "discovery.json"):
        first = await get(cast.api, path)
        assert first.headers["cache-control"] == "public, max-age=60"
        for known in (first.headers["etag"], f'W/{first.headers["etag"]}, "x"', "*"):
            again = await cast.api.client.get(f"/open311/v2/{path}", headers={"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
    before = await get(cast.api, "requests.json")
    await cast.done(Role.TRIAGE, number, "file")
    tag = before.headers["etag"]
    changed = await cast.api.client.get("/open311/v2/requests.json", headers={"If-None-Match": tag})
    assert changed.status_code == 200 and changed.headers["etag"] != tag


async def test_a_label_that_the_catalogue_no_longer_has_is_not_listed(api: Api) -> None:
    number = await posted(api, await a_key(api))
    async with api.db.writing() as session:
        await session.exec(update(Ticket).values(label="gone"))
    assert await listed(api) == await listed(api, service_request_id=number) == []


async def test_where_grids_are_known_all_of_a_grid_come_out_at_one_point(api: Api, tmp_path: Path) -> None:
    await imported(api, geojson(tmp_path, feature(1, cell()), feature(2, cell(1))))
    spots = [(31.3002, 120.6003), (31.3028, 120.6027), (31.3011, 120.6041)]
    tickets = [
        await open_ticket(api, text="路灯不亮了", place="", reporter=f"r{lat}", lat=lat, lon=lon) for lat, lon in spots
    ]
    assert [ticket["grid"] for ticket in tickets] == [f"{CODE}01", f"{CODE}01", f"{CODE}02"]
    shown = [await get(api, f"requests/{ticket['number']}.json") for ticket in tickets]
    points = [(answer.json()[0]["lat"], answer.json()[0]["long"]) for answer in shown]
    assert points[0] == points[1] != points[2]
    assert not set(points) & set(spots)
    assert 31.3 < points[0][0] < 31.303 and 120.6 < points[0][1] < 120.603
