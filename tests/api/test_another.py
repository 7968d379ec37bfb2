"""Another adviser by the resident's wish: who had it reads it no more, the answer is promised anew, at most twice."""

import pytest

from api.lifecycle import Lane, Role, Status
from tests.api.life import CALLERS, QUESTION, Cast, failure, ok, open_ticket

LEGAL = Lane.LEGAL


async def actions(cast: Cast, number: str) -> list[str]:
    found: list[str] = (await cast.read(number, Role.RESIDENT))["actions"]
    return found


@pytest.mark.parametrize("status", [Status.DISPATCHED, Status.IN_PROGRESS, Status.REPORTED_BACK])
async def test_another_one_has_it_and_the_first_reads_it_no_more(cast: Cast, status: Status) -> None:
    number = await cast.at(LEGAL, status)
    bea = await cast.api.staff("bea", Role.ADVISER)
    first = await cast.read(number, Role.RESIDENT)
    cast.api.clock.forward(hours=1)
    again = await cast.done(Role.RESIDENT, number, "another")
    assert (first["assignee"], again["assignee"], again["status"]) == ("ada", "bea", "dispatched")
    assert again["promise"]["at"] > first["promise"]["at"]
    gone = await cast.api.client.get(f"/api/v1/tickets/{number}", headers=cast.headers[Role.ADVISER])
    assert failure(gone) == (404, "not_found")
    assert ok(await cast.api.client.get(f"/api/v1/tickets/{number}", headers=bea))["text"] == QUESTION["text"]


async def test_she_answers_and_it_ends_as_ever(cast: Cast) -> None:
    number = await cast.at(LEGAL, Status.REPORTED_BACK)
    bea = await cast.api.staff("bea", Role.ADVISER)
    await cast.done(Role.RESIDENT, number, "another")
    for action, words in (("accept", {}), ("report_back", {"note": "押金应当退"})):
        ok(await cast.api.client.post(f"/api/v1/tickets/{number}/actions/{action}", json=words, headers=bea))
    assert (await cast.done(Role.RESIDENT, number, "rate", score=5))["status"] == "closed"


async def test_twice_at_the_most_and_never_back_to_one_who_had_it(cast: Cast) -> None:
    number = await cast.at(LEGAL, Status.DISPATCHED)
    for name in ("bea", "cleo", "dora"):
        await cast.api.staff(name, Role.ADVISER)
    had = [(await cast.done(Role.RESIDENT, number, "another"))["assignee"] for _ in range(2)]
    assert len({"ada", *had}) == 3
    assert "another" not in await actions(cast, number)
    refused = await cast.do(Role.RESIDENT, number, "another")
    assert (*failure(refused), refused.json()["reason"]) == (409, "not_allowed", "others_wished")


async def test_where_nobody_is_left_it_is_not_offered(cast: Cast) -> None:
    number = await cast.at(LEGAL, Status.REPORTED_BACK)
    assert "another" not in await actions(cast, number)
    refused = await cast.do(Role.RESIDENT, number, "another")
    assert (*failure(refused), refused.json()["reason"]) == (409, "not_allowed", "no_other_adviser")
    assert (await cast.read(number, Role.ADVISER))["text"] == QUESTION["text"], "nothing was lost"


async def test_nobody_elses_wish_counts(cast: Cast) -> None:
    number = await cast.at(LEGAL, Status.REPORTED_BACK)
    await cast.api.staff("bea", Role.ADVISER)
    for role in set(CALLERS) - {Role.RESIDENT}:
        assert not (await cast.do(role, number, "another")).is_success


async def test_the_pseudonym_stays(cast: Cast) -> None:
    opened = await open_ticket(cast.api, **QUESTION, anonymous=True)
    bea = await cast.api.staff("bea", Role.ADVISER)
    await cast.done(Role.RESIDENT, opened["number"], "another")
    seen = ok(await cast.api.client.get(f"/api/v1/tickets/{opened['number']}", headers=bea))
    assert (seen["pseudonym"], seen["place"]) == (opened["pseudonym"], "")


async def test_no_public_ticket_has_it(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.IN_PROGRESS)
    assert failure(await cast.do(Role.RESIDENT, number, "another")) == (403, "forbidden")
