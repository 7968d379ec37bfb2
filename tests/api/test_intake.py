"""POST /intake/{source}: reports of other offices over HTTP."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import Response
from sqlmodel import select

from api import clients
from api.intake.sources import SOURCES
from api.intake.taking import MOST_BODIES
from api.lifecycle import Lane, Role
from api.models import Event, Follower, Resident, Ticket
from tests.api.life import Cast, Headers, claim, failure, ok
from tests.conftest import Api

SENT = {"orderNo": "A-1", "content": "南门路菜场门口的路灯不亮了", "address": "南门路菜场门口"}
EACH: dict[str, dict[str, Any]] = {
    "12345": SENT,
    "digital_city": {"taskNum": 7, "eventDesc": "垃圾满溢", "typeCode": "0102", "coordY": 31.3, "coordX": 120.6},
    "110_parking": {"caseNo": "P1", "situation": "小区门口一辆车挡住出口", "plateNo": "苏E0", "vehicleType": "car"},
    "hanshan": {"postId": "h-9", "subject": "平江路噪音", "body": "酒吧半夜还在放音乐"},
    "home_visit": {"visitNo": "V", "finding": "楼道灯不亮", "community": "彩香一村", "urgent": False},
}  # fmt: skip


async def key_for(api: Api, *sources: str) -> Headers:
    async with api.db.writing() as session:
        key = await clients.add(session, api.clock, "office", [f"intake:{source}" for source in sources or SOURCES])
    return {"Authorization": f"Bearer {key}"}


async def send(api: Api, headers: Headers, source: str = "12345", **changes: Any) -> Response:
    body = EACH[source] | changes
    sent = {**headers, "Content-Type": "application/json"}
    return await api.client.post(f"/api/v1/intake/{source}", content=json.dumps(body), headers=sent)


async def tickets_of(api: Api) -> list[Ticket]:
    async with api.db.reading() as session:
        return list((await session.exec(select(Ticket).order_by(Ticket.number))).all())


async def reporter_of(api: Api, ticket: Ticket) -> tuple[str, str]:
    async with api.db.reading() as session:
        who = await session.get_one(Resident, ticket.reporter_id)
        return who.channel, who.address


@pytest.mark.parametrize("source", SOURCES)
async def test_each_source_becomes_a_ticket_of_its_channel(api: Api, source: str) -> None:
    answer = await send(api, await key_for(api, source), source)
    assert answer.status_code == 201, answer.text
    taken = answer.json()
    assert taken.keys() == {"number", "status", "label", "confidence", "changed"} and not taken["changed"]
    (ticket,) = await tickets_of(api)
    assert (ticket.number, ticket.channel, ticket.status) == (taken["number"], source, "reported")
    assert await reporter_of(api, ticket) == (source, str(next(iter(EACH[source].values()))))


async def test_the_same_id_is_the_same_ticket(api: Api) -> None:
    headers = await key_for(api)
    first, again = await send(api, headers), await send(api, headers)
    assert (first.status_code, again.status_code) == (201, 200) and first.json() == again.json()
    elsewhere = await send(api, headers, "hanshan", postId="A-1")
    assert elsewhere.status_code == 201 and elsewhere.json()["number"] != first.json()["number"]


async def test_many_at_once_are_one_ticket(api: Api) -> None:
    headers = await key_for(api)
    answers = await asyncio.gather(*(send(api, headers) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["number"] for answer in answers}) == 1 == len(await tickets_of(api))


async def test_changed_words_join_the_record_of_an_open_ticket_once(cast: Cast) -> None:
    headers = await key_for(cast.api)
    number = (await send(cast.api, headers)).json()["number"]
    for expected in (True, False):
        answer = await send(cast.api, headers, content="路灯还是不亮，灯杆也歪了")
        assert (answer.status_code, answer.json()["number"], answer.json()["changed"]) == (200, number, expected)
    late = await send(cast.api, headers)
    assert (late.status_code, late.json()["changed"]) == (200, False), "what comes out of order changes nothing back"
    notes = [event for event in (await cast.timeline(number))["events"] if event["action"] == "note"]
    assert [(note["actor"], note["note"]) for note in notes] == [
        ("client:office", "来源更新：路灯还是不亮，灯杆也歪了\n地点：南门路菜场门口")
    ]
    assert (await cast.read(number))["text"] == SENT["content"]


async def test_danger_that_is_told_later_comes_first_in_the_queue(cast: Cast) -> None:
    headers = await key_for(cast.api)
    number = (await send(cast.api, headers)).json()["number"]
    before = await cast.read(number)
    await send(cast.api, headers, urgency="特急")
    after = await cast.read(number)
    assert (before["priority"], after["priority"], after["urgent"]) == (0, 2, True)
    assert datetime.fromisoformat(after["due_at"]) < datetime.fromisoformat(before["due_at"])


async def test_a_change_of_what_has_ended_is_refused(cast: Cast) -> None:
    headers = await key_for(cast.api)
    number = (await send(cast.api, headers)).json()["number"]
    await cast.done(Role.TRIAGE, number, "decline", reason="不在本区")
    refused = await send(cast.api, headers, content="还有一盏")
    assert failure(refused) == (409, "has_ended")
    assert (refused.json()["number"], refused.json()["ticket_status"]) == (number, "declined")
    assert (await send(cast.api, headers)).json()["status"] == "declined"


async def test_changes_without_end_are_refused(sqlite_api: Api) -> None:
    headers = await key_for(sqlite_api)
    answers = [await send(sqlite_api, headers, content=f"路灯不亮{i}") for i in range(MOST_BODIES + 1)]
    assert [answer.status_code for answer in answers] == [201, *[200] * (MOST_BODIES - 1), 409]


async def test_the_promise_is_counted_from_when_the_source_heard_of_it(cast: Cast) -> None:
    headers, heard = await key_for(cast.api), cast.api.clock() - timedelta(days=3)
    number = (await send(cast.api, headers, callTime=f"{heard:%Y-%m-%d %H:%M:%S}")).json()["number"]
    at_once = (await send(cast.api, headers, orderNo="A-2")).json()["number"]
    old, new = await cast.read(number), await cast.read(at_once)
    assert datetime.fromisoformat(old["reported_at"]) == heard
    assert datetime.fromisoformat(new["reported_at"]) == cast.api.clock()
    assert datetime.fromisoformat(old["due_at"]) < datetime.fromisoformat(new["due_at"])
    assert number.startswith(f"GS{cast.api.clock():%Y%m%d}")


@pytest.mark.parametrize(("span", "said"), [(timedelta(minutes=3), "in_the_future"), (timedelta(days=-31), "too_old")])
async def test_what_is_too_old_or_not_yet_is_refused(sqlite_api: Api, span: timedelta, said: str) -> None:
    when = sqlite_api.clock() + span
    refused = await send(sqlite_api, await key_for(sqlite_api), callTime=f"{when:%Y-%m-%d %H:%M:%S}")
    assert failure(refused) == (422, "malformed")
    assert refused.json()["errors"] == [{"at": "callTime", "is": said}] and await tickets_of(sqlite_api) == []


async def test_a_clock_that_is_a_little_fast_counts_as_now_and_an_id_is_known_for_ever(sqlite_api: Api) -> None:
    api, headers = sqlite_api, await key_for(sqlite_api)
    soon = f"{api.clock() + timedelta(minutes=1):%Y-%m-%d %H:%M:%S}"
    assert (await send(api, headers, callTime=soon)).status_code == 201
    assert (await tickets_of(api))[0].reported_at == api.clock()
    api.clock.forward(days=99)
    assert (await send(api, headers, callTime=soon)).status_code == 200


async def test_a_telephone_is_told_apart_and_never_kept(api: Api) -> None:
    headers = await key_for(api)
    for order, phone in (("1", "138 0000 0000"), ("2", "+8613800000000"), ("3", "13900000000")):
        assert (await send(api, headers, orderNo=order, callerPhone=phone)).status_code == 201
    one, two, three = await tickets_of(api)
    assert one.reporter_id == two.reporter_id != three.reporter_id
    async with api.db.reading() as session:
        rows = [
            row for table in (Ticket, Event, Follower, Resident) for row in (await session.exec(select(table))).all()
        ]
    assert len(rows) == 3 + 3 + 3 + 5 and not [row for row in rows if "0000000" in row.model_dump_json()]


async def test_a_decisive_code_wins_over_the_words(api: Api) -> None:
    headers = await key_for(api)
    await send(api, headers, categoryCode="0201")
    await send(api, headers, orderNo="A-2", categoryCode="nonsense")
    coded, heard = await tickets_of(api)
    assert (coded.label, coded.confirmed, heard.label, heard.confirmed) == (
        "household_waste", False, "street_light", False,
    )  # fmt: skip


async def test_a_trusted_code_is_dispatched_at_once(api: Api) -> None:
    headers, code = await key_for(api), await api.contractor("金阊街道")
    city = {"eventDesc": "彩香一村三区门口垃圾桶满了没人清运，生活垃圾堆了一地", "address": "彩香一村三区"}
    sure = await send(api, headers, "digital_city", **city)
    told = await send(api, headers, orderNo="A-3", content=city["eventDesc"], address=city["address"])
    assert (ok(sure)["status"], ok(told)["status"]) == ("dispatched", "reported")
    assert [ticket.assignee for ticket in await tickets_of(api)] == [code, None]


async def test_a_legal_question_goes_the_legal_lane(cast: Cast) -> None:
    headers = await key_for(cast.api)
    taken = ok(await send(cast.api, headers, content="房东不退押金，合同没到期，可以起诉吗", address=""))
    assert (taken["label"], taken["status"]) == ("legal:tenancy", "dispatched")
    assert (await tickets_of(cast.api))[0].lane is Lane.LEGAL
    assert (await cast.read(taken["number"]))["text"] is None


async def test_danger_is_heard_whatever_the_source_marks(api: Api) -> None:
    headers = await key_for(api)
    await send(api, headers, content="南门路菜场着火了，里面有人", urgency="一般")
    await send(api, headers, orderNo="2", urgency="特急")
    assert [(ticket.urgent, ticket.priority) for ticket in await tickets_of(api)] == [(True, 2)] * 2


async def test_no_notices_pile_up_where_nobody_is_told(cast: Cast) -> None:
    headers = await key_for(cast.api)
    number = (await send(cast.api, headers)).json()["number"]
    await cast.done(Role.TRIAGE, number, "file")
    assert await claim(cast.api, "12345") == []


async def test_a_key_is_good_for_its_own_source(api: Api) -> None:
    headers = await key_for(api, "hanshan")
    assert failure(await send(api, headers)) == (403, "forbidden")
    for wrong in ({}, {"Authorization": "Bearer gk_x"}, api.bot(), await api.staff("tina", Role.TRIAGE)):
        assert failure(await send(api, wrong, "hanshan")) == (401, "not_signed_in")
    assert await tickets_of(api) == []


@pytest.mark.parametrize("source", ["12346", "web", "desk", "%00", "a" * 500])
async def test_an_unknown_source_is_not_found(sqlite_api: Api, source: str) -> None:
    answer = await sqlite_api.client.post(f"/api/v1/intake/{source}", json=SENT, headers=await key_for(sqlite_api))
    assert failure(answer) == (404, "not_found")


HOSTILE = {
    "a list": b"[]",
    "no JSON": b"orderNo=1",
    "nothing": b"",
    "a thousand levels": b'{"orderNo":' + b"[" * 100_000,
    "a number of 5,000 digits": b'{"orderNo":' + b"9" * 5000 + b"}",
    "a number beyond all": b'{"orderNo":"1","content":"x","lat":1e999,"lng":1}',
    "an empty object": b"{}",
    "a megabyte of words": json.dumps({"orderNo": "1", "content": "灯" * 300_000}, ensure_ascii=False).encode(),
    "half a letter": b'{"orderNo":"1","content":"\\ud800"}',
    "no UTF-8": '{"orderNo":"1","content":"路灯"}'.encode("gb18030"),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_bodies_are_refused(sqlite_api: Api, body: bytes) -> None:
    headers = {**await key_for(sqlite_api), "Content-Type": "application/json"}
    answer = await sqlite_api.client.post("/api/v1/intake/12345", content=body, headers=headers)
    assert failure(answer) == (422, "malformed"), answer.text
    assert "灯" not in answer.text and await tickets_of(sqlite_api) == []


async def test_two_megabytes_are_too_large(sqlite_api: Api) -> None:
    answer = await send(sqlite_api, await key_for(sqlite_api), content="x" * 2_000_000)
    assert failure(answer) == (413, "too_large")


async def test_control_characters_become_spaces(api: Api) -> None:
    assert (await send(api, await key_for(api), content="路灯\x00不亮\ud800了")).status_code == 201
    assert (await tickets_of(api))[0].text == "路灯 不亮 了"
