"""The table of a ticket's life: complete in itself, and the same over HTTP and in the docs."""

import itertools
from pathlib import Path

import pytest

from api.lifecycle import (
    ENDED,
    OPEN,
    RULES,
    STAFF_ROLES,
    STEP_REACHED,
    WAITS_ON,
    Action,
    Lane,
    Need,
    Role,
    Status,
    as_mermaid,
)  # fmt: skip
from tests.api.life import CALLERS, PATHS, PEER, Cast, call, carried, draft, ok

DOCS = Path(__file__).parents[2] / "docs" / "lifecycle.md"
CELLS = [(lane, status) for lane, paths in PATHS.items() for status in paths]
PREPARED = {
    Action.REPLY: (Action.ASK,),
    Action.GRANT: (Action.ASK_TIME,),
    Action.REFUSE: (Action.ASK_TIME,),
    Action.CONTRIBUTE: (Action.INVITE,),
    Action.RELEASE: (Action.INVITE,),
    Action.REVIEW: (Action.ASK_REVIEW,),
    Action.END_REVIEW: (Action.ASK_REVIEW,),
    Action.CONSENT: (Action.PROPOSE_MEDIATION,),
    Action.DECLINE_MEDIATION: (Action.PROPOSE_MEDIATION,),
    Action.PARTY_CONSENTS: (Action.PROPOSE_MEDIATION, Action.CONSENT),
    Action.MEDIATION_DATE: (Action.PROPOSE_MEDIATION, Action.CONSENT, Action.PARTY_CONSENTS),
    Action.MEDIATION_OUTCOME: (Action.PROPOSE_MEDIATION, Action.CONSENT, Action.PARTY_CONSENTS),
}  # what must have come before, in the same status
PROPOSED_BEFORE = (Action.ACCEPT, Action.PROPOSE_MEDIATION, Action.PASS_ON)  # to an adviser who has not taken it yet
REVIEWS = (Action.ASK_REVIEW, Action.REVIEW, Action.END_REVIEW)
AMONG_ADVISERS = (Action.PASS_ON, Action.ANOTHER, *REVIEWS)  # it takes another one
ASKERS = {
    (Lane.PUBLIC, Action.ASK): Role.TRIAGE,
    (Lane.PUBLIC, Action.ASK_TIME): Role.HANDLER,
    (Lane.LEGAL, Action.ASK): Role.ADVISER,
    (Lane.LEGAL, Action.ASK_REVIEW): Role.ADVISER,
    (Lane.PUBLIC, Action.INVITE): Role.TRIAGE,
    (Lane.LEGAL, Action.ACCEPT): Role.ADVISER,
    (Lane.LEGAL, Action.PROPOSE_MEDIATION): Role.ADVISER,
    (Lane.LEGAL, Action.CONSENT): Role.RESIDENT,
    (Lane.LEGAL, Action.PARTY_CONSENTS): Role.ADVISER,
    (Lane.LEGAL, Action.PASS_ON): Role.ADVISER,
}


@pytest.mark.parametrize("lane", Lane)
def test_every_status_can_be_reached(lane: Lane) -> None:
    reached = {Status.REPORTED}
    for _ in Status:
        reached |= {rule.to for (of, status, _), rule in RULES.items() if of is lane and status in reached}
    legal_has_not = {Status.VERIFIED, Status.DECLINED, Status.MERGED} if lane is Lane.LEGAL else set()
    assert reached == set(Status) - legal_has_not


def test_every_action_role_and_need_occurs() -> None:
    assert {action for _, _, action in RULES} == set(Action)
    assert set().union(*(rule.by for rule in RULES.values())) == set(Role) - {Role.ADMIN}
    assert set().union(*(rule.needs for rule in RULES.values())) == set(Need)
    assert set(OPEN) | set(ENDED) == set(Status) and not set(OPEN) & set(ENDED)
    assert set(STAFF_ROLES) == set(Role) - {Role.RESIDENT, Role.SYSTEM, Role.CLOCK}


@pytest.mark.parametrize("lane", Lane)
def test_no_open_ticket_waits_for_nobody(lane: Lane) -> None:
    reachable = {rule.to for (of, _, _), rule in RULES.items() if of is lane} | {Status.REPORTED}
    for status in reachable - set(ENDED):
        may_act = set().union(*(rule.by for (of, source, _), rule in RULES.items() if (of, source) == (lane, status)))
        assert WAITS_ON[lane, status] in may_act, status


def test_steps_count_upwards() -> None:
    assert list(STEP_REACHED.values()) == list(range(1, 8))


@pytest.mark.parametrize("lane", Lane)
def test_the_docs_show_the_table(lane: Lane) -> None:
    assert f"```mermaid\n{as_mermaid(lane)}\n```" in DOCS.read_text(encoding="utf-8")


def expected(lane: Lane, status: Status, action: Action, role: Role) -> int:
    """The status code by the table: who may not know of the ticket 404, whose it never is 403, not now 409."""
    if not sees(lane, status, role):
        return 404
    rule = RULES.get((lane, status, action))
    if rule is None:
        ever = any(role in row.by for (of, _, named), row in RULES.items() if (of, named) == (lane, action))
        return 409 if ever else 403
    return 200 if role in rule.by else 403


def sees(lane: Lane, status: Status, role: Role) -> bool:
    never_assigned = (Status.REPORTED, Status.FILED, Status.DECLINED, Status.MERGED, Status.WITHDRAWN)
    match lane, role:
        case Lane.PUBLIC, Role.HANDLER:
            return status not in never_assigned
        case Lane.PUBLIC, _:
            return role is not Role.ADVISER
        case _:
            return role not in (Role.HANDLER, Role.VERIFIER, Role.ADMIN)


@pytest.mark.parametrize(("lane", "status"), CELLS)
async def test_refuses_what_the_table_does_not_allow(sqlite_cast: Cast, lane: Lane, status: Status) -> None:
    number = await sqlite_cast.at(lane, status)
    given = await sqlite_cast.given(lane, Action.FILE)
    for action, role in itertools.product(Action, CALLERS):
        code = expected(lane, status, action, role)
        if code != 200:
            answer = await sqlite_cast.do(role, number, action, **given)
            assert answer.status_code == code, f"{role} {action}: {answer.text}"
            assert answer.headers["content-type"] == "application/problem+json"
    assert (await sqlite_cast.read(number, Role.SYSTEM))["status"] == status


@pytest.mark.parametrize(("lane", "status"), CELLS)
async def test_carries_out_what_the_table_allows(cast: Cast, lane: Lane, status: Status) -> None:
    for action, role in itertools.product(Action, CALLERS):
        if expected(lane, status, action, role) == 200:
            number = await cast.at(lane, status)
            await prepare(cast, lane, number, action)
            if role is not Role.SYSTEM:
                assert action in await offered(cast, role, number, action), (role, action)
            given = await cast.given(lane, action)
            after = ok(await call(cast.api, cast.whose(role, action), number, action, **given))
            assert after["status"] == RULES[lane, status, action].to, (role, action)


async def offered(cast: Cast, role: Role, number: str, action: Action) -> list[str]:
    answer = await cast.api.client.get(f"/api/v1/tickets/{number}", headers=cast.whose(role, action))
    actions: list[str] = ok(answer)["actions"]
    return actions


async def prepare(cast: Cast, lane: Lane, number: str, action: Action) -> None:
    status = (await cast.read(number))["status"]
    before = PREPARED.get(action, ())
    if Action.PROPOSE_MEDIATION in before and status == Status.DISPATCHED:
        before = PROPOSED_BEFORE
    if {action, *before} & {*AMONG_ADVISERS}:
        await cast.api.staff(PEER, Role.ADVISER, "320508018")  # of another street: the next ones are not hers
    if action in REVIEWS:
        ok(await draft(cast.api, cast.headers[Role.ADVISER], number, note="可以要回"))
    for one in before:
        await cast.done(ASKERS[lane, one], number, one, **await cast.given(lane, one))
    if action is Action.REVIEW:
        await carried(cast.api)  # the resident hears of it before anybody reads


@pytest.mark.parametrize(("lane", "status"), CELLS)
async def test_offers_only_what_is_then_done(sqlite_cast: Cast, lane: Lane, status: Status) -> None:
    number = await sqlite_cast.at(lane, status)
    for role in CALLERS:
        if sees(lane, status, role):
            allowed = {action for action in Action if expected(lane, status, action, role) == 200}
            assert set((await sqlite_cast.read(number, role))["actions"]) == allowed - {*PREPARED, *AMONG_ADVISERS}


@pytest.mark.parametrize("need", Need)
async def test_asks_for_what_the_action_needs(sqlite_cast: Cast, need: Need) -> None:
    for (lane, status, action), rule in RULES.items():
        role = next((role for role in CALLERS if role in rule.by and sees(lane, status, role)), None)
        if need not in rule.needs or role is None or status not in PATHS[lane] or action in PREPARED:
            continue
        number = await sqlite_cast.at(lane, status)
        given = await sqlite_cast.given(lane, action)
        answer = await sqlite_cast.do(role, number, action, **given | {need.value: None if need is Need.SCORE else " "})
        assert (answer.status_code, answer.json()["code"]) == (422, "missing"), action
        assert answer.json()["needs"] == [need]
