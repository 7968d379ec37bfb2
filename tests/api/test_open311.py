"""GeoReport v2 over HTTP, on both databases: discovery, services, posting, reading, lists and their windows."""

from typing import Any
from xml.etree import ElementTree

import pytest
from sqlmodel import col, select

from api import residents
from api.lifecycle import ENDED, Lane, Role, Status
from api.models import Notice, Resident, Ticket
from api.open311.discovery import JURISDICTION
from nlp.catalogue import Kind
from nlp.text import masked
from tests.api.asking import POSTED, WORDS, a_key, failures, get, listed, post, posted
from tests.api.life import Cast, carried, open_ticket
from tests.conftest import Api

FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible",
    "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode",
    "lat", "long", "media_url",
]  # fmt: skip


# --- what is on offer


async def test_discovery_says_where_and_in_which_formats(sqlite_api: Api) -> None:
    found = (await get(sqlite_api, "discovery.json")).json()
    (endpoint,) = found["endpoints"]
    assert (endpoint["url"], endpoint["type"]) == ("http://api/open311/v2", "production")
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    root = ElementTree.fromstring((await get(sqlite_api, "discovery.xml")).content)
    assert root.tag == "discovery" and root.findtext("endpoints/endpoint/url") == endpoint["url"]
    assert [row.text for row in root.findall("endpoints/endpoint/formats/format")] == endpoint["formats"]
    assert endpoint["formats"] == ["text/xml", "application/json"]


async def test_the_services_are_the_27_items_in_their_groups(sqlite_api: Api) -> None:
    rows = (await get(sqlite_api, "services.json")).json()
    items = sqlite_api.office.catalogue.of_kind(Kind.ITEM)
    assert [row["service_code"] for row in rows] == [item.label for item in items] and len(rows) == 27
    assert {row["group"] for row in rows} == {"基础设施修补", "市容环境处置", "报修抢修", "建筑安全", "应急处置"}
    assert {(row["metadata"], row["type"]) for row in rows} == {(False, "realtime")}
    answer = await get(sqlite_api, "services.xml")
    assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "services" and {row.tag for row in root} == {"service"}
    as_text = [
        {name: str(value).lower() if name == "metadata" else value for name, value in row.items()} for row in rows
    ]
    assert [{field.tag: field.text for field in row} for row in root] == as_text


async def test_a_definition_asks_for_nothing_more(sqlite_api: Api) -> None:
    found = await get(sqlite_api, "services/street_light.json")
    assert found.json() == {"service_code": "street_light", "attributes": []}
    root = ElementTree.fromstring((await get(sqlite_api, "services/street_light.xml")).content)
    assert (root.tag, [field.tag for field in root]) == ("service_definition", ["service_code", "attributes"])


@pytest.mark.parametrize(
    "code", ["nonsense", "noise", "emergency", "legal:tenancy", "act:greet", "other", "a.b", "%00"]
)
async def test_what_is_no_item_has_no_definition(sqlite_api: Api, code: str) -> None:
    for format in ("json", "xml"):
        answer = await get(sqlite_api, f"services/{code}.{format}")
        assert failures(answer) == (404, {"没有这个 service_code。"})


# --- posting


async def test_a_post_is_a_ticket_and_answers_with_its_number(cast: Cast) -> None:
    answer = await post(cast.api, await a_key(cast.api))
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json; charset=utf-8")
    (created,) = answer.json()
    assert created.keys() == {"service_request_id", "service_notice", "account_id"}
    ticket = await cast.read(created["service_request_id"])
    assert (ticket["label"], ticket["text"], ticket["channel"], ticket["confirmed"]) == (
        "street_light", masked(WORDS), "open311", True,
    )  # fmt: skip
    assert (ticket["place"], ticket["lat"], ticket["lon"]) == (POSTED["address_string"], 31.312345, 120.598765)
    assert ticket["street"] == "金阊街道"


async def test_a_post_is_answered_in_xml_too(sqlite_api: Api) -> None:
    answer = await post(sqlite_api, await a_key(sqlite_api), format="xml")
    assert (answer.status_code, answer.headers["content-type"]) == (201, "text/xml; charset=utf-8")
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "service_requests"
    number = root.findtext("request/service_request_id")
    assert number and await listed(sqlite_api) == [number]


async def test_whoever_is_named_is_the_reporter_and_nobody_else_about_them_is_kept(api: Api) -> None:
    key = await a_key(api)
    person = {"email": "zhang@example.com", "phone": "13900000000", "first_name": "Sanfeng", "last_name": "Zhangsan"}
    await posted(api, key, **person, media_url="http://127.0.0.1:9/photo.jpg", **{"attribute[x]": "7"})
    await posted(api, key, account_id=None, device_id="tt222111")
    await posted(api, key, account_id="", device_id="")
    async with api.db.reading() as session:
        rows = (await session.exec(select(Ticket).order_by(col(Ticket.id)))).all()
        reporters = [(await session.get_one(Resident, row.reporter_id)).address for row in rows]
        followers = [(await residents.following(session, row))[0].address for row in rows]
    assert reporters[:2] == ["zhang-3", "tt222111"] and len(reporters[2]) == 32
    assert followers == reporters
    kept = "".join(row.model_dump_json() for row in rows)
    assert not [value for value in (*person.values(), "photo.jpg") if value in kept.replace(WORDS, "")]


async def test_who_looks_by_themselves_is_sent_nothing(cast: Cast) -> None:
    number = await posted(cast.api, await a_key(cast.api))
    await cast.done(Role.TRIAGE, number, "file")
    await cast.done(Role.TRIAGE, number, "decline", reason="不归我们管")
    async with cast.api.db.reading() as session:
        assert not (await session.exec(select(Notice).where(Notice.channel == "open311"))).all()
    twin = (await open_ticket(cast.api))["number"]
    await cast.done(Role.TRIAGE, twin, "file")
    assert [notice["kind"] for notice in await carried(cast.api)] == ["file"], "others are told as ever"


async def test_without_a_description_the_items_name_is_what_was_said(cast: Cast) -> None:
    for nothing in (None, "", "  ", "\x00"):
        number = await posted(cast.api, await a_key(cast.api), description=nothing)
        assert (await cast.read(number))["text"] == "路灯故障"


PLACES: dict[str, tuple[dict[str, Any], str]] = {
    "a position alone": ({"address_string": None, "description": "路灯不亮"}, ""),
    "words alone": ({"lat": None, "long": None}, "彩香一村三区12幢203室"),
    "a community's code": ({"lat": None, "long": None, "address_string": "", "address_id": "320508017003"}, "路南"),
    "a street's code": ({"lat": "", "long": "", "address_string": "", "address_id": "320508017"}, "白洋湾街道"),
}


@pytest.mark.parametrize(("changes", "place"), PLACES.values(), ids=PLACES.keys())
async def test_a_place_is_said_in_one_of_three_ways(cast: Cast, changes: dict[str, Any], place: str) -> None:
    ticket = await cast.read(await posted(cast.api, await a_key(cast.api), **changes))
    assert place in ticket["place"] and bool(place) == bool(ticket["place"])
    if "address_id" in changes:
        assert ticket["street"] == "白洋湾街道"


async def test_danger_to_life_is_answered_with_whom_to_ring(cast: Cast) -> None:
    key = await a_key(cast.api)
    answer = await post(cast.api, key, service_code="dangling_cable", description="电线掉下来，有人触电倒在地上不动了")
    assert "120" in answer.json()[0]["service_notice"]
    assert (await cast.read(answer.json()[0]["service_request_id"]))["urgent"]
    assert (await post(cast.api, key)).json()[0]["service_notice"] is None


async def test_the_same_post_again_is_a_second_ticket_unless_a_key_says_that_it_is_the_same(api: Api) -> None:
    key, same = await a_key(api), {"Idempotency-Key": "k1"}
    for account in ("zhang-3", None):
        assert await posted(api, key, account_id=account) != await posted(api, key, account_id=account)
    first = await post(api, key, account_id=None, headers=same)
    again = await post(api, await a_key(api), account_id=None, headers=same)  # the program's new key
    assert (first.status_code, again.status_code) == (201, 200) and first.json() == again.json()
    other = await post(api, await a_key(api), headers=same, description="另一件")
    assert failures(other)[0] == 409
    assert (await post(api, await a_key(api, "app2"), account_id=None, headers=same)).status_code == 201
    assert len(await listed(api)) == 6


# --- reading


async def test_a_request_is_shown_as_the_specification_lays_it_out(cast: Cast) -> None:
    number = await posted(cast.api, await a_key(cast.api))
    (row,) = (await get(cast.api, f"requests/{number}.json")).json()
    assert list(row) == FIELDS
    assert row | {"status_notes": "", "expected_datetime": "", "address": "", "agency_responsible": ""} == {
        "service_request_id": number, "status": "open", "status_notes": "", "service_name": "路灯故障",
        "service_code": "street_light", "description": "路灯故障", "agency_responsible": "", "service_notice": None,
        "requested_datetime": "2026-11-23T09:30:00+08:00", "updated_datetime": "2026-11-23T09:30:00+08:00",
        "expected_datetime": "", "address": "", "address_id": None, "zipcode": None, "lat": 31.31, "long": 120.6,
        "media_url": None,
    }  # fmt: skip
    assert row["address"].startswith("金阊街道") and "彩香" in row["address"] and "12幢" not in row["address"]
    root = ElementTree.fromstring((await get(cast.api, f"requests/{number}.xml")).content)
    (request,) = root
    assert (root.tag, request.tag) == ("service_requests", "request")
    assert {field.tag: field.text for field in request} == {
        name: None if value is None else str(value) for name, value in row.items()
    }


async def test_a_token_is_the_number(sqlite_api: Api) -> None:
    number = await posted(sqlite_api, await a_key(sqlite_api))
    assert (await get(sqlite_api, f"tokens/{number}.json")).json() == [{"service_request_id": number, "token": number}]
    root = ElementTree.fromstring((await get(sqlite_api, f"tokens/{number}.xml")).content)
    assert root.findtext("request/token") == number
    assert failures(await get(sqlite_api, "tokens/GS20261123-9999.xml")) == (404, {"没有这个 token。"})


@pytest.mark.parametrize("status", list(Status))
async def test_each_status_is_open_or_closed(cast: Cast, status: Status) -> None:
    number = await cast.at(Lane.PUBLIC, status)
    (row,) = (await get(cast.api, f"requests/{number}.json")).json()
    assert row["status"] == ("closed" if status in ENDED else "open")
    assert row["status_notes"].endswith("。") and "GS2026" not in row["status_notes"]
    assert (row["expected_datetime"] is None) == (status in (*ENDED, Status.VERIFIED))
    others = {"open", "closed"} - {row["status"]}
    assert number in await listed(cast.api, status=row["status"])
    assert number not in await listed(cast.api, status=others.pop())


async def test_what_was_said_in_a_chat_is_listed_in_the_same_way(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    assert await listed(cast.api) == [number]


# --- whose jurisdiction


async def test_the_jurisdiction_is_ours_or_left_out(sqlite_api: Api) -> None:
    key = await a_key(sqlite_api)
    number = await posted(sqlite_api, key, jurisdiction_id=JURISDICTION)
    paths = ("discovery", "services", "services/street_light", "requests", f"requests/{number}", f"tokens/{number}")
    for path in paths:
        for ours in ("", JURISDICTION):
            assert (await get(sqlite_api, f"{path}.json", jurisdiction_id=ours)).status_code == 200
        other = await get(sqlite_api, f"{path}.xml", jurisdiction_id="sfgov.org")
        assert failures(other) == (404, {"没有这个 jurisdiction_id。"})
    assert failures(await post(sqlite_api, key, jurisdiction_id="sfgov.org")) == (404, {"没有这个 jurisdiction_id。"})
    assert await listed(sqlite_api) == [number]
