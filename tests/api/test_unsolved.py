"""An answer that did not help: asked further, counted, told a supervisor the second time; and one that never comes."""

import pytest

from api import clockwork
from api.lifecycle import Lane, Role, Status
from tests.api.browsing import browser
from tests.api.life import CALLERS, NAMES, Cast, claim, open_ticket
from tests.conftest import Api

LEGAL, OPEN_STILL = Lane.LEGAL, "合同丢了怎么办"


async def answered(cast: Cast, number: str) -> None:
    await cast.done(Role.ADVISER, number, "report_back", note="先看合同怎么写")


async def swept(cast: Cast, **span: float) -> None:
    cast.api.clock.forward(**span)
    while await clockwork.sweep(cast.api.db, cast.api.office):
        pass


async def history(cast: Cast, number: str) -> list[str]:
    return [event["action"] for event in (await cast.timeline(number, Role.RESIDENT))["events"]]


async def test_the_same_adviser_answers_anew(cast: Cast) -> None:
    number = await cast.at(LEGAL, Status.REPORTED_BACK)
    again = await cast.done(Role.RESIDENT, number, "unsolved", note=OPEN_STILL)
    assert (again["status"], again["escalated"], again["assignee"]) == ("in_progress", False, "ada")
    assert again["due_at"], "with a promise of its own"
    seen = await cast.timeline(number, Role.ADVISER)
    assert OPEN_STILL in [event["note"] for event in seen["events"]]


async def test_the_second_time_a_supervisor_is_told_and_reads_no_word(cast: Cast) -> None:
    number = await cast.at(LEGAL, Status.REPORTED_BACK)
    await cast.done(Role.RESIDENT, number, "unsolved", note=OPEN_STILL)
    supervisor = await browser(cast.api, Role.SUPERVISOR, NAMES[Role.SUPERVISOR])
    assert number not in (await supervisor.open("/notices")).html
    await answered(cast, number)
    again = await cast.done(Role.RESIDENT, number, "unsolved", note=OPEN_STILL)
    assert (again["escalated"], again["assignee"]) == (True, "ada")
    news = await supervisor.open("/notices")
    assert number in news.html and "说没解决" in news.words
    for page in (news, *[await supervisor.open(path) for path in (f"/tickets/{number}", "/queue")]):
        assert OPEN_STILL not in page.html


@pytest.mark.parametrize("role", [role for role in CALLERS if role is not Role.RESIDENT])
async def test_only_who_asked_says_so(sqlite_cast: Cast, role: Role) -> None:
    number = await sqlite_cast.at(LEGAL, Status.REPORTED_BACK)
    answer = await sqlite_cast.do(role, number, "unsolved", note=OPEN_STILL)
    assert answer.status_code in (403, 404)


async def test_at_another_moment_it_is_refused(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    for status in (Status.DISPATCHED, Status.IN_PROGRESS, Status.CLOSED):
        number = await cast.at(LEGAL, status)
        assert (await cast.do(Role.RESIDENT, number, "unsolved", note=OPEN_STILL)).status_code == 409, status
    number = await cast.at(LEGAL, Status.REPORTED_BACK)
    assert (await cast.do(Role.RESIDENT, number, "unsolved")).status_code == 422, "what is open belongs to it"
    await cast.done(Role.RESIDENT, number, "unsolved", note=OPEN_STILL)
    assert (await cast.do(Role.RESIDENT, number, "unsolved", note=OPEN_STILL)).status_code == 409, "twice"
    public = await cast.at(Lane.PUBLIC, Status.VERIFIED)
    assert (await cast.do(Role.RESIDENT, public, "unsolved", note=OPEN_STILL)).status_code == 403


@pytest.mark.parametrize("asked", ["follow_up", "unsolved"])
async def test_what_is_asked_further_and_never_answered_passes_on(cast: Cast, asked: str) -> None:
    api, number = cast.api, await cast.at(LEGAL, Status.REPORTED_BACK)
    await api.staff("bea", Role.ADVISER)
    await cast.done(Role.RESIDENT, number, asked, note=OPEN_STILL)
    await swept(cast, days=1)
    assert (await cast.read(number, Role.RESIDENT))["assignee"] == "ada"
    await swept(cast, days=14)
    seen = await cast.read(number, Role.RESIDENT)
    assert (seen["assignee"], seen["status"]) == ("bea", "dispatched")
    assert seen["due_at"] > api.clock().isoformat(), "the next one's answer is promised anew"
    happened = await history(cast, number)
    assert happened[-3:] == ["late", "badly_late", "pass_on"] or happened[-2:] == ["badly_late", "pass_on"]
    assert (await cast.do(Role.ADVISER, number, "report_back", note="晚了")).status_code == 404
    told = [row["kind"] for row in await claim(api)]
    assert {"legal.late", "legal.pass_on"} <= set(told)
    assert told.count("legal.pass_on") == 1


async def test_with_no_other_adviser_it_stays_and_a_supervisor_is_called(cast: Cast) -> None:
    number = await cast.at(LEGAL, Status.REPORTED_BACK)
    await cast.done(Role.RESIDENT, number, "follow_up", note=OPEN_STILL)
    await swept(cast, days=15)
    seen = await cast.read(number, Role.RESIDENT)
    assert (seen["assignee"], seen["escalated"]) == ("ada", True)
    assert "legal.pass_on" not in [row["kind"] for row in await claim(cast.api)]
    await cast.done(Role.ADVISER, number, "accept")
    await answered(cast, number)


async def test_an_answer_in_time_passes_nothing_on(cast: Cast) -> None:
    number = await cast.at(LEGAL, Status.REPORTED_BACK)
    await cast.api.staff("bea", Role.ADVISER)
    await cast.done(Role.RESIDENT, number, "follow_up", note=OPEN_STILL)
    await cast.done(Role.ADVISER, number, "ask", note="合同几号签的？")
    await swept(cast, days=2)
    await cast.done(Role.RESIDENT, number, "reply", note="三月")
    await answered(cast, number)
    await swept(cast, days=6)
    assert (await cast.read(number, Role.RESIDENT))["assignee"] == "ada"


async def test_the_ledger_counts_it_for_whose_answer_it_was(api: Api) -> None:
    adviser = await browser(api, Role.ADVISER, "王律师")
    opened = await open_ticket(api, text="房东不退押金怎么办", label="legal:tenancy", place="")
    number = opened["number"]
    resident = api.resident()
    for action, headers, given in (
        ("accept", await api.staff("王律师", Role.ADVISER), {}),
        ("report_back", await api.staff("王律师", Role.ADVISER), {"note": "可以要回"}),
        ("unsolved", resident, {"note": OPEN_STILL}),
    ):
        answer = await api.client.post(f"/api/v1/tickets/{number}/actions/{action}", json=given, headers=headers)
        assert answer.is_success, answer.text
    page = await adviser.open("/services")
    assert "居民说没解决" in page.words
    csv = (await adviser.client.get("/services.csv")).text
    head, *rows = [line.split(",") for line in csv.strip().splitlines()]
    assert [row[head.index("居民说没解决")] for row in rows] == ["1", "1"], "and in the sum"
