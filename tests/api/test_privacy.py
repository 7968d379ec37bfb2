"""Who somebody is: masked, looked at on record, given out, erased by wish and by age; and the history stays whole."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlmodel import col, select

from api import audit, erasure, photos
from api.actors import Actor
from api.erasure import Erasing, Old
from api.lifecycle import Lane, Role, Status
from api.models import CaseDraft, Event, Follower, LegalCase, Notice, Photo, RequestKey, Ticket
from api.reading import read_by
from tests.api.album import files_of
from tests.api.browsing import browser
from tests.api.cases import a_case
from tests.api.life import QUESTION, REPORT, Cast, acknowledge, call, carried, claim, failure, ok, open_ticket
from tests.conftest import Api

PHONE, HIDDEN = "13812345678", "###########"
SAID = f"南门路菜场门口的路灯不亮，打我电话{PHONE}"
OPERATOR = Actor(Role.ADMIN, "operator")


async def told(cast: Cast) -> str:
    """A ticket whose resident wrote their number into the report and into a reply."""
    number = str((await open_ticket(cast.api, text=SAID))["number"])
    await cast.done(Role.TRIAGE, number, "ask", note="哪一盏？")
    await cast.done(Role.RESIDENT, number, "reply", note=f"第二盏，{PHONE}")
    return number


@pytest.mark.parametrize("role", [Role.TRIAGE, Role.VERIFIER, Role.SUPERVISOR, Role.ADMIN, Role.SYSTEM])
async def test_numbers_are_masked_for_all_but_the_resident(cast: Cast, role: Role) -> None:
    number = await told(cast)
    path = f"/api/v1/tickets/{number}"
    for reader, masked in ((role, True), (Role.RESIDENT, False)):
        headers = cast.headers[reader]
        read = [
            (await cast.api.client.get(p, headers=headers)).text for p in (path, f"{path}/timeline", "/api/v1/tickets")
        ]
        assert (PHONE not in "".join(read)) == masked
        assert (HIDDEN in read[0]) == masked


async def test_every_look_is_on_record_with_who_and_why_and_the_resident_sees_it(cast: Cast) -> None:
    number = await told(cast)
    path = f"/api/v1/tickets/{number}/identity"
    seen = ok(await cast.api.client.post(path, json={"reason": "约上门时间"}, headers=cast.headers[Role.TRIAGE]))
    assert seen == {"text": SAID, "said": [f"第二盏，{PHONE}"], "channel": "web"}
    (event,) = [event for event in (await cast.timeline(number))["events"] if event["action"] == "look"]
    assert (event["actor"], event["reason"]) == ("tina", "约上门时间")
    assert "look" in [event["action"] for event in (await cast.timeline(number, Role.RESIDENT))["events"]]


@pytest.mark.parametrize("reason", ["", " ", "\n"])
async def test_no_look_without_a_reason(cast: Cast, reason: str) -> None:
    number = await told(cast)
    answer = await cast.api.client.post(
        f"/api/v1/tickets/{number}/identity", json={"reason": reason}, headers=cast.headers[Role.TRIAGE]
    )
    assert answer.status_code == 422
    assert "look" not in [event["action"] for event in (await cast.timeline(number))["events"]]


async def test_who_need_not_see_them_may_not_look(cast: Cast) -> None:
    number = await told(cast)
    legal = str((await open_ticket(cast.api, **QUESTION))["number"])
    for role, of, code in (
        (Role.ADMIN, number, 403),
        (Role.RESIDENT, number, 403),
        (Role.SYSTEM, number, 403),
        (Role.HANDLER, number, 404),
        (Role.ADVISER, number, 404),
        (Role.SUPERVISOR, legal, 403),
        (Role.TRIAGE, legal, 403),
        (Role.ADVISER, legal, 200),
    ):
        answer = await cast.api.client.post(
            f"/api/v1/tickets/{of}/identity", json={"reason": "看看"}, headers=cast.headers[role]
        )
        assert answer.status_code == code, role


async def test_on_the_page_it_is_masked_until_a_reason_is_given(cast: Cast) -> None:
    number = await told(cast)
    clerk, other = await browser(cast.api, Role.TRIAGE, "王芳"), await browser(cast.api, Role.TRIAGE, "李强")
    page, beside = await clerk.open(f"/tickets/{number}"), await other.open(f"/tickets/{number}")
    assert PHONE not in page.html and HIDDEN in page.words
    assert "请填写" in (await clerk.send(page, "look", reason=" ")).words
    shown = await clerk.send(page, "look", reason="约上门时间")
    assert PHONE in shown.words and "查看了居民的联系方式" in shown.words
    assert PHONE not in (await clerk.open(f"/tickets/{number}")).html, "once for each reason"
    filed = await other.send(beside, "file")
    assert "您的操作没有执行" not in filed.words, "a look changes nothing that another's form shows"


# --- out, and gone


async def everything(api: Api) -> str:
    """All text that the tables hold."""
    async with api.db.reading() as session:
        rows = [
            row.model_dump_json()
            for kind in (Ticket, Event, Notice, Follower, RequestKey, Photo)
            for row in (await session.exec(select(kind))).all()
        ]
    return "".join(rows)


async def erased(api: Api, address: str = "r1") -> erasure.Erased:
    async with api.db.writing() as session:
        return await Erasing(session, api.office, OPERATOR, "本人要求").resident("web", address)


async def flaws(api: Api) -> list[audit.Flaw]:
    async with api.db.reading() as session:
        return [flaw async for flaw in audit.verify(session, api.office.history_key, {}, lambda _: None)]


async def closed(cast: Cast, picture: bytes) -> str:
    number = await told(cast)
    headers = cast.api.resident() | {"Idempotency-Key": number}
    path = f"/api/v1/tickets/{number}"
    ok(await cast.api.client.post(f"{path}/photos", files={"file": picture}, headers=headers))
    await cast.done(Role.TRIAGE, number, "correct", reason="改地点", place="观前街")
    await cast.done(Role.TRIAGE, number, "decline", reason="不归我们")
    return number


async def test_a_residents_data_is_given_out_whole_and_without_the_neighbours(cast: Cast, picture: bytes) -> None:
    number = await closed(cast, picture)
    await open_ticket(cast.api, text="别人家的事", reporter="r2")
    async with cast.api.db.reading() as session:
        found = json.loads(json.dumps(await erasure.export(session, "web", "r1")))
    (ticket,) = found["tickets"]
    assert (ticket["number"], ticket["text"], ticket["joined"], len(ticket["photos"])) == (number, SAID, False, 1)
    assert f"第二盏，{PHONE}" in [event["note"] for event in ticket["events"]]
    assert "别人家的事" not in json.dumps(found, ensure_ascii=False)


async def test_erased_is_gone_everywhere_and_the_history_stays_whole(cast: Cast, picture: bytes) -> None:
    number = await closed(cast, picture)
    for notice in await claim(cast.api):
        ok(await acknowledge(cast.api, notice, sent=True, said=f"居民说的是南门路，{PHONE}"))
    assert PHONE in await everything(cast.api) and len(files_of(cast.api)) == 2
    assert await erased(cast.api) == erasure.Erased(1, [])
    left = await everything(cast.api)
    for gone in (PHONE, SAID[:6], "第二盏", "web:r1", '"r1"', "观前街", "南门路"):
        assert gone not in left, gone
    assert await photos.discard(cast.api.db, cast.api.office.photos) == 1
    assert files_of(cast.api) == []
    read = await cast.read(number)
    assert (read["status"], read["label"], read["text"], read["place"], read["photos"]) == (
        "declined", "street_light", "", "", [],
    )  # fmt: skip
    listed = await cast.api.client.get("/api/v1/tickets?q=路灯", headers=cast.headers[Role.TRIAGE])
    assert ok(listed)["tickets"] == []
    assert (await cast.api.client.get(f"/api/v1/tickets/{number}", headers=cast.api.resident())).status_code == 404
    assert await claim(cast.api) == []
    assert await flaws(cast.api) == []
    assert await erased(cast.api) == erasure.Erased(0, [])


async def test_what_is_open_is_kept_and_named(cast: Cast, picture: bytes) -> None:
    await closed(cast, picture)
    still = str((await open_ticket(cast.api))["number"])
    assert await erased(cast.api) == erasure.Erased(1, [still])
    assert (await cast.read(still))["text"] == REPORT["text"]


async def test_of_a_neighbours_report_only_what_this_resident_said_goes(cast: Cast) -> None:
    number = str((await open_ticket(cast.api, reporter="r2"))["number"])
    other = str((await open_ticket(cast.api))["number"])
    await cast.done(Role.TRIAGE, other, "merge", into=number)
    note = {"text": f"我也是，{PHONE}"}
    ok(await cast.api.client.post(f"/api/v1/tickets/{number}/notes", json=note, headers=cast.api.resident()))
    await erased(cast.api)
    assert PHONE not in await everything(cast.api)
    assert (await cast.read(number))["text"] == REPORT["text"]
    assert (await cast.read(number))["followers"] == 1
    assert await flaws(cast.api) == []


async def test_blanking_by_hand_is_no_erasure(cast: Cast, picture: bytes) -> None:
    number = await closed(cast, picture)
    async with cast.api.db.writing() as session:
        ticket = (await session.exec(select(Ticket).where(Ticket.number == number))).one()
        first = (await session.exec(select(Event).where(Event.ticket_id == ticket.id).order_by(col(Event.seq)))).first()
        assert first is not None
        ticket.text = first.note = ""
    assert {flaw.where for flaw in await flaws(cast.api)} == {number}


async def test_what_ended_long_ago_loses_its_words_by_itself_and_the_rest_does_not(cast: Cast, picture: bytes) -> None:
    old = await closed(cast, picture)
    cast.api.clock.forward(days=40)
    young, still = await closed(cast, picture), str((await open_ticket(cast.api, text=SAID))["number"])
    kept = Old([Lane.PUBLIC], timedelta(days=30))
    async with cast.api.db.reading() as session:
        assert await erasure.count_old(session, kept, cast.api.clock()) == 1
    told_of: list[int] = []
    done = erasure.retire(cast.api.db, cast.api.office, kept, OPERATOR, told_of.append)
    assert [number async for number in done] == [old] and sum(told_of) == 1
    assert [(await cast.read(number))["text"] == "" for number in (old, young, still)] == [True, False, False]
    assert [number async for number in erasure.retire(cast.api.db, cast.api.office, kept, OPERATOR)] == []
    assert await flaws(cast.api) == []


async def test_two_who_erase_at_once_erase_once(cast: Cast, picture: bytes) -> None:
    number = await closed(cast, picture)
    done = await asyncio.gather(*(erased(cast.api) for _ in range(3)))
    assert sum(one.tickets for one in done) == 1
    assert [event["action"] for event in (await cast.timeline(number))["events"]].count("erase") == 1


async def test_a_legal_matter_is_erased_too(cast: Cast) -> None:
    number = await cast.at(Lane.LEGAL, Status.CLOSED)
    await erased(cast.api)
    assert QUESTION["text"] not in await everything(cast.api)
    assert await flaws(cast.api) == []
    assert failure(await call(cast.api, cast.api.resident(), number, "reopen", reason="再问"))[0] == 404
    await carried(cast.api)


async def test_what_was_made_of_a_legal_matter_goes_with_its_words(cast: Cast) -> None:
    number = await cast.at(Lane.LEGAL, Status.CLOSED)
    ada = await browser(cast.api, Role.ADVISER, "ada")
    page = await ada.send(await ada.open(f"/tickets/{number}"), "case")
    assert QUESTION["text"] in page.forms["save"].fields["question"]
    standing = await a_case(cast.api)
    await erased(cast.api)
    async with cast.api.db.reading() as session:
        assert (await session.exec(select(CaseDraft))).all() == []
        assert [case.id for case in (await session.exec(select(LegalCase))).all()] == [standing]
    assert (await ada.open(page.forms["save"].action.removesuffix("/save"))).status == 404


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (f"见 GS20261123-0001，电话{PHONE}", f"见 GS20261123-0001，电话{HIDDEN}"),
        ("GS13812345-6789", "GS#############"),
        (f"GS20261123-{PHONE}", "GS####################"),
    ],
)
def test_the_number_of_a_ticket_is_nobodys(words: str, read: str) -> None:
    assert read_by(words, OPERATOR) == read
