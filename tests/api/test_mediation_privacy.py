"""Of a mediation its two sides know, and nobody else: what is named where, what is kept, and whom it concerns."""

import json

import pytest
from sqlmodel import select

from api import advisers, audit, erasure
from api.actors import Actor
from api.erasure import Erasing
from api.lifecycle import Action, Lane, Role
from api.mediation.stage import OF_MEDIATION, Stage
from api.models import Event, Mediation, Notice, Pause, Ticket
from tests.api.browsing import browser
from tests.api.life import CALLERS, QUESTION, Cast, carried, failure, ok, open_ticket
from tests.api.test_mediation import at, do, done
from tests.conftest import Api

PARTY, REACH, NAME, WHERE, HOW, WHY = "丁大龙", "豆腐店里", "沈小梅", "汤家巷茶馆", "托人带话", "老邻居一场"
GIVEN = {"party": PARTY, "reach": REACH, "name": NAME, "where": WHERE, "how": HOW, "note": WHY}
WORDS = (*GIVEN.values(), "腊月里搬走")


async def begun(cast: Cast, **asked: object) -> str:
    """An anonymous resident's matter in mediation, with a day to meet."""
    number = str((await open_ticket(cast.api, **QUESTION, anonymous=True, **asked))["number"])
    await cast.done(Role.ADVISER, number, "accept")
    await done(cast, Role.ADVISER, number, "propose_mediation", **GIVEN)
    await done(cast, Role.RESIDENT, number, "consent", **GIVEN)
    await done(cast, Role.ADVISER, number, "party_consents", **GIVEN)
    await done(cast, Role.ADVISER, number, "mediation_date", **GIVEN)
    return number


async def kept(api: Api) -> str:
    """All that the tables hold, as who has the key reads it."""
    kinds = (Ticket, Event, Notice, Mediation, Pause)
    async with api.db.reading() as session:
        rows = [row.model_dump_json() for kind in kinds for row in (await session.exec(select(kind))).all()]
    return "".join(rows)


async def readings(cast: Cast, number: str, role: Role) -> str:
    paths = [f"/tickets/{number}", f"/tickets/{number}/timeline", "/tickets", "/tickets?status=mine"]
    headers = cast.headers[role]
    return "".join([(await cast.api.client.get(f"/api/v1{path}", headers=headers)).text for path in paths])


@pytest.mark.parametrize("role", CALLERS)
async def test_nobody_but_the_two_reads_a_word_of_it_or_that_it_is(cast: Cast, role: Role) -> None:
    number = await begun(cast)
    found = await readings(cast, number, role)
    assert any(word in found for word in WORDS) == (role in (Role.ADVISER, Role.RESIDENT))
    assert any(f'"action":"{action}"' in found for action in OF_MEDIATION) == (role in (Role.ADVISER, Role.RESIDENT))
    assert REACH not in found and HOW not in found, "for the page of its adviser alone"


async def test_a_supervisor_who_breaks_the_glass_is_not_told_the_residents_name(cast: Cast) -> None:
    number = await begun(cast)
    await cast.done(Role.SUPERVISOR, number, "break_glass", reason="居民投诉顾问三天没有答复，要核对")
    page = await (await browser(cast.api, Role.SUPERVISOR, "sam")).open(f"/tickets/{number}")
    assert PARTY in page.words and NAME not in page.html
    assert NAME in (await (await browser(cast.api, Role.ADVISER, "ada")).open(f"/tickets/{number}")).words


async def test_no_desk_is_told_a_word(cast: Cast) -> None:
    await begun(cast)
    told = str(await carried(cast.api, "desk"))
    assert "legal.consent" in told and not [word for word in WORDS if word in told]


@pytest.mark.parametrize("who", [Role.RESIDENT, Role.ADVISER])
async def test_a_name_goes_with_the_mediation_it_was_given_for(cast: Cast, who: Role) -> None:
    number = await begun(cast)
    assert NAME in await kept(cast.api)
    ends = ("decline_mediation", {}) if who is Role.RESIDENT else ("mediation_outcome", {"note": "腊月里搬走"})
    await done(cast, who, number, ends[0], **ends[1])
    assert NAME not in await kept(cast.api)
    page = await (await browser(cast.api, Role.ADVISER, "ada")).open(f"/tickets/{number}")
    assert NAME not in page.html and "居民·" in page.words


async def test_who_does_not_agree_is_named_nowhere(cast: Cast) -> None:
    number = await at(cast, Stage.PROPOSED)
    await done(cast, Role.RESIDENT, number, "decline_mediation", name=NAME)
    assert failure(await do(cast, Role.RESIDENT, number, "consent", name=NAME)) == (409, "not_allowed")
    assert NAME not in await kept(cast.api)


async def test_erased_it_holds_no_word_and_the_history_stays_whole(cast: Cast) -> None:
    number = await begun(cast)
    await done(cast, Role.ADVISER, number, "mediation_outcome", note="腊月里搬走")
    await cast.done(Role.RESIDENT, number, "rate", score=4)
    async with cast.api.db.writing() as session:
        given_out = json.dumps(await erasure.export(session, "web", "r1"), ensure_ascii=False)
        assert all(word in given_out for word in (PARTY, WHY, WHERE, "腊月里搬走"))
        assert REACH not in given_out and HOW not in given_out
        await Erasing(session, cast.api.office, Actor(Role.ADMIN, "operator"), "本人要求").resident("web", "r1")
    left = await kept(cast.api)
    assert [word for word in (*WORDS, "民法典") if word in left] == []
    async with cast.api.db.reading() as session:
        assert [flaw async for flaw in audit.verify(session, cast.api.office.history_key, {}, lambda _: None)] == []
        (one,) = (await session.exec(select(Mediation))).all()
    assert (one.outcome, one.staff, one.began_on is not None) == ("agreed", "ada", True), "what the ledger counts"


async def acts_for(api: Api, name: str, client: str) -> None:
    async with api.db.writing() as session:
        await advisers.add_client(session, Actor(Role.ADVISER, name), client)


async def test_an_adviser_hands_nothing_to_mediation_with_a_client_of_theirs(cast: Cast) -> None:
    number = await at(cast, Stage.NONE)
    await acts_for(cast.api, "ada", PARTY)
    answer = await do(cast, Role.ADVISER, number, "propose_mediation", party=f"楼上{PARTY}")
    assert (answer.status_code, answer.json()["reason"]) == (409, "party_is_client")
    assert PARTY not in await kept(cast.api)


async def test_it_is_not_passed_on_to_who_acts_for_the_other_side(cast: Cast) -> None:
    number = await at(cast, Stage.NONE)
    for name in ("bea", "cara"):
        await cast.api.staff(name, Role.ADVISER)
    await acts_for(cast.api, "bea", PARTY)
    await done(cast, Role.ADVISER, number, "propose_mediation", party=PARTY)
    assert (await cast.done(Role.ADVISER, number, "pass_on"))["assignee"] == "cara"


async def test_the_stream_tells_its_adviser_and_nobody_else(cast: Cast) -> None:
    await begun(cast)
    for role in (Role.ADVISER, Role.TRIAGE, Role.SUPERVISOR):
        headers = cast.headers[role]
        told = (await cast.api.client.get("/api/v1/queue/stream?wait=0&since=0", headers=headers)).text
        assert '"action":"accept"' in told
        assert any(f'"action":"{action}"' in told for action in OF_MEDIATION) == (role is Role.ADVISER)


# --- the adviser's page


async def test_by_forms_on_the_page(api: Api, picture: bytes) -> None:
    ada = await browser(api, Role.ADVISER, "ada")
    number = str((await open_ticket(api, **QUESTION, anonymous=True))["number"])
    address = f"/tickets/{number}"
    page = await ada.send(await ada.open(address), "accept")
    assert page.forms["propose_mediation"].choices["kind"] == ["", "community", "court"]
    hostile = "<script>alert(1)</script>丁大龙"
    refused = await ada.send(page, "propose_mediation", kind="community", party=hostile, reach="", note="老邻居")
    assert refused.status == 422 and "请填写：怎么找到对方" in refused.words
    assert refused.forms["propose_mediation"].fields["party"] == hostile, "nothing typed is lost"
    page = await ada.send(refused, "propose_mediation", reach="豆腐店")
    assert "还没有回答，请先不要找对方" in page.words and "<script>alert" not in page.html
    assert "party_consents" not in page.forms
    headers = api.resident()
    answer = await api.client.post(f"/api/v1{address}/actions/consent", json={"name": NAME}, headers=headers)
    assert ok(answer)["pseudonym"]
    page = await ada.send(await ada.open(address), "party_consents", on="2026-11-30", how="电话")
    assert page.status == 422 and "日期不对" in page.words
    page = await ada.send(page, "party_consents", on="2026-11-23")
    assert f"姓名：{NAME}" in page.words and "2026-11-23 同意" in page.words
    page = await ada.send(page, "mediation_date", at="2026-11-26T14:00", where=WHERE)
    assert f"11月26日 14:00，{WHERE}" in page.words
    page = await ada.send(page, "mediation_outcome", outcome="agreed", on="2026-11-23", note="腊月里搬走")
    assert "结果：达成协议" in page.words and "腊月里搬走" in page.words and NAME not in page.html
    assert page.labelled >= page.inputs, "every field has its label"


async def test_the_resident_may_do_it_again_by_the_same_key_and_it_is_done_once(cast: Cast) -> None:
    number = await at(cast, Stage.PROPOSED)
    headers = cast.api.resident() | {"Idempotency-Key": "once"}
    path, body = f"/api/v1/tickets/{number}/actions/{Action.CONSENT}", {"name": NAME}
    answers = [await cast.api.client.post(path, json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    events = (await cast.timeline(number, Role.ADVISER))["events"]
    assert [event["action"] for event in events].count("consent") == 1
    assert (await cast.read(number))["lane"] == Lane.LEGAL
