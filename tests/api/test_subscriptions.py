"""法治宣传 by subscription: at most a case a week, on a working day in daytime, never twice the same, until 退订."""

import asyncio
import json
from typing import Any

import pytest
from sqlmodel import select

from api import clockwork, erasure, subscriptions
from api.actors import Actor
from api.erasure import Erasing
from api.lifecycle import Role
from api.models import CaseSent, Notice, Resident, Subscription
from tests.api.cases import DEPOSIT, a_case, days_ago
from tests.api.life import acknowledge, carried, claim, ok, open_ticket
from tests.conftest import Api


async def asked(api: Api, method: str, topic: str = "", address: str = "r1") -> Any:
    body = {"json": {"topic": topic}} if topic else {}
    return await api.client.request(method, "/api/v1/subscriptions", headers=api.resident(address=address), **body)


async def mine(api: Api, address: str = "r1") -> list[str]:
    rows: Any = ok(await asked(api, "GET", address=address))
    return [row["name"] for row in rows if row["subscribed"]]


async def week(api: Api, **span: float) -> list[str]:
    """The clock moves, twice over as after a restart; the questions of the cases that went out then."""
    api.clock.forward(**span)
    for _ in range(2):
        await clockwork.sweep(api.db, api.office)
    carried_now = [notice for notice in await carried(api) if notice["kind"] == subscriptions.KIND]
    return [notice["facts"]["case"]["question"] for notice in carried_now]


async def rows(api: Api, kind: type[Any]) -> list[Any]:
    async with api.db.reading() as session:
        return list((await session.exec(select(kind))).all())


async def test_subscribed_by_name_or_label_and_ended(api: Api) -> None:
    assert await mine(api) == [] and await rows(api, Resident) == [], "who only looks is not kept"
    for topic in ("房屋租赁", "legal:tenancy", "legal:family"):
        ok(await asked(api, "PUT", topic))
    assert await mine(api) == ["婚姻家庭", "房屋租赁"] and await mine(api, "r2") == []
    ok(await asked(api, "DELETE"))
    assert await mine(api) == [] and await rows(api, Resident) == [], "of whom nothing is kept any more"
    ok(await asked(api, "DELETE"))


@pytest.mark.parametrize(("topic", "status"), [("天气", 422), ("street_light", 422), ("x" * 101, 422), (" ", 422)])
async def test_no_such_topic(sqlite_api: Api, topic: str, status: int) -> None:
    assert (await asked(sqlite_api, "PUT", topic)).status_code == status
    assert await rows(sqlite_api, Subscription) == []


async def test_one_a_week_of_the_topic_and_never_twice_the_same(api: Api) -> None:
    await a_case(api)
    await a_case(api, "热水器坏了谁修？")
    await a_case(api, "离婚了孩子归谁？", label="legal:family")
    ok(await asked(api, "PUT", "房屋租赁"))
    assert await week(api) == [DEPOSIT]
    assert await week(api, days=6, hours=23) == [], "no two in a week"
    assert await week(api, hours=1) == ["热水器坏了谁修？"]
    assert await week(api, days=7) == [], "there is no other"
    await a_case(api, "转租要不要房东同意？")
    assert await week(api, days=1) == ["转租要不要房东同意？"]
    ok(await asked(api, "PUT", "legal:family"))
    assert await week(api, days=7) == ["离婚了孩子归谁？"]


@pytest.mark.parametrize(
    ("hours", "goes"),
    [(0, True), (-0.51, False), (7.4, True), (7.6, False), (-12, False), (24 * 5, False), (24 * 6 + 3, False)],
)
async def test_only_on_working_days_in_daytime(sqlite_api: Api, hours: float, goes: bool) -> None:
    """From Monday 09:30."""
    await a_case(sqlite_api)
    ok(await asked(sqlite_api, "PUT", "房屋租赁"))
    assert bool(await week(sqlite_api, hours=hours)) is goes


async def test_nothing_withdrawn_or_too_long_unread_is_sent(api: Api) -> None:
    await a_case(api, withdrawn_at=api.clock(), withdrawn_by="ada", withdrawn_why="法律改了")
    await a_case(api, "太久没有人看的？", reviewed=days_ago(api, 395))
    ok(await asked(api, "PUT", "房屋租赁"))
    assert await week(api) == []


async def test_ended_nothing_more_arrives_though_it_was_on_its_way(api: Api) -> None:
    await a_case(api)
    await open_ticket(api)  # so that the resident stays known
    ok(await asked(api, "PUT", "房屋租赁"))
    await clockwork.sweep(api.db, api.office)
    ok(await asked(api, "DELETE"))
    assert [notice["kind"] for notice in await claim(api)] == []
    assert [notice.failed for notice in await rows(api, Notice) if notice.kind == subscriptions.KIND] == [
        "unsubscribed"
    ]
    assert await week(api, days=7) == []
    ok(await asked(api, "PUT", "房屋租赁"))
    assert await week(api, days=1) == [], "never twice the same, either"


async def test_many_sweeps_at_once_send_one(api: Api) -> None:
    await a_case(api)
    await a_case(api, "热水器坏了谁修？")
    for address in ("r1", "r2", "r3"):
        ok(await asked(api, "PUT", "房屋租赁", address))
    await asyncio.gather(*(subscriptions.send(api.db, api.office) for _ in range(4)))
    assert sorted(notice["address"] for notice in await carried(api)) == ["r1", "r2", "r3"]


async def test_a_chat_that_is_gone_wants_no_more(api: Api) -> None:
    await a_case(api)
    ok(await asked(api, "PUT", "房屋租赁"))
    await clockwork.sweep(api.db, api.office)
    (notice,) = await claim(api)
    ok(await acknowledge(api, notice, failed="blocked"))
    assert await rows(api, Subscription) == []


async def test_it_is_given_out_and_erased_with_the_rest(api: Api) -> None:
    id = await a_case(api)
    ok(await asked(api, "PUT", "房屋租赁"))
    await week(api)
    async with api.db.reading() as session:
        given = json.loads(json.dumps(await erasure.export(session, "web", "r1")))
    assert [one["topic"] for one in given["subscriptions"]] == ["legal:tenancy"]
    assert [one["case"] for one in given["cases"]] == [id]
    async with api.db.writing() as session:
        await Erasing(session, api.office, Actor(Role.ADMIN, "operator"), "本人要求").resident("web", "r1")
    for kind in (Subscription, CaseSent, Resident):
        assert await rows(api, kind) == [], kind


async def test_erased_with_something_open_it_ends_as_well(api: Api) -> None:
    await a_case(api)
    await open_ticket(api)
    ok(await asked(api, "PUT", "房屋租赁"))
    await clockwork.sweep(api.db, api.office)
    async with api.db.writing() as session:
        await Erasing(session, api.office, Actor(Role.ADMIN, "operator"), "本人要求").resident("web", "r1")
    assert await rows(api, Subscription) == [] and await rows(api, CaseSent) == []
    assert [notice["kind"] for notice in await claim(api) if notice["kind"] == subscriptions.KIND] == []
