"""Who of the staff is told in a chat they bound: whoever it waits on, each chat once, and nobody else."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api import clockwork, credentials, people
from api.lifecycle import Lane, Role, Status
from api.settings import Settings
from nlp.understand import Understander
from tests.api.life import (
    LOCATED,
    QUESTION,
    STREET,
    STREET_NAME,
    Cast,
    call,
    carried,
    cast_of,
    claim,
    failure,
    ok,
    open_ticket,
)
from tests.conftest import Api, running_api

CHATS = {"hans": "1", "vera": "2", "tina": "3", "sam": "4", "ada": "5"}
SECRET = "我的电话是13812345678，房东叫王小明"


async def code_for(api: Api, name: str) -> str:
    async with api.db.writing() as session:
        return await credentials.binding_code(session, (await people.called(session, name)).id, api.clock())


async def binds(api: Api, name: str, address: str, channel: str = "telegram", key: str = "") -> dict[str, str]:
    given = {"channel": channel, "address": address, "code": await code_for(api, name)}
    ok(await api.client.post("/api/v1/staff/bind", json=given, headers=api.bot()))
    return api.bot() | {"X-Staff": f"{channel}:{address}"}


async def all_bound(cast: Cast) -> None:
    for name, address in CHATS.items():
        await binds(cast.api, name, address)


async def told(api: Api) -> list[tuple[str, str]]:
    return [(row["address"], row["kind"]) for row in await carried(api, "telegram")]


async def test_a_life_is_told_to_whom_it_waits_on_and_only_to_them(cast: Cast) -> None:
    await all_bound(cast)
    number = await cast.at(Lane.PUBLIC, Status.FILED)
    assert await told(cast.api) == []
    await cast.done(Role.TRIAGE, number, "dispatch", to="hans")
    assert await told(cast.api) == [("1", "duty.dispatch")]
    await cast.done(Role.HANDLER, number, "accept")
    await cast.done(Role.HANDLER, number, "ask_time", reason="等配件")
    assert await told(cast.api) == [("4", "duty.ask_time")]
    await cast.done(Role.SUPERVISOR, number, "grant")
    assert await told(cast.api) == [("1", "duty.grant")]
    await cast.done(Role.HANDLER, number, "ask", note="哪一盏?")
    ok(await call(cast.api, cast.api.resident(), number, "reply", note="东边"))
    assert await told(cast.api) == [("1", "duty.reply"), ("3", "duty.reply")]
    await cast.done(Role.HANDLER, number, "report_back", note="换了灯管")
    assert await told(cast.api) == [("2", "duty.report_back")]
    await cast.done(Role.VERIFIER, number, "fail", reason="还是暗的")
    assert await told(cast.api) == [("1", "duty.fail")]
    await cast.done(Role.SUPERVISOR, number, "urge", note="今天办完")
    assert await told(cast.api) == [("1", "duty.urge")]
    await cast.done(Role.HANDLER, number, "return", reason="不归我们", to="供电公司")
    assert await told(cast.api) == [("3", "duty.return")]


async def test_time_that_runs_out_is_told_to_whom_it_waits_on_and_at_last_to_the_supervisor(cast: Cast) -> None:
    await all_bound(cast)
    await cast.at(Lane.PUBLIC, Status.IN_PROGRESS)
    await carried(cast.api, "telegram")
    for _ in range(150):
        cast.api.clock.forward(hours=2)
        await clockwork.sweep(cast.api.db, cast.api.office)
    assert await told(cast.api) == [("1", "duty.soon"), ("1", "duty.late"), ("4", "duty.badly_late")]


async def test_everybody_of_a_unit_and_every_chat_once(cast: Cast) -> None:
    api = cast.api
    unit, other = await api.contractor(STREET_NAME), await api.contractor("白洋湾街道", "contractor-2")
    for name, scope in (("小李", unit), ("小张", unit), ("外人", other)):
        await api.staff(name, Role.HANDLER, scope)
        await binds(api, name, name.encode().hex())
    await binds(api, "小李", "second", "web")
    number = await cast.at(Lane.PUBLIC, Status.FILED)
    await cast.done(Role.TRIAGE, number, "dispatch", to=unit)
    both = sorted(name.encode().hex() for name in ("小李", "小张"))
    assert sorted(await told(api)) == [(address, "duty.dispatch") for address in both]
    web = [row for row in await carried(api) if row["kind"].startswith("duty.")]
    assert [(row["address"], row["kind"]) for row in web] == [("second", "duty.dispatch")]
    assert await told(api) == [] and await claim(api) == []


async def test_scope_decides_and_who_acted_is_not_told(cast: Cast) -> None:
    api = cast.api
    near, far = await api.staff("近", Role.VERIFIER, STREET), await api.staff("远", Role.VERIFIER, "320508017")
    for name, address in (("近", "near"), ("远", "far"), ("hans", "1"), ("sam", "4")):
        await binds(api, name, address)
    assert near and far
    number = (await open_ticket(api, **LOCATED))["number"]
    for role, action, given in (
        (Role.TRIAGE, "file", {}),
        (Role.TRIAGE, "dispatch", {"to": "hans"}),
        (Role.HANDLER, "accept", {}),
        (Role.HANDLER, "report_back", {"note": "好了"}),
    ):
        await cast.done(role, number, action, **given)
    assert await told(api) == [("1", "duty.dispatch"), ("near", "duty.report_back")]


async def test_a_resident_who_works_here_is_told_as_both(cast: Cast) -> None:
    await binds(cast.api, "hans", "r1", "web")
    number = await cast.at(Lane.PUBLIC, Status.FILED)
    await carried(cast.api)
    await cast.done(Role.TRIAGE, number, "dispatch", to="hans")
    assert [row["kind"] for row in await carried(cast.api)] == ["dispatch", "duty.dispatch"]


async def test_of_a_legal_matter_a_chat_hears_the_topic_and_the_time(cast: Cast) -> None:
    await all_bound(cast)
    question = {"text": SECRET, "label": "legal:tenancy", "place": "彩香一村三区5幢"}
    number = (await open_ticket(cast.api, **question))["number"]
    (notice,) = await carried(cast.api, "telegram")
    assert (notice["address"], notice["kind"]) == ("5", "duty.legal.dispatch")
    await cast.done(Role.ADVISER, number, "accept")
    await cast.done(Role.ADVISER, number, "ask", note="合同写了什么?")
    ok(await call(cast.api, cast.api.resident(), number, "reply", note=SECRET))
    found = [notice, *await carried(cast.api, "telegram")]
    assert [row["address"] for row in found] == ["5", "5"]
    for row in found:
        assert {"number", "name", "due_at"} <= set(row["facts"])
        assert not any(words in str(row) for words in ("房东", "王小明", "138", "合同", "5幢")), row


async def test_the_page_is_named_where_its_address_is_known(tmp_path: Path, understander: Understander) -> None:
    async with running_api(tmp_path, "", understander, staff_url="https://gs.example/") as api:
        cast = await cast_of(api)
        await all_bound(cast)
        number = (await open_ticket(api, **QUESTION))["number"]
        (notice,) = await carried(api, "telegram")
        assert notice["facts"]["page"] == f"https://gs.example/tickets/{number}"
        assert "page" not in (await carried(api))[0]["facts"], "a resident has nothing to do there"


@pytest.mark.parametrize("address", ["gs.example", "javascript:alert(1)", "https://"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        Settings(staff_url=address)


async def test_words_for_a_chat_are_masked(cast: Cast) -> None:
    await all_bound(cast)
    number = await cast.at(Lane.PUBLIC, Status.IN_PROGRESS)
    await cast.done(Role.HANDLER, number, "ask", note="怎么联系您?")
    await carried(cast.api, "telegram")
    ok(await call(cast.api, cast.api.resident(), number, "reply", note=SECRET))
    notes = [row["facts"]["note"] for row in await carried(cast.api, "telegram")]
    assert len(notes) == 2 and not any("13812345678" in note for note in notes)


# --- a chat or a ticket that is theirs no more


async def dispatched(cast: Cast) -> str:
    await all_bound(cast)
    return await cast.at(Lane.PUBLIC, Status.DISPATCHED)


async def test_a_grant_that_ended_before_the_notice_was_carried_hears_nothing(cast: Cast) -> None:
    await dispatched(cast)
    async with cast.api.db.writing() as session:
        await people.revoke(session, "hans")
    assert await told(cast.api) == []
    await binds(cast.api, "hans", "1")
    assert await told(cast.api) == [], "what was dropped does not come back"


async def test_who_binds_the_chat_next_does_not_hear_what_was_meant_for_the_one_before(cast: Cast) -> None:
    await dispatched(cast)
    await binds(cast.api, "vera", "1")
    assert await told(cast.api) == []


async def test_who_left_hears_nothing(cast: Cast) -> None:
    await dispatched(cast)
    async with cast.api.db.writing() as session:
        await people.remove(session, "hans")
    assert await told(cast.api) == []


async def test_a_ticket_that_went_to_another_is_not_told_to_the_first(cast: Cast) -> None:
    await cast.api.staff("hugo", Role.HANDLER)
    number = await dispatched(cast)
    await cast.done(Role.HANDLER, number, "return", reason="不归我们", to="hugo")
    await cast.done(Role.TRIAGE, number, "dispatch", to="hugo")
    assert ("1", "duty.dispatch") not in await told(cast.api)


async def test_a_claim_that_is_not_acknowledged_comes_again_and_one_that_is_does_not(cast: Cast) -> None:
    await dispatched(cast)
    (first,) = await claim(cast.api, "telegram")
    cast.api.clock.now += timedelta(minutes=5)
    (again,) = await carried(cast.api, "telegram")
    assert again["id"] == first["id"] and await claim(cast.api, "telegram") == []


# --- binding and its end


async def test_unbinding_ends_the_grant_and_repeats_harmlessly(cast: Cast) -> None:
    api, hans = cast.api, await binds(cast.api, "hans", "1")
    ended = [
        ok(await api.client.post("/api/v1/staff/unbind", json=chat, headers=api.bot()))["ended"]
        for chat in [{"channel": "telegram", "address": "1"}] * 2
    ]
    assert ended == [True, False]
    assert failure(await api.client.get("/api/v1/tickets", headers=hans)) == (401, "not_bound")


async def test_a_repeated_binding_is_answered_by_its_key_and_never_by_the_code_alone(cast: Cast) -> None:
    api = cast.api
    given = {"channel": "telegram", "address": "1", "code": await code_for(api, "hans")}
    keyed = api.bot() | {"Idempotency-Key": "telegram:1:bind:1"}

    async def bind(headers: dict[str, str], **changes: Any) -> tuple[int, str]:
        answer = await api.client.post("/api/v1/staff/bind", json=given | changes, headers=headers)
        return answer.status_code, answer.json().get("name") or answer.json()["code"]

    assert await bind(keyed) == (200, "hans")
    assert await bind(keyed) == (200, "hans")
    assert await bind(keyed, code="00000000") == (409, "key_reused")
    assert await bind(api.bot()) == (404, "not_found")
    ok(await api.client.post("/api/v1/staff/unbind", json={"channel": "telegram", "address": "1"}, headers=api.bot()))
    assert await bind(keyed) == (401, "not_bound"), "the key is no way back in"


async def test_of_two_chats_that_say_a_code_at_once_one_is_bound(cast: Cast) -> None:
    api, code = cast.api, await code_for(cast.api, "hans")
    answers = await asyncio.gather(
        *(
            api.client.post(
                "/api/v1/staff/bind",
                json={"channel": "telegram", "address": address, "code": code},
                headers=api.bot(),
            )
            for address in ("1", "2", "3")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404]


@pytest.mark.parametrize("body", [{}, {"channel": "desk", "address": "1"}, {"channel": "web", "address": "x" * 101}])
async def test_a_malformed_unbinding_is_refused(sqlite_api: Api, body: dict[str, str]) -> None:
    answer = await sqlite_api.client.post("/api/v1/staff/unbind", json=body, headers=sqlite_api.bot())
    assert failure(answer) == (422, "malformed")
