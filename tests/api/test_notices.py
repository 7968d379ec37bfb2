"""The outbox: recorded with the transition, claimed under a lease, acknowledged, urgent ones first."""

import asyncio
from typing import Any

import pytest

from api.lifecycle import RULES, Action, Lane, Role, Status
from tests.api.life import (
    CALLERS,
    PATHS,
    Cast,
    acknowledge,
    call,
    carried,
    claim,
    ok,
    open_ticket,
)  # fmt: skip
from tests.api.test_lifecycle import prepare

LEASE = 20


async def some(cast: Cast, many: int = 1) -> list[int]:
    """The ids of notices that wait for r1."""
    for _ in range(many):
        await cast.at(Lane.PUBLIC, Status.FILED)
    return list(range(1, many + 1))


def ids(notices: list[dict[str, Any]]) -> list[int]:
    return [notice["id"] for notice in notices]


async def test_a_claim_that_is_not_acknowledged_comes_again(cast: Cast) -> None:
    waiting = await some(cast)
    assert ids(await claim(cast.api)) == waiting
    assert await claim(cast.api) == []
    cast.api.clock.forward(seconds=LEASE)
    again = await claim(cast.api)
    assert [(row["id"], row["attempts"]) for row in again] == [(waiting[0], 2)]


async def test_what_was_sent_never_comes_again(cast: Cast) -> None:
    await some(cast)
    (notice,) = await claim(cast.api)
    for answer in ({"sent": True}, {"sent": True}, {"later": 0}, {"failed": "blocked"}):
        assert (await acknowledge(cast.api, notice, **answer)).status_code == 200
    cast.api.clock.forward(days=9)
    assert await claim(cast.api) == []


async def test_what_failed_for_ever_never_comes_again(cast: Cast) -> None:
    await some(cast)
    (notice,) = await claim(cast.api)
    await acknowledge(cast.api, notice, failed="blocked")
    await acknowledge(cast.api, notice, later=0)
    cast.api.clock.forward(days=9)
    assert await claim(cast.api) == []


async def test_later_is_later(cast: Cast) -> None:
    await some(cast)
    (notice,) = await claim(cast.api)
    await acknowledge(cast.api, notice, later=600)
    cast.api.clock.forward(seconds=599)
    assert await claim(cast.api) == []
    cast.api.clock.forward(seconds=1)
    assert ids(await claim(cast.api)) == [notice["id"]]


async def test_urgent_ones_come_first_then_the_oldest(cast: Cast) -> None:
    await some(cast, 2)
    urgent = (await open_ticket(cast.api, urgent=True))["number"]
    await cast.done(Role.TRIAGE, urgent, "file")
    assert [row["urgent"] for row in await claim(cast.api)] == [True, False, False]


async def test_only_the_channels_asked_for_and_no_more_than_asked_for(cast: Cast) -> None:
    await some(cast, 3)
    assert await claim(cast.api, "telegram") == []
    assert ids(await claim(cast.api, limit=2)) == [1, 2]
    assert ids(await claim(cast.api, limit=2)) == [3]


async def test_a_waiting_claim_answers_as_soon_as_there_is_something(cast: Cast) -> None:
    waiting = asyncio.create_task(claim(cast.api, wait=10))
    await asyncio.sleep(0.05)
    await some(cast)
    assert len(await asyncio.wait_for(waiting, 30)) == 1


async def test_nobody_waits_for_ever(cast: Cast) -> None:
    assert await claim(cast.api, wait=0.15) == []


async def test_an_unknown_notice_is_not_found(cast: Cast) -> None:
    assert (await acknowledge(cast.api, {"id": 999}, sent=True)).status_code == 404


@pytest.mark.parametrize("lane", Lane)
@pytest.mark.parametrize("action", Action)
async def test_tells_each_follower_once_and_never_who_acted(sqlite_cast: Cast, lane: Lane, action: Action) -> None:
    cast = sqlite_cast
    rows = [(status, rule) for (of, status, named), rule in RULES.items() if (of, named) == (lane, action)]
    for status, rule in rows:
        role = next((role for role in CALLERS if role in rule.by), None)
        if role is None or status not in PATHS[lane]:
            continue
        number = await cast.at(lane, status)
        await prepare(cast, lane, number, action)
        for channel in ("web", "desk"):
            await carried(cast.api, channel)
        ok(await call(cast.api, cast.whose(role, action), number, action, **await cast.given(lane, action)))
        residents = [row for row in await carried(cast.api) if row["facts"]["action"] == action]
        desks = [row for row in await carried(cast.api, "desk") if row["facts"]["action"] == action]
        news = action is Action.DECLINE_MEDIATION  # whoever declines hears of the time limits that run on
        told = Role.RESIDENT in rule.tell and (role is not Role.RESIDENT or news)
        assert [row["address"] for row in residents] == ["r1"] * told, status
        assert {row["facts"]["number"] for row in residents + desks} <= {number}
        joint = action in (Action.INVITE, Action.RELEASE)  # the lead, and the unit that it is about
        themselves = [role] if news or action is Action.END_REVIEW else []  # who takes a review back needs no telling
        to_desks = rule.tell - {Role.RESIDENT, *themselves}
        expected = len(to_desks) + joint if status not in (Status.REPORTED, Status.FILED) else len(desks)
        assert len(desks) == len({row["address"] for row in desks}) == expected, status


async def test_a_desk_is_told_only_what_its_person_may_know_of(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    await cast.done(Role.TRIAGE, number, "ask", note="哪一幢?")
    ok(await call(cast.api, cast.api.resident(), number, "reply", note="12幢"))
    assert [row["address"] for row in await claim(cast.api, "desk")] == ["triage"], "it lies with no handler yet"
