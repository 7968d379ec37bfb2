"""A public ticket's life over HTTP: the seven steps, and every turn off them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, update

from api import clockwork
from api.deadlines import SHANGHAI
from api.lifecycle import Lane, Role, Status
from api.models import Staff
from tests.api.life import LOCATED, PATHS, Cast, carried, failure, ok, open_ticket
from tests.conftest import Api

TRIAGE, HANDLER, VERIFIER, SUPERVISOR, RESIDENT = (
    Role.TRIAGE, Role.HANDLER, Role.VERIFIER, Role.SUPERVISOR, Role.RESIDENT,
)  # fmt: skip
PUBLIC = Lane.PUBLIC


async def test_walks_all_seven_steps(cast: Cast) -> None:
    ticket = await open_ticket(cast.api)
    assert (ticket["status"], ticket["step"]) == ("reported", 1)
    number = ticket["number"]
    for step, (role, action) in enumerate(PATHS[PUBLIC][Status.VERIFIED], 2):
        done = await cast.done(role, number, action, **await cast.given(PUBLIC, action))
        assert done["step"] == step
    closed = await cast.done(RESIDENT, number, "rate", score=5)
    assert (closed["status"], closed["step"], closed["score"], closed["due_at"]) == ("closed", 7, 5, None)
    timeline = await cast.timeline(number)
    assert [step["name"] for step in timeline["steps"]] == ["发现", "立案", "派遣", "处理", "反馈", "核查", "评价"]
    assert all(step["reached_at"] for step in timeline["steps"])
    assert [notice["kind"] for notice in await carried(cast.api)] == [
        "file",
        "dispatch",
        "accept",
        "report_back",
        "pass",
    ]


async def test_times_each_step_against_its_promise(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.REPORTED)
    cast.api.clock.forward(minutes=20)
    await cast.done(TRIAGE, number, "file")
    cast.api.clock.forward(minutes=40)
    await cast.done(TRIAGE, number, "dispatch", to="hans")
    steps = (await cast.timeline(number))["steps"]
    assert [(step["seconds"], step["kept"]) for step in steps[1:3]] == [(1200, True), (2400, False)]


# --- opening


async def test_dispatches_by_itself_what_is_plain(api: Api) -> None:
    code = await api.contractor("金阊街道")
    ticket = await open_ticket(api, **LOCATED)
    assert (ticket["status"], ticket["assignee"], ticket["assignee_name"]) == ("dispatched", code, "金阊街道快修队")
    assert ticket["street"] == "金阊街道"


NOT_PLAIN: dict[str, dict[str, Any]] = {
    "not confirmed by the resident": {"label": None},
    "confirmed as something else than was understood": {"label": "illegal_posting"},
    "not sure": {"text": "那个东西坏了"},
    "an item for a clerk": {"text": "彩香一村三区的电梯坏了", "label": "elevator"},
    "no known street": {"text": "路灯不亮了", "place": "老地方"},
    "a street without a contractor": {"text": "观前街的路灯不亮了", "place": "观前街"},
    "urgent": {"urgent": True},
}


@pytest.mark.parametrize("changes", NOT_PLAIN.values(), ids=NOT_PLAIN.keys())
async def test_leaves_the_rest_to_triage(api: Api, changes: dict[str, Any]) -> None:
    await api.contractor("金阊街道")
    assert (await open_ticket(api, **LOCATED | changes))["status"] == "reported"


async def test_leaves_a_twin_to_triage(api: Api) -> None:
    await api.contractor("金阊街道")
    assert [(await open_ticket(api, **LOCATED))["status"] for _ in range(2)] == ["dispatched", "reported"]


async def test_a_danger_comes_first_and_has_an_hour(cast: Cast) -> None:
    await open_ticket(cast.api)
    urgent = await open_ticket(cast.api, urgent=True)
    listed = ok(await cast.api.client.get("/api/v1/tickets", headers=cast.headers[TRIAGE]))["tickets"]
    assert listed[0]["number"] == urgent["number"] and urgent["priority"] == 2
    assert moment(urgent["due_at"]) - moment(urgent["reported_at"]) == timedelta(hours=1)


async def test_a_hazard_comes_before_the_ordinary(cast: Cast) -> None:
    number = (await open_ticket(cast.api))["number"]
    corrected = await cast.done(TRIAGE, number, "correct", label="manhole_cover", reason="看错了")
    assert (corrected["priority"], corrected["label"]) == (1, "manhole_cover")


async def test_correcting_the_place_moves_the_ticket(cast: Cast) -> None:
    number = (await open_ticket(cast.api))["number"]
    corrected = await cast.done(TRIAGE, number, "correct", place="彩香一村三区", reason="问清了")
    assert (corrected["street"], corrected["place"]) == ("金阊街道", "彩香一村三区")
    assert failure(await cast.do(TRIAGE, number, "correct", reason="没说改什么")) == (422, "missing")


# --- questions


async def test_a_question_stands_the_clock(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.FILED)
    before = moment((await cast.read(number))["due_at"])
    asked = await cast.done(TRIAGE, number, "ask", note="哪一幢?")
    assert asked["paused"] and asked["due_at"] is None and asked["promise"]["at"] is None and not asked["overdue"]
    assert failure(await cast.do(TRIAGE, number, "ask", note="还有?")) == (409, "not_allowed")
    cast.api.clock.forward(hours=2)
    replied = await cast.done(RESIDENT, number, "reply", note="12幢")
    assert moment(replied["due_at"]) - before == timedelta(hours=2)
    assert moment(replied["promise"]["at"]) == moment(replied["due_at"])
    assert replied["promise"]["at"] == (await carried(cast.api, "desk"))[-1]["facts"]["due_at"]


async def test_two_questions_a_ticket(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.IN_PROGRESS)
    for _ in range(2):
        await cast.done(HANDLER, number, "ask", note="哪一幢?")
        await cast.done(RESIDENT, number, "reply", note="12幢")
    assert "ask" not in (await cast.read(number, HANDLER))["actions"]
    assert failure(await cast.do(HANDLER, number, "ask", note="再问")) == (409, "too_many")
    assert failure(await cast.do(RESIDENT, number, "reply", note="再答")) == (409, "not_allowed")


async def test_a_question_nobody_can_answer_any_more_is_closed(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.IN_PROGRESS)
    await cast.done(HANDLER, number, "ask", note="哪一幢?")
    cast.api.clock.forward(hours=1)
    assert not (await cast.done(HANDLER, number, "report_back", note="找到了"))["paused"]
    cast.api.clock.forward(days=30)
    await clockwork.sweep(cast.api.db, cast.api.office)
    actions = [event["action"] for event in (await cast.timeline(number))["events"]]
    assert actions[-2:] == ["report_back", "late"], "the check is late; nothing is resumed"
    failed = await cast.done(VERIFIER, number, "fail", reason="还是不亮")
    assert failed["due_at"] and failed["overdue"]


# --- returns, time, verification


async def test_the_third_return_goes_to_a_supervisor(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.FILED)
    for time in range(1, 4):
        await cast.done(SUPERVISOR if time == 3 else TRIAGE, number, "dispatch", to="hans")
        returned = await cast.done(HANDLER, number, "return", reason="不归我们", to="城管")
        assert (returned["status"], returned["assignee"], returned["escalated"]) == ("filed", None, time == 3)
    assert "dispatch" not in (await cast.read(number))["actions"]
    answer = await cast.do(TRIAGE, number, "dispatch", to="hans")
    assert (answer.status_code, answer.json()["reason"]) == (403, "supervisor_only")
    mine = ok(await cast.api.client.get("/api/v1/tickets?status=mine", headers=cast.headers[SUPERVISOR]))
    assert [ticket["number"] for ticket in mine["tickets"]] == [number]
    assert not (await cast.done(SUPERVISOR, number, "dispatch", to="hans"))["escalated"]
    escalated = [notice for notice in await carried(cast.api, "desk") if notice["address"] == "supervisor"]
    assert [notice["kind"] for notice in escalated] == ["return"]


@pytest.mark.parametrize("given", [{"reason": "不归我们"}, {"to": "城管"}, {}])
async def test_a_return_needs_a_reason_and_an_owner(cast: Cast, given: dict[str, str]) -> None:
    number = await cast.at(PUBLIC, Status.DISPATCHED)
    assert failure(await cast.do(HANDLER, number, "return", **given)) == (422, "missing")


async def test_a_return_does_not_stop_the_promise(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.IN_PROGRESS)
    before = (await cast.read(number))["due_at"]
    cast.api.clock.forward(hours=3)
    assert (await cast.done(HANDLER, number, "return", reason="不归我们", to="城管"))["due_at"] == before
    assert (await cast.read(number))["due_at"] == before


async def test_more_time_is_granted_once_more_of_the_same(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.IN_PROGRESS)
    before = await cast.read(number)
    assert failure(await cast.do(SUPERVISOR, number, "grant")) == (409, "not_allowed")
    await cast.done(HANDLER, number, "ask_time", reason="等零件")
    assert failure(await cast.do(HANDLER, number, "ask_time", reason="还等")) == (409, "not_allowed")
    granted = await cast.done(SUPERVISOR, number, "grant")
    assert moment(granted["due_at"]) > moment(before["due_at"])
    await cast.done(HANDLER, number, "ask_time", reason="还等")
    assert (await cast.done(SUPERVISOR, number, "refuse", reason="够了"))["due_at"] == granted["due_at"]


async def test_a_wish_for_time_ends_with_the_work(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.IN_PROGRESS)
    await cast.done(HANDLER, number, "ask_time", reason="等零件")
    await cast.done(HANDLER, number, "report_back", note="修好了")
    await cast.done(VERIFIER, number, "fail", reason="没有")
    assert failure(await cast.do(SUPERVISOR, number, "grant")) == (409, "not_allowed")


async def test_who_handled_it_does_not_verify_it(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.REPORTED_BACK)
    async with cast.api.db.writing() as session:  # the handler has become a verifier since
        await session.exec(update(Staff).where(col(Staff.name) == "hans").values(role=Role.VERIFIER))
    for action in ("pass", "fail"):
        answer = await cast.do(HANDLER, number, action, reason="没有")
        assert (answer.status_code, answer.json()["reason"]) == (403, "handled_it")
    assert (await cast.done(VERIFIER, number, "pass"))["status"] == "verified"


async def test_dispatch_needs_somebody_who_handles(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.FILED)
    for nobody in ("tina", "nobody", "ada", "320508019"):
        assert failure(await cast.do(TRIAGE, number, "dispatch", to=nobody)) == (422, "unknown_assignee")
    dispatched = await cast.done(TRIAGE, number, "dispatch", to="station-320508019")
    assert dispatched["assignee_name"] == "金阊街道联动工作站"


# --- the record


async def test_residents_do_not_read_what_staff_write_to_each_other(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.DISPATCHED)
    await cast.done(HANDLER, number, "return", reason="内部原因", to="城管")
    for role, text in ((TRIAGE, "内部附言"), (RESIDENT, "居民附言")):
        answer = await cast.api.client.post(
            f"/api/v1/tickets/{number}/notes", json={"text": text}, headers=cast.headers[role]
        )
        assert answer.status_code == 201
    shown = str(await cast.timeline(number, RESIDENT))
    assert "居民附言" in shown and "内部" not in shown and "hans" not in shown and "tina" not in shown
    known = str(await cast.timeline(number))
    assert "内部附言" in known and "内部原因" in known and "r1" not in known


async def test_events_are_as_many_as_actions(cast: Cast) -> None:
    number = await cast.at(PUBLIC, Status.VERIFIED)
    events = (await cast.timeline(number))["events"]
    assert [event["action"] for event in events] == [
        "report",
        *(action for _, action in PATHS[PUBLIC][Status.VERIFIED]),
    ]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(SHANGHAI)
