"""A legal matter handed to mediation: how it walks, whose each step is, when it is none, and what the clock does."""

import asyncio
from typing import Any

import pytest

from api import clockwork
from api.lifecycle import Action, Lane, Role, Status
from api.mediation.stage import MAY, OF_MEDIATION, Stage
from tests.api.life import CALLERS, Cast, call, carried, failure, ok, told

LEGAL = Lane.LEGAL
WALK = (
    (Role.ADVISER, Action.PROPOSE_MEDIATION),
    (Role.RESIDENT, Action.CONSENT),
    (Role.ADVISER, Action.PARTY_CONSENTS),
)
UP_TO = {Stage.NONE: 0, Stage.PROPOSED: 1, Stage.AWAITED: 2, Stage.BEGUN: 3}


async def at(cast: Cast, stage: Stage, status: Status = Status.IN_PROGRESS) -> str:
    number = await cast.at(LEGAL, status)
    for role, action in WALK[: UP_TO[stage]]:
        await done(cast, role, number, action)
    return number


async def do(cast: Cast, role: Role, number: str, action: str, **changed: Any) -> Any:
    return await cast.do(role, number, action, **await cast.given(LEGAL, Action(action)) | changed)


async def done(cast: Cast, role: Role, number: str, action: str, **changed: Any) -> dict[str, Any]:
    return ok(await do(cast, role, number, action, **changed))


async def swept(cast: Cast, **span: float) -> int:
    cast.api.clock.forward(**span)
    return await clockwork.sweep(cast.api.db, cast.api.office)


async def actions(cast: Cast, number: str, role: Role = Role.ADVISER) -> list[str]:
    return [event["action"] for event in (await cast.timeline(number, role))["events"]]


# --- the walk


async def test_to_an_agreement_and_to_its_rating(cast: Cast) -> None:
    number = await at(cast, Stage.BEGUN)
    begun = await cast.read(number, Role.ADVISER)
    assert (begun["status"], begun["paused"], begun["due_at"]) == ("in_progress", True, None)
    await done(cast, Role.ADVISER, number, "mediation_date")
    await carried(cast.api)
    ended = await done(cast, Role.ADVISER, number, "mediation_outcome", note="十二月十日前修好")
    assert (ended["status"], ended["paused"], ended["step"]) == ("reported_back", False, 5)
    [notice] = await carried(cast.api)
    facts = notice["facts"]
    assert (notice["kind"], facts["outcome"], facts["note"]) == (
        "legal.mediation_outcome",
        "agreed",
        "十二月十日前修好",
    )
    assert "limits" not in facts
    assert (await cast.done(Role.RESIDENT, number, "rate", score=5))["status"] == "closed"


@pytest.mark.parametrize("outcome", ["failed", "left"])
async def test_without_an_agreement_the_time_limits_are_told_again(cast: Cast, outcome: str) -> None:
    number = await at(cast, Stage.BEGUN)
    await carried(cast.api)
    await done(cast, Role.ADVISER, number, "mediation_outcome", outcome=outcome)
    [notice] = await carried(cast.api)
    assert [row[4] for row in notice["facts"]["limits"]] == ["第一百八十八条"]


@pytest.mark.parametrize("stage", [Stage.PROPOSED, Stage.AWAITED, Stage.BEGUN])
@pytest.mark.parametrize("role", [Role.RESIDENT, Role.ADVISER])
async def test_either_side_ends_it_and_the_matter_goes_on_as_before(cast: Cast, stage: Stage, role: Role) -> None:
    number = await at(cast, stage)
    if Action.DECLINE_MEDIATION not in MAY[stage].get(role, ()):
        assert failure(await do(cast, role, number, "decline_mediation")) == (409, "not_allowed")
        return
    await carried(cast.api)
    after = await done(cast, role, number, "decline_mediation")
    assert (after["status"], after["paused"], after["assignee"]) == ("in_progress", False, "ada")
    who = "resident" if role is Role.RESIDENT else "adviser" if stage is Stage.PROPOSED else "party"
    [notice] = await carried(cast.api)
    assert notice["facts"]["who"] == who and notice["facts"]["limits"], "also to who declined: the limits run on"
    assert (await cast.done(Role.ADVISER, number, "report_back", note="那就起诉"))["status"] == "reported_back"


async def test_an_answered_matter_stays_answered_until_the_resident_agrees(cast: Cast) -> None:
    number = await at(cast, Stage.PROPOSED, Status.REPORTED_BACK)
    asked = await cast.read(number, Role.RESIDENT)
    assert (asked["status"], asked["paused"]) == ("reported_back", False) and "rate" in asked["actions"]
    declined = await done(cast, Role.RESIDENT, number, "decline_mediation")
    assert declined["status"] == "reported_back"
    await done(cast, Role.ADVISER, number, "propose_mediation")
    agreed = await done(cast, Role.RESIDENT, number, "consent")
    assert (agreed["status"], agreed["paused"]) == ("in_progress", True)
    cast.api.clock.forward(days=20)
    back = await done(cast, Role.RESIDENT, number, "decline_mediation")
    assert back["due_at"] and not back["overdue"], "a new promise, which stood while it was mediated"


# --- whose it is, and when


@pytest.mark.parametrize("stage", Stage)
async def test_each_step_is_open_where_the_table_of_stages_says_so(cast: Cast, stage: Stage) -> None:
    number = await at(cast, stage)
    for role in (Role.ADVISER, Role.RESIDENT):
        offered = set((await cast.read(number, role))["actions"])
        assert offered & OF_MEDIATION == MAY[stage].get(role, frozenset())
    by_whom = {action: Role.RESIDENT if action is Action.CONSENT else Role.ADVISER for _, action in WALK}
    by_whom |= dict.fromkeys((Action.MEDIATION_DATE, Action.MEDIATION_OUTCOME), Role.ADVISER)
    for action, role in by_whom.items():
        if action not in MAY[stage].get(role, ()):
            answer = await do(cast, role, number, action)
            assert failure(answer) == (409, "not_allowed"), (action, answer.text)
    if stage in (Stage.AWAITED, Stage.BEGUN):
        answer = await cast.do(Role.ADVISER, number, "report_back", note="先答复")
        assert (answer.status_code, answer.json()["reason"]) == (409, "in_mediation")
        assert failure(await cast.do(Role.RESIDENT, number, "reply", note="好")) == (409, "not_allowed")
        assert (await cast.do(Role.ADVISER, number, "ask", note="?")).json()["reason"] == "in_mediation"


@pytest.mark.parametrize("stage", Stage)
async def test_nobody_else_does_any_of_it(sqlite_cast: Cast, stage: Stage) -> None:
    cast = sqlite_cast
    number = await at(cast, stage)
    another = await cast.api.staff("bea", Role.ADVISER)
    for action in OF_MEDIATION:
        given = await cast.given(LEGAL, action)
        for role in set(CALLERS) - {Role.ADVISER, Role.RESIDENT}:
            assert (await cast.do(role, number, action, **given)).status_code in (403, 404), (role, action)
        for headers in (another, cast.api.resident(address="r2")):
            assert (await call(cast.api, headers, number, action, **given)).status_code == 404
    assert failure(await do(cast, Role.RESIDENT, number, "propose_mediation")) == (403, "forbidden")
    assert failure(await do(cast, Role.ADVISER, number, "consent")) == (403, "forbidden")


async def test_two_who_propose_at_once_propose_once(cast: Cast) -> None:
    number = await at(cast, Stage.NONE)
    answers = await asyncio.gather(*(do(cast, Role.ADVISER, number, "propose_mediation") for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert (await actions(cast, number)).count("propose_mediation") == 1


async def test_three_proposals_and_no_more(cast: Cast) -> None:
    number = await at(cast, Stage.NONE)
    for _ in range(3):
        await done(cast, Role.ADVISER, number, "propose_mediation")
        await done(cast, Role.RESIDENT, number, "decline_mediation")
    assert failure(await do(cast, Role.ADVISER, number, "propose_mediation")) == (409, "too_many")
    assert "propose_mediation" not in (await cast.read(number, Role.ADVISER))["actions"]


@pytest.mark.parametrize(
    ("stage", "action", "changed", "reason"),
    [
        (Stage.NONE, "propose_mediation", {"kind": "party"}, "mediation_kind"),
        (Stage.AWAITED, "party_consents", {"on": "2026-11-24"}, "mediation_on"),
        (Stage.AWAITED, "party_consents", {"on": "2026-11-22"}, "mediation_on"),
        (Stage.AWAITED, "party_consents", {"on": "昨天"}, "mediation_on"),
        (Stage.BEGUN, "mediation_date", {"at": "2026-11-23T09:00"}, "mediation_at"),
        (Stage.BEGUN, "mediation_date", {"at": "2028-01-01T09:00"}, "mediation_at"),
        (Stage.BEGUN, "mediation_date", {"at": "下午"}, "mediation_at"),
        (Stage.BEGUN, "mediation_outcome", {"outcome": "declined"}, "mediation_outcome"),
        (Stage.BEGUN, "mediation_outcome", {"on": "2026-11-22"}, "mediation_on"),
        (Stage.BEGUN, "mediation_outcome", {"on": "2026-11-24"}, "mediation_on"),
        (Stage.NONE, "propose_mediation", {"party": "长" * 301}, ""),
        (Stage.PROPOSED, "consent", {"name": "长" * 301}, ""),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    sqlite_cast: Cast, stage: Stage, action: str, changed: dict[str, str], reason: str
) -> None:
    number = await at(sqlite_cast, stage)
    role = Role.RESIDENT if action == "consent" else Role.ADVISER
    answer = await do(sqlite_cast, role, number, action, **changed)
    expected = (422, "bad_mediation") if reason else (422, "malformed")
    assert failure(answer) == expected and answer.json().get("reason", "") == reason
    assert action not in await actions(sqlite_cast, number)


# --- what time does


async def test_they_are_reminded_the_day_before_once(cast: Cast) -> None:
    number = await at(cast, Stage.BEGUN)
    await done(cast, Role.ADVISER, number, "mediation_date", at="2026-11-25T14:00")
    await done(cast, Role.ADVISER, number, "mediation_date", at="2026-11-27T14:00", where="街道司法所")
    await carried(cast.api), await carried(cast.api, "desk")
    assert await swept(cast, days=2, hours=23) == 0, "the first was put off"
    assert await swept(cast, minutes=31) == 1
    assert await swept(cast, minutes=1) == 0
    [notice] = await carried(cast.api)
    assert (notice["kind"], notice["facts"]["meets_where"]) == ("legal.remind_of_mediation", "街道司法所")
    [desk] = await carried(cast.api, "desk")
    assert desk["address"] == "ada" and "司法所" not in str(desk)


async def test_of_what_is_over_nobody_is_reminded(cast: Cast) -> None:
    number = await at(cast, Stage.BEGUN)
    await done(cast, Role.ADVISER, number, "mediation_date", at="2026-11-27T14:00")
    assert await swept(cast, days=5) == 0


async def test_of_tomorrow_nobody_need_be_reminded(cast: Cast) -> None:
    number = await at(cast, Stage.BEGUN)
    await done(cast, Role.ADVISER, number, "mediation_date", at="2026-11-24T14:00")
    assert await swept(cast, days=1, hours=6) == 0


async def test_what_nobody_moves_for_thirty_days_calls_its_adviser_and_then_a_supervisor(cast: Cast) -> None:
    number = await at(cast, Stage.AWAITED)
    await carried(cast.api, "desk")
    assert await swept(cast, days=29, hours=23) == 0
    assert await swept(cast, hours=1) == 1
    assert told(await carried(cast.api, "desk")) == [("legal.mediation_stalls", "ada")]
    assert await swept(cast, days=7) == 1
    notices = await carried(cast.api, "desk")
    assert sorted(told(notices)) == [("legal.mediation_stalls", "ada"), ("legal.mediation_stalls", "supervisor")]
    assert (await cast.read(number))["escalated"] and "楼上丁家" not in str(notices)
    assert await swept(cast, days=40) == 0
    on = cast.api.clock().date().isoformat()
    moved = await done(cast, Role.ADVISER, number, "party_consents", on=on)
    assert not moved["escalated"]
    assert [await swept(cast, days=29), await swept(cast, days=1, hours=1)] == [0, 1]


async def test_a_proposal_that_is_not_answered_stops_the_clock_for_three_working_days(cast: Cast) -> None:
    number = await at(cast, Stage.PROPOSED)
    assert (await cast.read(number, Role.ADVISER))["paused"]
    assert await swept(cast, days=3) == 1
    resumed = await cast.read(number, Role.ADVISER)
    assert not resumed["paused"] and resumed["due_at"] and "decline_mediation" in resumed["actions"]
    assert (await done(cast, Role.RESIDENT, number, "consent"))["paused"], "late, and welcome"


async def test_with_the_matter_it_ends(cast: Cast) -> None:
    number = await at(cast, Stage.PROPOSED, Status.REPORTED_BACK)
    assert await swept(cast, days=7) == 1
    assert (await cast.read(number, Role.ADVISER))["status"] == "closed"
    assert failure(await do(cast, Role.RESIDENT, number, "consent"))[0] == 409
    assert await swept(cast, days=40) == 0, "nobody is called"


# --- another adviser


async def test_the_next_adviser_goes_on_with_it(cast: Cast) -> None:
    number = await at(cast, Stage.PROPOSED)
    bea = await cast.api.staff("bea", Role.ADVISER)
    await cast.done(Role.ADVISER, number, "pass_on")
    assert (await done(cast, Role.RESIDENT, number, "consent"))["status"] == "dispatched"
    assert (await do(cast, Role.ADVISER, number, "party_consents")).status_code == 404
    given = await cast.given(LEGAL, Action.PARTY_CONSENTS)
    assert failure(await call(cast.api, bea, number, "party_consents", **given)) == (409, "not_allowed")
    ok(await call(cast.api, bea, number, "accept"))
    assert ok(await call(cast.api, bea, number, "party_consents", **given))["paused"]


async def test_the_resident_may_withdraw_a_matter_that_was_passed_on(cast: Cast) -> None:
    number = await at(cast, Stage.AWAITED)
    await cast.api.staff("bea", Role.ADVISER)
    await cast.done(Role.ADVISER, number, "pass_on")
    withdrawn = await cast.done(Role.RESIDENT, number, "withdraw")
    assert (withdrawn["status"], withdrawn["paused"]) == ("withdrawn", False)
