"""Many at once: keys, numbers, seconds at the same door. On SQLite one writer at a time, on PostgreSQL many."""

import asyncio
from typing import Any

import pytest
from httpx import Response

from api.lifecycle import Lane, Role, Status
from tests.api.life import REPORT, Cast, call, claim, ok, open_ticket
from tests.conftest import Api

AT_ONCE = 50


async def post(api: Api, key: str, **changes: Any) -> Response:
    headers = api.bot() | {"Idempotency-Key": key}
    return await api.client.post("/api/v1/tickets", json=REPORT | changes, headers=headers)


async def numbers(api: Api) -> list[str]:
    found = ok(await api.client.get("/api/v1/tickets", headers=await api.staff("tina", Role.TRIAGE)))
    return [ticket["number"] for ticket in found["tickets"]]


async def test_the_same_key_is_the_same_ticket(api: Api) -> None:
    first, again = await post(api, "k"), await post(api, "k")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = await post(api, "k", text="别的事")
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    assert len(await numbers(api)) == 1


async def test_a_key_belongs_to_its_caller(api: Api) -> None:
    mine = api.resident() | {"Idempotency-Key": "k"}
    theirs = api.resident(address="r2") | {"Idempotency-Key": "k"}
    first = await api.client.post("/api/v1/tickets", json=REPORT, headers=mine)
    second = await api.client.post("/api/v1/tickets", json=REPORT | {"reporter": "r2"}, headers=theirs)
    assert first.status_code == second.status_code == 201


async def test_a_refused_request_does_not_use_up_its_key(api: Api) -> None:
    assert (await post(api, "k", label="act:greet")).status_code == 422
    assert (await post(api, "k")).status_code == 201


async def test_simultaneous_requests_with_one_key_make_one_ticket(api: Api) -> None:
    answers = await asyncio.gather(*(post(api, "k") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["number"] for answer in answers}) == 1


async def test_numbers_are_unique_and_gapless(api: Api) -> None:
    answers = await asyncio.gather(*(post(api, f"k{i}", label=None if i % 5 else "act:greet") for i in range(AT_ONCE)))
    made = sorted(answer.json()["number"] for answer in answers if answer.status_code == 201)
    assert made == [f"GS20261123-{i:04d}" for i in range(1, len(made) + 1)]
    assert len(made) == AT_ONCE * 4 // 5, "what was refused used no number up"


async def test_numbers_begin_anew_at_midnight_in_the_district(api: Api) -> None:
    await open_ticket(api)
    api.clock.forward(hours=14.6)  # 00:06 on the 24th in Shanghai, still the 23rd in UTC
    assert (await open_ticket(api))["number"] == "GS20261124-0001"


async def test_an_action_is_done_once_for_one_key(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.DISPATCHED)
    headers = {**cast.headers[Role.HANDLER], "Idempotency-Key": "k"}
    given = {"reason": "不归我们", "to": "城管"}
    answers = await asyncio.gather(*(call(cast.api, headers, number, "return", **given) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4, "who returned it sees the answer once more"
    assert {answer.json()["status"] for answer in answers} == {"filed"}
    events = (await cast.timeline(number))["events"]
    assert [event["action"] for event in events].count("return") == 1
    other = await call(cast.api, headers, number, "return", **given | {"reason": "别的"})
    assert other.json()["code"] == "key_reused"


@pytest.mark.parametrize(
    ("status", "role", "action"),
    [
        (Status.REPORTED, Role.TRIAGE, "file"),
        (Status.VERIFIED, Role.RESIDENT, "rate"),
        (Status.FILED, Role.TRIAGE, "ask"),
    ],
)
async def test_of_many_at_once_one_wins(cast: Cast, status: Status, role: Role, action: str) -> None:
    number = await cast.at(Lane.PUBLIC, status)
    before = len((await cast.timeline(number))["events"])
    answers = await asyncio.gather(*(cast.do(role, number, action, score=5, note="?") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert len((await cast.timeline(number))["events"]) == before + 1


async def test_two_ways_out_at_once_leave_one(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    answers = await asyncio.gather(
        cast.do(Role.TRIAGE, number, "decline", reason="不归我们"), cast.do(Role.RESIDENT, number, "withdraw")
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_two_tickets_merged_into_each_other_at_once(cast: Cast) -> None:
    for _ in range(5):
        one, two = [(await open_ticket(cast.api))["number"] for _ in range(2)]
        answers = await asyncio.gather(
            cast.do(Role.TRIAGE, one, "merge", into=two), cast.do(Role.SUPERVISOR, two, "merge", into=one)
        )
        assert sorted(answer.status_code for answer in answers) == [200, 422]


async def test_workers_get_disjoint_notices(cast: Cast) -> None:
    for _ in range(12):
        await cast.at(Lane.PUBLIC, Status.FILED)
    claimed = await asyncio.gather(*(claim(cast.api, worker=f"w{i}", limit=5) for i in range(4)))
    ids = [notice["id"] for notices in claimed for notice in notices]
    assert len(ids) == len(set(ids)) == 12
