"""What comes with a legal question: the answers to its topic's questions, and a resident who stays anonymous."""

from typing import Any

import pytest
from sqlmodel import col, select

from api import anonymity, audit, erasure
from api.actors import Actor
from api.anonymity import PLANTS
from api.erasure import Erasing
from api.lifecycle import Lane, Role, Status
from api.models import Event, Ticket
from api.schemas import Report
from tests.api.browsing import browser
from tests.api.life import CALLERS, QUESTION, Cast, failure, ok, open_ticket
from tests.conftest import Api, Clock

PHONE, HIDDEN, HOUSE = "13812345678", "###########", "彩香一村三区8幢402室"
FACTS = [{"asked": "租房合同", "answer": "口头说的"}, {"asked": "租金和押金", "answer": f"两千，打我电话{PHONE}"}]
MASKED = [FACTS[0], {"asked": "租金和押金", "answer": f"两千，打我电话{HIDDEN}"}]
ANONYMOUS = QUESTION | {
    "text": f"房东不退押金怎么办，我住{HOUSE}，{PHONE}",
    "place": HOUSE,
    "facts": FACTS,
    "anonymous": True,
}
NOON = Clock().now
READERS = (Role.ADVISER, Role.RESIDENT)


async def readings(cast: Cast, role: Role, number: str) -> str:
    paths = [
        f"/tickets/{number}",
        f"/tickets/{number}/timeline",
        "/tickets",
        "/tickets?status=mine",
        f"/tickets?q={HOUSE}",
    ]
    answers = [await cast.api.client.get(f"/api/v1{path}", headers=cast.headers[role]) for path in paths]
    return "".join(answer.text for answer in answers)


@pytest.mark.parametrize("role", CALLERS)
async def test_facts_are_read_by_who_reads_the_words(cast: Cast, role: Role) -> None:
    number = (await open_ticket(cast.api, **QUESTION, facts=FACTS))["number"]
    found = await readings(cast, role, number)
    assert ("口头说的" in found) == (role in READERS)
    assert (PHONE in found) == (role is Role.RESIDENT)
    if role in READERS:
        assert (await cast.read(number, role))["facts"] == (FACTS if role is Role.RESIDENT else MASKED)


async def test_who_passed_it_on_reads_the_facts_no_more_and_the_next_one_sees_the_same_name(cast: Cast) -> None:
    opened = await open_ticket(cast.api, **ANONYMOUS)
    bea = await cast.api.staff("bea", Role.ADVISER)
    passed = await cast.done(Role.ADVISER, opened["number"], "pass_on")
    assert passed["facts"] == []
    next_one = ok(await cast.api.client.get(f"/api/v1/tickets/{opened['number']}", headers=bea))
    assert (next_one["facts"], next_one["pseudonym"]) == (MASKED, opened["pseudonym"])


async def test_an_anonymous_resident_stays_so_to_the_end(cast: Cast) -> None:
    opened = await open_ticket(cast.api, **ANONYMOUS)
    number, name = opened["number"], opened["pseudonym"]
    assert name in PLANTS
    await cast.done(Role.ADVISER, number, "ask", note="合同在吗？")
    await cast.done(Role.RESIDENT, number, "reply", note=f"在的，{HOUSE}，{PHONE}")
    await cast.done(Role.ADVISER, number, "accept")
    await cast.done(Role.ADVISER, number, "report_back", note="可以要回")
    await cast.done(Role.RESIDENT, number, "follow_up", note=f"怎么要，{PHONE}")
    found, shown = await readings(cast, Role.ADVISER, number), await cast.read(number, Role.ADVISER)
    for who in (PHONE, "402", "8幢", '"r1"', "reporter"):
        assert who not in found, who
    assert (shown["pseudonym"], shown["place"], shown["lat"], shown["grid"]) == (name, "", None, "")
    assert (shown["street"], shown["text"]) == ("金阊街道", f"房东不退押金怎么办，我住{'#' * len(HOUSE)}，{HIDDEN}")
    assert (await cast.read(number, Role.RESIDENT))["place"] == HOUSE


async def test_what_is_masked_of_an_anonymous_resident_cannot_be_looked_at(cast: Cast) -> None:
    path = "/api/v1/tickets/{}/identity"
    named, hidden = [(await open_ticket(cast.api, **ANONYMOUS | {"anonymous": it}))["number"] for it in (False, True)]
    looked = await cast.api.client.post(
        path.format(named), json={"reason": "要回电"}, headers=cast.headers[Role.ADVISER]
    )
    assert ok(looked)["said"] == [told["answer"] for told in FACTS]
    refused = await cast.api.client.post(
        path.format(hidden), json={"reason": "要回电"}, headers=cast.headers[Role.ADVISER]
    )
    assert (*failure(refused), refused.json()["reason"]) == (403, "forbidden", "anonymous")
    assert "look" not in [event["action"] for event in (await cast.timeline(hidden, Role.RESIDENT))["events"]]


async def test_two_open_matters_never_bear_one_name(cast: Cast) -> None:
    names = [(await open_ticket(cast.api, **ANONYMOUS))["pseudonym"] for _ in range(12)]
    assert len(set(names)) == 12
    async with cast.api.db.writing() as session:
        for number, plant in enumerate(PLANTS):
            session.add(_matter(f"GS20261101-{number:04}", plant))
    async with cast.api.db.reading() as session:
        beyond = await anonymity.pseudonym(session)
    assert beyond not in PLANTS and beyond.rstrip("0123456789") in PLANTS


def _matter(number: str, pseudonym: str) -> Ticket:
    return Ticket(
        number=number, lane=Lane.LEGAL, kind="legal", label="legal:tenancy", status=Status.DISPATCHED, text="问",
        channel="web", pseudonym=pseudonym, reported_at=NOON, status_at=NOON,
    )  # fmt: skip


async def test_only_a_legal_matter_is_anonymous(cast: Cast) -> None:
    public = await open_ticket(cast.api, anonymous=True, in_chat=True)
    assert (public["pseudonym"], public["in_chat"], public["lane"]) == ("", False, "public")
    assert (await cast.read(public["number"]))["place"]


@pytest.mark.parametrize(
    "facts",
    [
        [{"asked": "合同", "answer": ""}],
        [{"asked": "合同", "answer": " \n"}],
        [{"asked": "", "answer": "有"}],
        [{"asked": "合同"}],
        [{"asked": "合同", "answer": "有", "by": "x"}],
        [{"asked": "合同", "answer": "长" * 501}],
        [{"asked": "长" * 41, "answer": "有"}],
        [{"asked": "合同", "answer": ["有"]}],
        [FACTS[0]] * 7,
        {"合同": "有"},
        "有",
    ],
)
async def test_facts_of_another_shape_are_refused_and_nothing_is_stored(cast: Cast, facts: Any) -> None:
    answer = await cast.api.client.post(
        "/api/v1/tickets", json={"channel": "web", "reporter": "r1", **QUESTION, "facts": facts}, headers=cast.api.bot()
    )
    assert answer.status_code == 422
    assert ok(await cast.api.client.get("/api/v1/tickets", headers=cast.headers[Role.RESIDENT]))["tickets"] == []


def test_a_report_without_facts_reads_as_it_did_before_there_were_any() -> None:
    """Bodies are compared by a digest: a draft under way at an upgrade must not come to be another request."""
    plain = Report(channel="web", reporter="r1", text="房东不退押金").model_dump_json()
    assert not any(name in plain for name in ("facts", "anonymous", "in_chat"))


async def test_the_same_key_with_other_facts_is_another_request(cast: Cast) -> None:
    headers = cast.api.bot() | {"Idempotency-Key": "k1"}

    async def post(answer: str) -> int:
        body = {"channel": "web", "reporter": "r1", **QUESTION, "facts": [{"asked": "合同", "answer": answer}]}
        return (await cast.api.client.post("/api/v1/tickets", json=body, headers=headers)).status_code

    assert [await post("有"), await post("有"), await post("没有")] == [201, 200, 409]


async def flaws(api: Api) -> list[str]:
    async with api.db.reading() as session:
        await audit.one_view(session)
        return [flaw.what async for flaw in audit.verify(session, api.office.history_key, {}, lambda _: None)]


async def test_the_history_binds_the_facts_and_erasing_takes_them(cast: Cast) -> None:
    number = await cast.at(Lane.LEGAL, Status.CLOSED)
    asked = (await open_ticket(cast.api, **ANONYMOUS))["number"]
    await cast.done(Role.RESIDENT, asked, "withdraw")
    assert await flaws(cast.api) == []
    given = await _exported(cast.api)
    assert [ticket["facts"] for ticket in given["tickets"] if ticket["number"] == asked] == [FACTS]
    await _set(cast.api, asked, [FACTS[0]])
    assert await flaws(cast.api) == ["the ticket's words are not those that were reported"]
    await _set(cast.api, asked, FACTS)
    async with cast.api.db.writing() as session:
        await Erasing(session, cast.api.office, Actor(Role.ADMIN, "operator"), "本人要求").resident("web", "r1")
    assert await flaws(cast.api) == []
    async with cast.api.db.reading() as session:
        left = (await session.exec(select(Ticket).where(Ticket.number == asked))).one()
        events = (await session.exec(select(Event).where(col(Event.ticket_id) == left.id))).all()
    assert left.facts == [] and number
    assert PHONE not in str([event.model_dump() for event in events])


async def _exported(api: Api) -> dict[str, Any]:
    async with api.db.reading() as session:
        return await erasure.export(session, "web", "r1")


async def _set(api: Api, number: str, facts: list[dict[str, str]]) -> None:
    async with api.db.writing() as session:
        ticket = (await session.exec(select(Ticket).where(Ticket.number == number))).one()
        ticket.facts = facts


async def test_the_page_shows_facts_and_the_name_and_no_house(api: Api) -> None:
    adviser = await browser(api, Role.ADVISER, "王律师")
    hostile = [{"asked": "<b>合同</b>", "answer": "<script>alert(1)</script>"}]
    opened = await open_ticket(api, **ANONYMOUS | {"facts": [*FACTS, *hostile]})
    page = await adviser.open(f"/tickets/{opened['number']}")
    assert f"居民·{opened['pseudonym']}" in page.words and "口头说的" in page.words and HIDDEN in page.words
    assert "402" not in page.html and PHONE not in page.html and "看联系方式" not in page.words
    assert "<script>alert" not in page.html and "<b>合同" not in page.html
    named = await open_ticket(api, **ANONYMOUS | {"anonymous": False})
    page = await adviser.open(f"/tickets/{named['number']}")
    assert HOUSE in page.words and "看联系方式" in page.words and "居民·" not in page.words
