"""What time alone makes happen, safely repeated and safely at once."""

import asyncio

import pytest

from api import clockwork
from api.lifecycle import Lane, Role, Status
from tests.api.life import Cast, carried

PUBLIC = Lane.PUBLIC


async def sweep(cast: Cast, **span: float) -> int:
    cast.api.clock.forward(**span)
    return await clockwork.sweep(cast.api.db, cast.api.office)


@pytest.mark.parametrize(("lane", "status"), [(Lane.PUBLIC, Status.VERIFIED), (Lane.LEGAL, Status.REPORTED_BACK)])
async def test_closes_what_nobody_rated_for_seven_days(cast: Cast, lane: Lane, status: Status) -> None:
    number = await cast.at(lane, status)
    await carried(cast.api)
    assert await sweep(cast, days=6.99) == 0
    assert await sweep(cast, days=0.01) == 1
    closed = await cast.read(number)
    assert (closed["status"], closed["step"], closed["score"]) == ("closed", 7, None), "unrated, never satisfied"
    assert [row["facts"]["action"] for row in await carried(cast.api)] == ["expire"]


async def test_the_clock_runs_on_after_three_working_days_without_a_reply(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.FILED)  # Monday 9:30
    await cast.done(Role.TRIAGE, number, "ask", note="哪一幢?")
    assert await sweep(cast, days=2.99) == 0
    assert await sweep(cast, days=0.01) == 1
    resumed = await cast.read(number)
    assert not resumed["paused"] and resumed["due_at"]
    assert (await cast.timeline(number))["events"][-1]["role"] == "clock"
    assert (await cast.do(Role.RESIDENT, number, "reply", note="12幢")).status_code == 409


async def test_a_second_question_has_its_own_three_days(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.FILED)
    await cast.done(Role.TRIAGE, number, "ask", note="哪一幢?")
    cast.api.clock.forward(days=2)
    await cast.done(Role.RESIDENT, number, "reply", note="12幢")
    await cast.done(Role.TRIAGE, number, "ask", note="几单元?")
    assert await sweep(cast, days=1.01) == 0
    assert (await cast.read(number))["paused"]


async def test_a_weekend_is_no_time_to_reply(cast: Cast) -> None:
    cast.api.clock.forward(days=4)  # Friday
    number = await cast.at(PUBLIC, Status.FILED)
    await cast.done(Role.TRIAGE, number, "ask", note="哪一幢?")
    assert await sweep(cast, days=4.99) == 0
    assert await sweep(cast, days=0.01) == 1


async def test_sweeping_twice_and_at_once_does_each_thing_once(cast: Cast) -> None:
    verified = [await cast.at(PUBLIC, Status.VERIFIED) for _ in range(4)]
    asked = [await cast.at(PUBLIC, Status.FILED) for _ in range(4)]
    for number in asked:
        await cast.done(Role.TRIAGE, number, "ask", note="哪一幢?")
    cast.api.clock.forward(days=8)
    moved = await asyncio.gather(*(clockwork.sweep(cast.api.db, cast.api.office) for _ in range(4)))
    assert sum(moved) == 8
    assert await sweep(cast) == 0
    for number, action in [(number, "expire") for number in verified] + [(number, "resume") for number in asked]:
        events = [event["action"] for event in (await cast.timeline(number))["events"]]
        assert events.count(action) == 1


async def test_a_resident_may_come_at_the_same_moment(cast: Cast) -> None:
    for _ in range(4):
        number = await cast.at(PUBLIC, Status.VERIFIED)
        cast.api.clock.forward(days=8)
        moved, answer = await asyncio.gather(sweep(cast), cast.do(Role.RESIDENT, number, "dispute", reason="没修好"))
        assert (moved, answer.status_code) in {(1, 409), (0, 200)}
