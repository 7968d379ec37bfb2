"""Who follows a ticket besides its reporter: merging, leaving, rating, disputing."""

from datetime import datetime

import pytest
from sqlmodel import select

from api.lifecycle import Lane, Role, Status
from api.models import Ticket
from tests.api.life import LOCATED, PATHS, Cast, call, carried, failure, ok, open_ticket, told
from tests.conftest import Api

TRIAGE, SUPERVISOR, RESIDENT, PUBLIC = Role.TRIAGE, Role.SUPERVISOR, Role.RESIDENT, Lane.PUBLIC


# --- merging and leaving


async def merged(cast: Cast) -> tuple[str, str]:
    """(ticket of r1, ticket of r2 that was merged into it)"""
    first, second = (await open_ticket(cast.api))["number"], (await open_ticket(cast.api, reporter="r2"))["number"]
    await cast.done(TRIAGE, second, "merge", into=first)
    return first, second


async def test_who_was_merged_follows_the_other_until_unmerged(cast: Cast) -> None:
    first, second = await merged(cast)
    await cast.done(TRIAGE, first, "file")
    assert told(await carried(cast.api)) == [("merge", "r2"), ("file", "r1"), ("file", "r2")]
    await cast.done(TRIAGE, second, "unmerge")
    await cast.done(TRIAGE, first, "dispatch", to="hans")
    assert told(await carried(cast.api)) == [("unmerge", "r2"), ("dispatch", "r1")]
    assert failure(await call(cast.api, cast.api.resident(address="r2"), first, "withdraw")) == (404, "not_found")


async def test_merges_only_into_another_open_ticket(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.REPORTED)
    legal = (await open_ticket(cast.api, label="legal:tenancy"))["number"]
    ended = await cast.at(PUBLIC, Status.DECLINED)
    for into in (number, legal, ended, "GS20261123-9999", "nothing"):
        assert failure(await cast.do(TRIAGE, number, "merge", into=into)) == (422, "bad_target"), into


async def test_a_triage_clerk_merges_into_no_ticket_of_another_street(cast: Cast) -> None:
    theirs = await cast.api.staff("jin", Role.TRIAGE, "320508018")
    number = await cast.at(PUBLIC, Status.REPORTED)
    elsewhere = (await open_ticket(cast.api, **LOCATED))["number"]
    assert failure(await call(cast.api, theirs, number, "merge", into=elsewhere)) == (422, "bad_target")


@pytest.mark.parametrize("status", [Status.DECLINED, Status.WITHDRAWN])
async def test_an_ended_ticket_comes_back_by_triage(cast: Cast, status: Status) -> None:
    number = await cast.at(PUBLIC, status)
    assert (await ended_at(cast.api, number)) is not None
    back = await cast.done(TRIAGE, number, "unmerge")
    assert (back["status"], back["step"], await ended_at(cast.api, number)) == ("filed", 2, None)


async def test_withdrawing_ends_it_until_it_is_accepted(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.DISPATCHED)
    assert (await cast.done(RESIDENT, number, "withdraw"))["step"] == 3
    assert [notice["kind"] for notice in await carried(cast.api, "desk") if notice["address"] == "hans"][
        -1
    ] == "withdraw"
    accepted = await cast.at(PUBLIC, Status.IN_PROGRESS)
    assert failure(await cast.do(RESIDENT, accepted, "withdraw")) == (409, "not_allowed")


async def test_one_of_several_only_leaves(cast: Cast) -> None:
    first, _ = await merged(cast)
    await carried(cast.api)
    assert (await cast.done(RESIDENT, first, "withdraw"))["status"] == "reported"
    assert failure(await cast.do(RESIDENT, first, "withdraw")) == (404, "not_found")
    assert await carried(cast.api) == [], "the others need not know"
    ended = ok(await call(cast.api, cast.api.resident(address="r2"), first, "withdraw"))
    assert ended["status"] == "withdrawn"


# --- rating


async def verified_for_two(cast: Cast) -> str:
    first, _ = await merged(cast)
    for role, action in PATHS[PUBLIC][Status.VERIFIED]:
        await cast.done(role, first, action, **await cast.given(PUBLIC, action))
    await carried(cast.api)
    return first


async def test_the_first_reporters_rating_closes(cast: Cast) -> None:
    number, joiner = await verified_for_two(cast), cast.api.resident(address="r2")
    joined = ok(await call(cast.api, joiner, number, "rate", score=2))
    assert (joined["status"], joined["score"], "rate" in joined["actions"]) == ("verified", None, False)
    assert await carried(cast.api) == [], "nothing ended yet"
    closed = await cast.done(RESIDENT, number, "rate", score=4)
    assert (closed["status"], closed["score"]) == ("closed", 4)
    assert told(await carried(cast.api)) == [("rate", "r2")]
    for who in (joiner, cast.headers[RESIDENT]):
        assert failure(await call(cast.api, who, number, "rate", score=1)) == (409, "not_allowed")


async def test_when_the_reporter_left_who_joined_closes(cast: Cast) -> None:
    first, _ = await merged(cast)
    await cast.done(RESIDENT, first, "withdraw")
    for role, action in PATHS[PUBLIC][Status.VERIFIED]:
        await cast.done(role, first, action, **await cast.given(PUBLIC, action))
    rated = ok(await call(cast.api, cast.api.resident(address="r2"), first, "rate", score=3))
    assert (rated["status"], rated["score"]) == ("closed", 3)


async def test_a_late_rating_does_not_lengthen_the_time_to_reopen(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.CLOSED)
    ended = await ended_at(cast.api, number)
    cast.api.clock.forward(days=6)
    rated = await cast.done(RESIDENT, number, "rate", score=1)
    assert (rated["score"], await ended_at(cast.api, number)) == (1, ended)
    cast.api.clock.forward(days=2)
    assert failure(await cast.do(RESIDENT, number, "reopen", reason="又坏了")) == (409, "not_allowed")


async def test_reopens_within_seven_days(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.VERIFIED)
    await cast.done(RESIDENT, number, "rate", score=5)
    cast.api.clock.forward(days=6.9)
    assert "reopen" in (await cast.read(number, RESIDENT))["actions"]
    reopened = await cast.done(RESIDENT, number, "reopen", reason="又坏了")
    assert (reopened["status"], reopened["score"], reopened["assignee"]) == ("dispatched", None, "hans")
    late = await cast.at(PUBLIC, Status.CLOSED)
    cast.api.clock.forward(days=7.1)
    assert "reopen" not in (await cast.read(late, RESIDENT))["actions"]
    answer = await cast.do(RESIDENT, late, "reopen", reason="又坏了")
    assert (answer.status_code, answer.json()["reason"]) == (409, "too_late")


async def test_the_third_dispute_goes_to_a_supervisor(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.VERIFIED)
    for time in range(1, 4):
        disputed = await cast.done(RESIDENT, number, "dispute", reason="没修好")
        assert disputed["status"] == ("dispatched" if time < 3 else "filed")
        if time < 3:
            for role, action in PATHS[PUBLIC][Status.VERIFIED][2:]:
                await cast.done(role, number, action, note="修了")
    assert (disputed["escalated"], disputed["assignee"], disputed["step"]) == (True, None, 2)
    assert failure(await cast.do(TRIAGE, number, "dispatch", to="hans")) == (403, "forbidden")
    assert "handler" not in {notice["address"] for notice in await carried(cast.api, "desk")}


async def ended_at(api: Api, number: str) -> datetime | None:
    async with api.db.reading() as session:
        return (await session.exec(select(Ticket.ended_at).where(Ticket.number == number))).one()
