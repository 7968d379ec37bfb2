"""A closure that was untrue counts for who said that it was done."""

from typing import Any

import pytest

from api.lifecycle import Lane, Role, Status
from tests.api.life import Cast, ok
from tests.conftest import Api


async def compared(cast: Cast, role: Role = Role.SUPERVISOR, **asked: Any) -> dict[str, dict[str, Any]]:
    found = await cast.api.client.get("/api/v1/contractors", params=asked, headers=cast.headers[role])
    assert found.status_code == 200, found.text
    return {row["code"]: row for row in found.json()}


async def test_false_closures_are_counted_for_who_reported_back_whoever_has_it_now(cast: Cast) -> None:
    await cast.api.staff("hugo", Role.HANDLER)
    number = await cast.at(Lane.PUBLIC, Status.REPORTED_BACK)
    await cast.done(Role.VERIFIER, number, "fail", reason="还是暗")
    await cast.done(Role.HANDLER, number, "report_back", note="又修了")
    await cast.done(Role.VERIFIER, number, "pass")
    await cast.done(Role.RESIDENT, number, "dispute", reason="没好")
    await cast.done(Role.HANDLER, number, "return", reason="不归我们", to="hugo")
    await cast.done(Role.TRIAGE, number, "dispatch", to="hugo")
    hugo = await cast.api.staff("hugo", Role.HANDLER)
    for action, given in (("accept", {}), ("report_back", {"note": "换了灯"})):
        ok(await cast.api.client.post(f"/api/v1/tickets/{number}/actions/{action}", json=given, headers=hugo))
    await cast.done(Role.VERIFIER, number, "pass")
    await cast.done(Role.RESIDENT, number, "rate", score=4)
    found = await compared(cast)
    assert {name: found["hans"][name] for name in ("done", "failed", "disputed", "rated", "stars")} == {
        "done": 2, "failed": 1, "disputed": 1, "rated": 0, "stars": None,
    }  # fmt: skip
    assert (found["hugo"]["done"], found["hugo"]["failed"], found["hugo"]["stars"]) == (1, 0, 4.0)


async def test_silence_is_no_satisfaction(cast: Cast) -> None:
    await cast.at(Lane.PUBLIC, Status.CLOSED)
    assert (await compared(cast))["hans"]["rated"] == 0


async def test_units_are_called_by_their_names(cast: Cast, api: Api) -> None:
    code = await api.contractor("吴门桥街道")
    one = await api.staff("one", Role.HANDLER, code)
    number = await cast.at(Lane.PUBLIC, Status.FILED)
    await cast.done(Role.TRIAGE, number, "dispatch", to=code)
    for action, given in (("accept", {}), ("report_back", {"note": "好了"})):
        ok(await api.client.post(f"/api/v1/tickets/{number}/actions/{action}", json=given, headers=one))
    assert (await compared(cast))[code]["name"] == "吴门桥街道快修队"


async def test_only_what_is_recent_and_of_ones_own_street(cast: Cast) -> None:
    await cast.at(Lane.PUBLIC, Status.REPORTED_BACK)
    cast.api.clock.forward(days=10)
    assert await compared(cast, days=9) == {}
    assert set(await compared(cast, days=11)) == {"hans"}


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999"])
async def test_refuses_odd_spans(cast: Cast, days: str) -> None:
    answer = await cast.api.client.get(f"/api/v1/contractors?days={days}", headers=cast.headers[Role.ADMIN])
    assert answer.status_code == 422
