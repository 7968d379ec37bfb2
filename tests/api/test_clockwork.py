"""What time alone makes happen, safely repeated and safely at once."""

import asyncio
from typing import Any

import pytest

from api import clockwork
from api.lifecycle import Lane, Role, Status
from tests.api.life import Cast, carried, failure, open_ticket, told

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
        _, answer = await asyncio.gather(sweep(cast), cast.do(Role.RESIDENT, number, "dispute", reason="没修好"))
        expired = "expire" in [event["action"] for event in (await cast.timeline(number))["events"]]
        assert (expired, answer.status_code) in {(True, 409), (False, 200)}


def actions_of(timeline: dict[str, Any]) -> list[str]:
    return [event["action"] for event in timeline["events"]]


async def test_a_promise_that_runs_out_is_told_three_times_each_once(cast: Cast) -> None:
    """24 working hours from Monday 9:30: until Thursday 13:30. Four fifths: Wednesday 15:42; half as much again."""
    await cast.at(PUBLIC, Status.IN_PROGRESS)
    await carried(cast.api), await carried(cast.api, "desk")
    for span, kind, desks, residents in (
        ({"days": 2, "hours": 6}, "", [], 0),
        ({"minutes": 13}, "soon", ["hans"], 0),
        ({"days": 1}, "late", ["hans"], 1),
        ({"days": 5}, "badly_late", ["supervisor"], 0),
        ({"days": 9}, "", [], 0),
    ):
        assert await sweep(cast, **span) == bool(kind)
        assert await sweep(cast) == 0
        assert told(await carried(cast.api, "desk")) == [(kind, desk) for desk in desks]
        assert told(await carried(cast.api)) == [(kind, "r1")] * residents


async def test_what_nobody_looked_at_in_time_is_late_and_not_soon_late(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.FILED)
    assert [await sweep(cast, days=30), await sweep(cast), await sweep(cast)] == [1, 1, 0]
    assert actions_of(await cast.timeline(number))[-2:] == ["late", "badly_late"]


async def test_a_granted_extension_is_a_new_promise_and_a_dispute_is_none(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.IN_PROGRESS)
    await sweep(cast, days=3, hours=4)
    await cast.done(Role.HANDLER, number, "ask_time", reason="缺件")
    await cast.done(Role.SUPERVISOR, number, "grant")
    assert await sweep(cast) == 0
    assert await sweep(cast, days=30) == 1
    await cast.done(Role.HANDLER, number, "report_back", note="好了")
    await cast.done(Role.VERIFIER, number, "pass")
    await cast.done(Role.RESIDENT, number, "dispute", reason="没好")
    assert [await sweep(cast), await sweep(cast)] == [1, 0], "the original clock: badly late, never late twice"
    assert actions_of(await cast.timeline(number)).count("late") == 2


async def test_a_standing_clock_warns_nobody(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.IN_PROGRESS)
    await cast.done(Role.HANDLER, number, "ask", note="哪一幢?")
    assert (await cast.read(number))["due_at"] is None
    assert await sweep(cast, days=2, hours=23) == 0


async def test_a_check_that_is_late_is_the_verifiers_and_no_residents(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.REPORTED_BACK)
    await carried(cast.api), await carried(cast.api, "desk")
    await sweep(cast, days=30)
    assert told(await carried(cast.api, "desk")) == [("late", "verifier")]
    assert await carried(cast.api) == []
    await cast.done(Role.VERIFIER, number, "fail", reason="还是不亮")
    assert await sweep(cast) == 1, "of handling, whose promise had run out as well"


async def test_of_danger_no_promise_is_told_as_broken(cast: Cast) -> None:
    number = (await open_ticket(cast.api, text="三楼着火了，有人困在里面", label=None, urgent=True))["number"]
    await carried(cast.api), await carried(cast.api, "desk")
    await sweep(cast, days=1)
    assert told(await carried(cast.api, "desk")) == [("late", "triage")]
    assert await carried(cast.api) == []
    assert "late" in actions_of(await cast.timeline(str(number)))


@pytest.mark.parametrize(
    ("lane", "status", "desk"),
    [
        (Lane.PUBLIC, Status.REPORTED, "triage"),
        (Lane.PUBLIC, Status.IN_PROGRESS, "hans"),
        (Lane.PUBLIC, Status.REPORTED_BACK, "verifier"),
        (Lane.LEGAL, Status.IN_PROGRESS, "ada"),
    ],
)
async def test_a_supervisor_urges_whoever_it_waits_on(cast: Cast, lane: Lane, status: Status, desk: str) -> None:
    number = await cast.at(lane, status)
    await carried(cast.api, "desk")
    assert failure(await cast.do(Role.SUPERVISOR, number, "urge")) == (422, "missing")
    assert (await cast.done(Role.SUPERVISOR, number, "urge", note="今天办好"))["urged"] == 1
    assert [address for _, address in told(await carried(cast.api, "desk"))] == [desk]
    for role in (Role.TRIAGE, Role.HANDLER, Role.RESIDENT):
        assert (await cast.do(role, number, "urge", note="快")).status_code in (403, 404)
