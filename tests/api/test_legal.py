"""A legal question: who gets it, who reads it, how it passes on and ends."""

from typing import Any

import pytest

from api import clockwork
from api.lifecycle import Action, Lane, Role, Status
from tests.api.life import CALLERS, COMMUNITY, QUESTION, STREET, Cast, Headers, call, carried, ok, open_ticket
from tests.conftest import Api

LEGAL = Lane.LEGAL
SECRET, PLACE = "我家的秘密", "彩香一村三区8幢402室"
READERS = (Role.ADVISER, Role.RESIDENT)


async def ask(api: Api, **changes: Any) -> dict[str, Any]:
    return await open_ticket(api, **QUESTION | {"text": f"房东不退押金怎么办，{SECRET}", "place": PLACE} | changes)


# --- whose it is


@pytest.mark.parametrize(
    ("scopes", "chosen"),
    [
        ({"a": "", "b": STREET, "c": COMMUNITY}, "c"),
        ({"a": "", "b": STREET, "c": "320508018"}, "b"),
        ({"a": "", "c": "320508018"}, "a"),
        ({"c": "320508018"}, "c"),
        ({}, None),
    ],
)
async def test_goes_to_the_nearest_adviser(api: Api, scopes: dict[str, str], chosen: str | None) -> None:
    for name, scope in scopes.items():
        await api.staff(name, Role.ADVISER, scope)
    asked = await ask(api)
    assert (asked["assignee"], asked["status"]) == (chosen, "dispatched" if chosen else "filed")


async def test_of_equals_the_least_busy_gets_it(api: Api) -> None:
    for name in ("a", "b"):
        await api.staff(name, Role.ADVISER, COMMUNITY)
    assert [(await ask(api))["assignee"] for _ in range(3)] == ["a", "b", "a"]


async def test_without_an_adviser_triage_finds_one(api: Api) -> None:
    number, triage = (await ask(api))["number"], await api.staff("tina", Role.TRIAGE)
    await api.staff("hans", Role.HANDLER)
    await api.staff("ada", Role.ADVISER)
    assert (await call(api, triage, number, "dispatch", to="hans")).status_code == 422, "a handler is no adviser"
    assert ok(await call(api, triage, number, "dispatch", to="ada"))["assignee"] == "ada"


# --- who reads it


async def told_everybody(cast: Cast) -> str:
    """A matter in which every kind of words was said; its number."""
    number = str((await ask(cast.api))["number"])
    await cast.done(Role.ADVISER, number, "ask", note=f"问{SECRET}")
    await cast.done(Role.RESIDENT, number, "reply", note=f"答{SECRET}")
    await cast.done(Role.ADVISER, number, "accept")
    await cast.done(Role.ADVISER, number, "report_back", note=f"答复{SECRET}")
    await cast.done(Role.RESIDENT, number, "follow_up", note=f"再问{SECRET}")
    return number


async def readings(api: Api, number: str, headers: Headers) -> str:
    """All that one person can read of anything."""
    paths = [f"/tickets/{number}", f"/tickets/{number}/timeline", "/tickets", "/tickets?status=mine"]
    paths += [f"/tickets?q={word}" for word in (SECRET, number, PLACE)] + ["/tickets?label=legal:tenancy"]
    return "".join([(await api.client.get(f"/api/v1{path}", headers=headers)).text for path in paths])


@pytest.mark.parametrize("role", CALLERS)
async def test_only_the_adviser_and_the_resident_read_the_words(cast: Cast, role: Role) -> None:
    number = await told_everybody(cast)
    found = await readings(cast.api, number, cast.headers[role])
    assert (SECRET in found) == (PLACE in found) == (role in READERS)
    sees_topic = role in (*READERS, Role.TRIAGE, Role.SUPERVISOR, Role.SYSTEM)
    assert ("租房" in found or "legal:tenancy" in found) == sees_topic


async def test_another_resident_and_another_adviser_know_nothing(cast: Cast) -> None:
    number = await told_everybody(cast)
    for headers in (cast.api.resident(address="r2"), await cast.api.staff("bea", Role.ADVISER)):
        for path in (f"/tickets/{number}", f"/tickets/{number}/timeline"):
            assert (await cast.api.client.get(f"/api/v1{path}", headers=headers)).status_code == 404
        assert SECRET not in await readings(cast.api, number, headers)


async def test_no_desk_is_told_the_words(cast: Cast) -> None:
    await told_everybody(cast)
    notices = await carried(cast.api, "desk")
    assert [(notice["kind"], notice["address"]) for notice in notices] == [
        ("legal.dispatch", "ada"), ("legal.reply", "ada"), ("legal.follow_up", "ada"),
    ]  # fmt: skip
    assert SECRET not in str(notices) and PLACE not in str(notices)
    assert SECRET in str(await carried(cast.api)), "the resident reads the answer"


async def test_pictures_are_read_by_the_two_only(cast: Cast, picture: bytes) -> None:
    number = (await ask(cast.api))["number"]
    path = f"/api/v1/tickets/{number}/photos"

    async def posted(role: Role) -> Any:
        return await cast.api.client.post(path, files={"file": picture}, headers=cast.headers[role])

    photo = ok(await posted(Role.RESIDENT))["photo"]
    for role in cast.headers:
        read = await cast.api.client.get(f"{path}/{photo}", headers=cast.headers[role])
        assert read.status_code == (200 if role in READERS else 404), role
        assert (await posted(role)).status_code == (201 if role in READERS else 404), role


# --- passing on


async def test_who_passes_it_on_reads_it_no_more(cast: Cast) -> None:
    number = await told_everybody(cast)
    next_adviser = await cast.api.staff("bea", Role.ADVISER)
    passed = await cast.done(Role.ADVISER, number, "pass_on")
    assert (passed["assignee"], passed["status"], passed["text"]) == ("bea", "dispatched", None)
    assert (await cast.do(Role.ADVISER, number, "accept")).status_code == 404
    assert SECRET not in await readings(cast.api, number, cast.headers[Role.ADVISER])
    assert SECRET in await readings(cast.api, number, next_adviser)
    answer = await call(cast.api, next_adviser, number, "pass_on")
    assert (answer.status_code, answer.json()["reason"]) == (409, "no_other_adviser")
    shown = ok(await cast.api.client.get(f"/api/v1/tickets/{number}", headers=next_adviser))
    assert "pass_on" not in shown["actions"]


async def test_the_clock_passes_on_what_nobody_takes(cast: Cast) -> None:
    number = (await ask(cast.api))["number"]
    await cast.api.staff("bea", Role.ADVISER)
    await carried(cast.api)
    assert await swept(cast, days=1) == 1
    passed = await cast.read(number)
    assert (passed["assignee"], passed["status"], passed["escalated"]) == ("bea", "dispatched", False)
    assert [notice["kind"] for notice in await carried(cast.api)] == ["legal.pass_on"]


async def test_without_another_adviser_the_clock_calls_a_supervisor(cast: Cast) -> None:
    number = (await ask(cast.api))["number"]
    await carried(cast.api)
    assert await swept(cast, days=1) == 1
    assert await swept(cast, minutes=1) == 0
    kept = await cast.read(number)
    assert (kept["assignee"], kept["status"], kept["escalated"]) == ("ada", "dispatched", True)
    assert await carried(cast.api) == [], "nothing has changed for the resident"
    assert ("legal.pass_on", "supervisor") in [(row["kind"], row["address"]) for row in await carried(cast.api, "desk")]
    await cast.api.staff("bea", Role.ADVISER)
    assert await swept(cast, days=1) == 1
    assert (await cast.read(number))["assignee"] == "bea"


async def swept(cast: Cast, **span: float) -> int:
    cast.api.clock.forward(**span)
    return await clockwork.sweep(cast.api.db, cast.api.office)


# --- ending


async def test_a_follow_up_is_answered_anew(cast: Cast) -> None:
    number = await cast.at(LEGAL, Status.REPORTED_BACK)
    asked = await cast.done(Role.RESIDENT, number, "follow_up", note="那利息呢?")
    assert (asked["status"], asked["step"]) == ("in_progress", 4) and asked["due_at"]
    assert (await cast.done(Role.ADVISER, number, "report_back", note="也要还"))["status"] == "reported_back"


async def test_rating_answers_both_last_steps(cast: Cast) -> None:
    number = await cast.at(LEGAL, Status.REPORTED_BACK)
    rated = await cast.done(Role.RESIDENT, number, "rate", score=4)
    assert (rated["status"], rated["step"], rated["score"]) == ("closed", 7, 4)


async def test_reopening_goes_back_to_the_adviser(cast: Cast) -> None:
    number = await cast.at(LEGAL, Status.CLOSED)
    reopened = await cast.done(Role.RESIDENT, number, "reopen", reason="对方不认")
    assert (reopened["status"], reopened["assignee"]) == ("dispatched", "ada")


async def test_an_adviser_who_took_it_ends_the_call_for_a_supervisor(cast: Cast) -> None:
    number = (await ask(cast.api))["number"]
    await swept(cast, days=1)
    assert not (await cast.done(Role.ADVISER, number, "accept"))["escalated"]
    await cast.done(Role.ADVISER, number, "report_back", note="可以要回")
    await cast.done(Role.RESIDENT, number, "rate", score=5)
    assert (await cast.done(Role.RESIDENT, number, "reopen", reason="对方不认"))["status"] == "dispatched"


async def test_a_public_ticket_does_not_become_legal_nor_back(cast: Cast) -> None:
    number = (await ask(cast.api))["number"]
    for role, action in ((Role.TRIAGE, Action.CORRECT), (Role.TRIAGE, Action.MERGE), (Role.SUPERVISOR, Action.DECLINE)):
        answer = await cast.do(role, number, action, **await cast.given(LEGAL, action))
        assert answer.status_code == 403, action
