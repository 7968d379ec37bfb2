"""A report that turns out to be a legal question: who reads it from then on, and what of it goes."""

from datetime import timedelta

import pytest
from sqlmodel import select

from api import audit, clockwork, search
from api.lifecycle import Role
from api.models import Notice, Ticket, WordsGone
from tests.api.browsing import browser
from tests.api.life import LOCATED, Cast, carried, failure, ok, open_ticket
from tests.conftest import Api

SAID = "楼上漏水到我家，物业和他都不肯赔，彩香一村三区"
GIVEN = {"label": "legal:neighbours", "reason": "其实是问怎么追偿"}


async def reported(api: Api, **changes: object) -> str:
    said = {"text": SAID, "label": "water_leak", "place": LOCATED["place"], "lat": 31.31, "lon": 120.6}
    return str((await open_ticket(api, **said | changes))["number"])


@pytest.mark.parametrize("filed", [False, True])
@pytest.mark.parametrize("action", ["correct", "file"])
async def test_goes_to_an_adviser_at_once(cast: Cast, filed: bool, action: str) -> None:
    number = await reported(cast.api)
    if filed and action == "correct":
        await cast.done(Role.TRIAGE, number, "file")
    turned = await cast.done(Role.TRIAGE, number, action, **GIVEN)
    assert (turned["lane"], turned["kind"], turned["label"]) == ("legal", "legal", "legal:neighbours")
    assert (turned["status"], turned["assignee"], turned["text"], turned["place"]) == ("dispatched", "ada", None, "")
    read = await cast.read(number, Role.ADVISER)
    assert (read["text"], read["place"], read["lat"], read["grid"]) == (SAID, LOCATED["place"], None, "")
    kinds = [notice["kind"] for notice in await carried(cast.api)]
    assert kinds == (["file"] if filed and action == "correct" else []) + ["legal.dispatch"]


async def test_without_an_adviser_it_waits_at_the_desk(api: Api) -> None:
    triage, number = await api.staff("tina", Role.TRIAGE), await reported(api)
    path = f"/api/v1/tickets/{number}/actions/correct"
    turned = ok(await api.client.post(path, json=GIVEN, headers=triage))
    assert (turned["lane"], turned["status"], turned["text"]) == ("legal", "filed", None)


@pytest.mark.parametrize("role", [Role.TRIAGE, Role.HANDLER, Role.VERIFIER, Role.SUPERVISOR, Role.ADMIN, Role.SYSTEM])
async def test_who_read_it_reads_it_no_more(cast: Cast, role: Role) -> None:
    number, client, headers = await reported(cast.api), cast.api.client, cast.headers[role]
    await cast.done(Role.TRIAGE, number, "correct", **GIVEN)
    for path in (f"tickets/{number}", f"tickets/{number}/timeline", "tickets?q=追偿", "tickets?q=物业", "tickets"):
        assert "漏水到我家" not in (await client.get(f"/api/v1/{path}", headers=headers)).text, path
    assert (await cast.read(number, Role.RESIDENT))["text"] == SAID


async def test_its_history_verifies(cast: Cast) -> None:
    number = await reported(cast.api)
    await cast.done(Role.TRIAGE, number, "correct", **GIVEN)
    async with cast.api.db.reading() as session:
        found = audit.verify(session, cast.api.office.history_key, {}, lambda _: None)
        assert [flaw async for flaw in found] == []


async def test_its_words_leave_the_index(cast: Cast) -> None:
    number, stays = await reported(cast.api), await reported(cast.api, text="路灯坏了，物业不管")
    await cast.done(Role.TRIAGE, number, "correct", **GIVEN)
    for _ in range(2):
        async with cast.api.db.reading() as session:
            holds = search.holds(session, "物业")
            assert holds is not None
            assert (await session.exec(select(Ticket.number).where(holds))).all() == [stays]
        await clockwork.sweep(cast.api.db, cast.api.office)
    async with cast.api.db.reading() as session:
        assert (await session.exec(select(WordsGone))).all() == []


async def test_what_desks_were_told_goes(cast: Cast) -> None:
    number = await reported(cast.api)
    await cast.done(Role.TRIAGE, number, "ask", note="漏了几天？")
    await cast.done(Role.RESIDENT, number, "reply", note="物业知道的，三天")
    await cast.done(Role.TRIAGE, number, "correct", **GIVEN)
    async with cast.api.db.reading() as session:
        notices = (await session.exec(select(Notice).where(Notice.channel == "desk"))).all()
    told = {notice.kind: notice for notice in notices}
    assert (told["reply"].facts, told["reply"].failed) == ({}, "confidential")
    desk = await (await browser(cast.api, Role.TRIAGE, "tina")).open("/notices")
    assert desk.status == 200 and number not in desk.words
    assert told["legal.dispatch"].facts["number"] == number and "place" not in told["legal.dispatch"].facts


async def test_what_neighbours_follow_stays_public(cast: Cast) -> None:
    number = await reported(cast.api)
    known = await cast.api.client.post(
        "/api/v1/tickets",
        json={"channel": "web", "reporter": "r2", "text": SAID, "label": "water_leak", "place": LOCATED["place"]}
        | {"unless_known": True},
        headers=cast.api.resident(address="r2"),
    )
    assert failure(known) == (409, "already_known")
    joined = await cast.api.client.post(
        f"/api/v1/tickets/{number}/followers",
        json={"offer": known.json()["offer"], "text": "我家也漏"},
        headers=cast.api.resident(address="r2"),
    )
    assert joined.status_code == 201
    refused = await cast.do(Role.TRIAGE, number, "correct", **GIVEN)
    assert (failure(refused), refused.json()["reason"]) == ((409, "not_allowed"), "others_follow")
    assert (await cast.read(number))["text"] == SAID


async def test_a_legal_matter_never_turns_public(cast: Cast) -> None:
    number = await reported(cast.api)
    await cast.done(Role.TRIAGE, number, "correct", **GIVEN)
    answer = await cast.do(Role.TRIAGE, number, "correct", label="water_leak", reason="改回来")
    assert answer.status_code in (403, 409)


# --- how long its words are kept


async def test_words_go_after_their_time(cast: Cast) -> None:
    number = await reported(cast.api)
    await cast.done(Role.TRIAGE, number, "correct", **GIVEN)
    await cast.done(Role.ADVISER, number, "accept")
    await cast.done(Role.ADVISER, number, "report_back", note="可以起诉追偿")
    await cast.done(Role.RESIDENT, number, "rate", score=5)
    for days, text in ((364, SAID), (2, "")):
        cast.api.clock.forward(days=days)
        await clockwork.sweep(cast.api.db, cast.api.office)
        assert (await cast.read(number, Role.ADVISER))["text"] == text
    assert cast.api.office.legal_kept == timedelta(days=365)
    events = (await cast.timeline(number, Role.ADVISER))["events"]
    assert [event["note"] for event in events if event["action"] == "report_back"] == [""]
    assert events[-1]["action"] == "erase"
    gone = await cast.api.client.get(f"/api/v1/tickets/{number}", headers=cast.headers[Role.RESIDENT])
    assert gone.status_code == 404, "nobody is known to have asked"
    await clockwork.sweep(cast.api.db, cast.api.office)
    assert len((await cast.timeline(number, Role.ADVISER))["events"]) == len(events), "once"


async def test_words_of_an_open_matter_stay(cast: Cast) -> None:
    number = await reported(cast.api)
    await cast.done(Role.TRIAGE, number, "correct", **GIVEN)
    cast.api.clock.forward(days=500)
    await clockwork.sweep(cast.api.db, cast.api.office)
    assert (await cast.read(number, Role.ADVISER))["text"] == SAID
