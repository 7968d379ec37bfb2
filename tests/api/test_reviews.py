"""请同行看一看: who may be asked, who reads what and until when, and never before the resident was told."""

from typing import Any

import pytest
from sqlmodel import select

from api import advisers, clockwork, credentials, people
from api.actors import Actor
from api.lifecycle import Lane, Role, Status
from api.models import AnswerReview
from tests.api.life import PEER, Cast, Headers, call, carried, draft, failure, ok, open_ticket, told
from tests.conftest import Api

TEXT = "房东孙建国不退押金怎么办"
QUESTION = {"text": TEXT, "label": "legal:tenancy", "place": "彩香一村三区"}
ANSWER, ASKED, THINKS = "先写一封信要押金", "利息算得对吗", "利率再查一遍"
ASIDES = (ANSWER, ASKED, THINKS)
WHY = "居民投诉顾问三天没有答复，要核对"
FAR = "320508018"  # a street elsewhere: whose adviser is the last to be chosen


async def in_hand(cast: Cast) -> tuple[str, Headers]:
    """A matter with a draft in hand, and another adviser; everything was carried."""
    bea = await cast.api.staff(PEER, Role.ADVISER, FAR)
    number = str((await open_ticket(cast.api, **QUESTION))["number"])
    await cast.done(Role.ADVISER, number, "accept")
    ok(await draft(cast.api, cast.headers[Role.ADVISER], number, note=ANSWER, laws="《民法典》第七百三十三条"))
    for channel in ("web", "desk"):
        await carried(cast.api, channel)
    return number, bea


async def ask(cast: Cast, number: str, to: str = PEER) -> dict[str, Any]:
    return await cast.done(Role.ADVISER, number, "ask_review", to=to, aside=ASKED)


async def asked(cast: Cast) -> tuple[str, Headers]:
    """And the resident knows."""
    number, bea = await in_hand(cast)
    await ask(cast, number)
    await carried(cast.api)
    return number, bea


async def seen(api: Api, headers: Headers, number: str) -> Any:
    return await api.client.get(f"/api/v1/tickets/{number}", headers=headers)


async def rows(api: Api) -> list[AnswerReview]:
    async with api.db.reading() as session:
        return list((await session.exec(select(AnswerReview).order_by(AnswerReview.id))).all())  # type: ignore[arg-type]


async def acts_for(api: Api, name: str, client: str) -> None:
    async with api.db.writing() as session:
        await advisers.add_client(session, Actor(Role.ADVISER, name), client)


# --- who is asked, and who is told


async def test_the_resident_is_told_before_anybody_reads(cast: Cast) -> None:
    number, bea = await in_hand(cast)
    after = await ask(cast, number)
    assert (after["status"], after["due_at"]) == ("in_progress", after["due_at"])
    unread = ok(await seen(cast.api, bea, number))
    assert (unread["text"], unread["facts"], unread["actions"]) == (None, [], [])
    assert failure(await call(cast.api, bea, number, "review", verdict="agrees")) == (409, "not_allowed")
    [notice] = await carried(cast.api)
    assert notice["kind"] == "legal.ask_review" and not [words for words in ASIDES if words in str(notice)]
    read = ok(await seen(cast.api, bea, number))
    assert (read["text"], read["actions"]) == (TEXT, ["review"])


async def test_who_is_asked_hears_of_it_and_nobody_else(cast: Cast) -> None:
    number, _ = await in_hand(cast)
    await ask(cast, number)
    notices = await carried(cast.api, "desk")
    assert told(notices) == [("legal.ask_review", PEER)]
    assert not [words for words in (*ASIDES, TEXT) if words in str(notices)]
    await carried(cast.api)
    await cast.done(Role.ADVISER, number, "ask", note="有合同吗？")
    await cast.done(Role.RESIDENT, number, "reply", note="有的")
    assert told(await carried(cast.api, "desk")) == [("legal.reply", "ada")], "what the resident says is for ada"


async def test_in_the_chat_there_is_the_matter_and_the_link_and_no_word(cast: Cast) -> None:
    number, _ = await in_hand(cast)
    for name, address in ((PEER, "7"), ("ada", "8")):
        async with cast.api.db.writing() as session:
            code = await credentials.binding_code(session, (await people.called(session, name)).id, cast.api.clock())
        grant = {"channel": "telegram", "address": address, "code": code}
        ok(await cast.api.client.post("/api/v1/staff/bind", json=grant, headers=cast.api.bot()))
    await ask(cast, number)
    [notice] = await carried(cast.api, "telegram")
    assert (notice["kind"], notice["address"]) == ("duty.legal.ask_review", "7")
    assert not [words for words in (*ASIDES, TEXT) if words in str(notice)]
    await carried(cast.api)
    chat = cast.api.bot() | {"X-Staff": "telegram:7"}
    shown = ok(await seen(cast.api, chat, number))
    assert (shown["text"], shown["actions"]) == (None, [])
    assert failure(await call(cast.api, chat, number, "review", verdict="agrees")) == (403, "forbidden")
    await cast.done(Role.ADVISER, number, "end_review")
    assert await carried(cast.api, "telegram") == [], "who cannot know of it any more hears nothing more"


@pytest.mark.parametrize("to", ["ada", "bea", "hans", "nobody", "dan"])
async def test_nobody_with_a_part_in_it_and_nobody_who_had_it_is_asked(cast: Cast, to: str) -> None:
    """ada passed it on to bea, and dan acts for the other side."""
    number, bea = await in_hand(cast)
    await cast.api.staff("dan", Role.ADVISER, FAR)
    await acts_for(cast.api, "dan", "孙建国")
    await cast.done(Role.ADVISER, number, "pass_on")
    ok(await call(cast.api, bea, number, "accept"))
    ok(await draft(cast.api, bea, number, note=ANSWER))
    refused = await call(cast.api, bea, number, "ask_review", to=to, aside=ASKED)
    assert failure(refused) == (422, "unknown_assignee") and refused.json()["reason"] == "no_peer"
    assert "孙建国" not in refused.text and await rows(cast.api) == []


async def test_who_turns_out_to_act_for_the_other_side_reads_nothing_more(cast: Cast) -> None:
    number, bea = await asked(cast)
    assert ok(await seen(cast.api, bea, number))["text"] == TEXT
    await acts_for(cast.api, PEER, "孙建国")
    assert ok(await seen(cast.api, bea, number))["text"] is None
    assert failure(await call(cast.api, bea, number, "review", verdict="agrees")) == (409, "not_allowed")


# --- what they may do


async def test_the_first_reads_what_the_second_thinks_and_the_second_nothing_more(cast: Cast) -> None:
    number, bea = await asked(cast)
    given = ok(await call(cast.api, bea, number, "review", verdict="changes", aside=THINKS))
    assert (given["status"], given["assignee"]) == ("in_progress", "ada")
    assert (await seen(cast.api, bea, number)).status_code == 404
    assert told(await carried(cast.api, "desk"))[-1] == ("legal.review", "ada")
    event = (await cast.timeline(number, Role.ADVISER))["events"][-1]
    assert (event["action"], event["actor"], event["facts"]) == ("review", PEER, {"verdict": "changes"})
    assert (await cast.done(Role.ADVISER, number, "report_back", note=ANSWER))["status"] == "reported_back"


async def test_all_else_is_refused_to_who_reviews(cast: Cast, picture: bytes) -> None:
    number, bea = await asked(cast)
    for action in ("accept", "report_back", "ask", "pass_on", "end_review", "ask_review", "break_glass", "follow_up"):
        answer = await call(cast.api, bea, number, action, note="n", to="ada", aside="a", reason=WHY)
        assert answer.status_code in (403, 409), action
    path = f"/api/v1/tickets/{number}"
    posts: list[tuple[str, Any]] = [("notes", {"text": "附言"}), ("identity", {"reason": WHY})]
    for rest, body in posts:
        assert (await cast.api.client.post(f"{path}/{rest}", json=body, headers=bea)).status_code == 403, rest
    sent = await cast.api.client.post(f"{path}/photos", files={"file": picture}, headers=bea)
    assert sent.status_code == 404
    assert (await draft(cast.api, bea, number, note="另一个答复")).status_code == 403
    assert failure(await cast.do(Role.ADVISER, number, "review", verdict="agrees")) == (403, "forbidden")


@pytest.mark.parametrize(
    ("given", "needs"),
    [({}, ["verdict"]), ({"verdict": "changes"}, ["aside"]), ({"verdict": "changes", "aside": "  "}, ["aside"])],
)
async def test_who_wants_changes_says_which(cast: Cast, given: dict[str, str], needs: list[str]) -> None:
    number, bea = await asked(cast)
    refused = await call(cast.api, bea, number, "review", **given)
    assert failure(refused) == (422, "missing") and refused.json()["needs"] == needs
    ok(await call(cast.api, bea, number, "review", verdict="agrees"))
    assert (await call(cast.api, bea, number, "review", verdict="agrees")).status_code == 404, "once"


async def test_one_at_a_time_and_two_in_all(cast: Cast) -> None:
    number, bea = await asked(cast)
    again = await cast.do(Role.ADVISER, number, "ask_review", to=PEER, aside=ASKED)
    assert (failure(again), again.json()["reason"]) == ((409, "not_allowed"), "under_review")
    await cast.done(Role.ADVISER, number, "end_review")
    assert failure(await cast.do(Role.ADVISER, number, "end_review")) == (409, "not_allowed")
    await ask(cast, number)
    await carried(cast.api)
    ok(await call(cast.api, bea, number, "review", verdict="agrees"))
    third = await cast.do(Role.ADVISER, number, "ask_review", to=PEER, aside=ASKED)
    assert (failure(third), third.json()["reason"]) == ((409, "too_many"), "reviews")
    assert "ask_review" not in (await cast.read(number, Role.ADVISER))["actions"]


async def test_there_must_be_something_to_look_at(cast: Cast) -> None:
    await cast.api.staff(PEER, Role.ADVISER, FAR)
    number = await cast.at(Lane.LEGAL, Status.IN_PROGRESS)
    refused = await cast.do(Role.ADVISER, number, "ask_review", to=PEER, aside=ASKED)
    assert (failure(refused), refused.json()["reason"]) == ((409, "not_allowed"), "no_draft")


# --- how it ends


@pytest.mark.parametrize("action", ["end_review", "report_back", "pass_on"])
async def test_it_ends_for_the_second_when_the_first_goes_on(cast: Cast, action: str) -> None:
    number, bea = await asked(cast)
    await cast.api.staff("dan", Role.ADVISER, "")
    await cast.done(Role.ADVISER, number, action, note=ANSWER)
    assert (await seen(cast.api, bea, number)).status_code == 404
    assert (await call(cast.api, bea, number, "review", verdict="agrees")).status_code == 404
    [row] = await rows(cast.api)
    assert row.ended_at is not None and row.verdict == ""
    assert (row.note == "") is (action != "end_review"), "the draft goes with its answer"
    assert (row.question == "") is (action == "pass_on")


async def test_the_clock_takes_it_back_after_a_working_day_and_tells_the_first(cast: Cast) -> None:
    number, bea = await asked(cast)
    due = (await cast.read(number, Role.ADVISER))["due_at"]
    cast.api.clock.forward(hours=23)
    await clockwork.sweep(cast.api.db, cast.api.office)
    assert ok(await seen(cast.api, bea, number))["text"] == TEXT
    await carried(cast.api, "desk")
    cast.api.clock.forward(hours=1)
    assert ok(await seen(cast.api, bea, number))["text"] is None, "also before the clock has come by"
    assert await clockwork.sweep(cast.api.db, cast.api.office) == 1
    assert await clockwork.sweep(cast.api.db, cast.api.office) == 0
    assert (await seen(cast.api, bea, number)).status_code == 404
    assert told(await carried(cast.api, "desk")) == [("legal.end_review", "ada")]
    after = await cast.read(number, Role.ADVISER)
    assert (after["status"], after["due_at"], "ask_review" in after["actions"]) == ("in_progress", due, True)


# --- what is read of it


async def test_the_words_between_the_two_are_nobody_elses(cast: Cast) -> None:
    number, bea = await asked(cast)
    await cast.done(Role.SUPERVISOR, number, "break_glass", reason=WHY)
    ok(await call(cast.api, bea, number, "review", verdict="changes", aside=THINKS))
    for role, headers in cast.headers.items():
        for rest in ("", "/timeline"):
            answer = await cast.api.client.get(f"/api/v1/tickets/{number}{rest}", headers=headers)
            assert not [words for words in ASIDES if words in answer.text], role
    resident = (await cast.timeline(number, Role.RESIDENT))["events"]
    asked_for = next(event for event in resident if event["action"] == "ask_review")
    assert (asked_for["actor"], PEER in str(asked_for)) == ("adviser", False)
