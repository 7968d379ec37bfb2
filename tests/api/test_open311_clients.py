"""Other people's Open311 programs, unchanged, against our server on a loopback port: `georeport` and `civicbot`.

georeport reads, in JSON and XML; it has no call that posts. civicbot reads and posts, in JSON, and sends only when told
so three times (dry_run, a key, confirm).
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import requests
from civicbot import Endpoint, HttpError, HttpTransport, Open311Client
from civicbot.http import RateLimiter
from georeport import GeoReport

from api.lifecycle import Lane, Role, Status
from api.open311.discovery import JURISDICTION
from nlp.text import masked
from tests.api.asking import V2, WORDS, a_key
from tests.api.life import Cast
from tests.conftest import Api
from tests.world import served


@pytest.fixture
async def address(api: Api, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    async with served(api.app) as url:
        yield url + V2


def civicbot(address: str, jurisdiction: str | None = None) -> Open311Client:
    """Its politeness of half a second a call is for cities, not for a test."""
    endpoint = Endpoint("gusu", "姑苏区", address, write=True)
    return Open311Client(endpoint, HttpTransport(rate_limiter=RateLimiter(0)), jurisdiction_id=jurisdiction)


async def two(cast: Cast) -> tuple[str, str]:
    """A ticket that is open and one that was merged into it."""
    first, second = await cast.at(Lane.PUBLIC, Status.DISPATCHED), await cast.at(Lane.PUBLIC, Status.REPORTED)
    await cast.done(Role.TRIAGE, second, "merge", into=first)
    return first, second


@pytest.mark.parametrize("format", ["json", "xml"])
async def test_georeport_reads(cast: Cast, address: str, format: str) -> None:
    first, second = await two(cast)
    client = GeoReport(address, jurisdiction=JURISDICTION, output_format=format)
    services = await asyncio.to_thread(client.get_service_list)
    assert len(services) == 27 and services[3]["service_name"] == "路灯故障"
    definition = await asyncio.to_thread(client.get_service_definition, "street_light")
    assert definition["service_code"] == "street_light" and not definition["attributes"]
    found = await asyncio.to_thread(client.get_service_requests)
    assert {row["service_request_id"]: row["status"] for row in found} == {first: "open", second: "closed"}
    one = await asyncio.to_thread(client.get_service_request, second)
    assert one["status_notes"] == "与另一件是同一件事，已合并办理。"
    await georeport_filters(client, first, second)


async def georeport_filters(client: GeoReport, first: str, second: str) -> None:
    numbers = f"{first},{second}"
    rows = await asyncio.to_thread(client.get_service_requests, service_request_id=numbers, status="open")
    assert {row["service_request_id"] for row in rows} == {first, second}, "numbers override the rest"
    given = {"service_code": "street_light,elevator", "start_date": "2026-11-01T00:00:00Z", "status": "open,closed"}
    assert await asyncio.to_thread(client.get_service_requests, **given) == rows
    with pytest.raises(requests.HTTPError) as raised:
        await asyncio.to_thread(client.get_service_request, "GS20261123-9999")
    assert raised.value.response.status_code == 404


async def test_civicbot_reads(cast: Cast, address: str) -> None:
    first, second = await two(cast)
    client = civicbot(address, JURISDICTION)
    assert len(await asyncio.to_thread(client.list_services)) == 27
    assert (await asyncio.to_thread(client.get_service_definition, "elevator"))["attributes"] == []
    assert [row["service_request_id"] for row in await listed(client)] == [second, first]
    assert [row["service_request_id"] for row in await listed(client, status="open", page_size=5)] == [first]
    assert len(await listed(client, service_request_ids=[first, second])) == 2
    assert (await asyncio.to_thread(client.get_request, first))["status"] == "open"
    assert await asyncio.to_thread(client.get_token, first) == [{"service_request_id": first, "token": first}]
    with pytest.raises(HttpError) as raised:
        await listed(civicbot(address, "sfgov.org"))
    assert raised.value.status == 404 and "jurisdiction_id" in raised.value.body


async def listed(client: Open311Client, **filters: Any) -> list[dict[str, Any]]:
    return await asyncio.to_thread(client.list_requests, **filters)


async def test_civicbot_posts(cast: Cast, address: str) -> None:
    client, key = civicbot(address), await a_key(cast.api)
    given = {"lat": 31.312345, "lng": 120.598765, "description": WORDS, "device_id": "tt222111"}
    sending = {"dry_run": False, "confirm": "SEND", "validate_remote": True} | given
    made = await asyncio.to_thread(client.create_request, "street_light", api_key=key, **sending)
    number = made.response[0]["service_request_id"]
    ticket = await cast.read(number)
    assert (ticket["text"], ticket["label"], ticket["channel"]) == (masked(WORDS), "street_light", "open311")
    assert (await asyncio.to_thread(client.get_request, number))["description"] == "路灯故障"
    with pytest.raises(HttpError) as raised:
        await asyncio.to_thread(client.create_request, "street_light", api_key="gk_wrong", **sending)
    assert raised.value.status == 403 and '"code":403' in raised.value.body
