"""What never gets out: a resident's words, place, name or exact position; a legal matter, in any way at all."""

from typing import Any

import pytest
from httpx import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import clockwork
from api.lifecycle import Lane, Role, Status
from nlp.catalogue import Kind
from tests.api.asking import V2, a_key, failures, get, listed, post
from tests.api.life import PATHS, QUESTION, Cast, ok, open_ticket
from tests.conftest import Api

SECRETS = {
    "text": "吴阿婆说楼道里黑得看不见，钥匙藏在花盆下，13912345678",
    "place": "彩香一村三区12幢203室吴阿婆家",
    "reporter": "wu-apo-5550001",
    "lat": 31.3141592,
    "lon": 120.5926535,
}
PARTS = ("吴阿婆", "花盆", "13912345678", "203", "12幢", "wu-apo", "5550001", "3141592", "31.314", "5926535", "120.592")


async def everything(api: Api, number: str) -> list[Response]:
    """Every answer that could speak of this ticket, in both formats."""
    lists: list[dict[str, Any]] = [
        {}, {"status": "open"}, {"status": "closed"}, {"service_code": "power_lighting,street_light"},
        {"service_request_id": number}, {"start_date": "2026-11-01T00:00:00Z", "end_date": "2026-12-31T00:00:00Z"},
    ]  # fmt: skip
    found = []
    for format in ("json", "xml"):
        found += [await get(api, f"requests.{format}", **params) for params in lists]
        found += [await get(api, f"{of}/{number}.{format}") for of in ("requests", "tokens")]
    return found


def said(answers: list[Response]) -> str:
    """Their bytes and headers, with what JSON may write as escapes."""
    return "".join(f"{answer.text}{answer.headers}{answer.content.decode('unicode_escape')}" for answer in answers)


@pytest.mark.parametrize("status", [Status.REPORTED, Status.IN_PROGRESS, Status.CLOSED, Status.DECLINED])
async def test_nothing_of_the_resident_is_in_any_answer(cast: Cast, status: Status) -> None:
    number = str((await open_ticket(cast.api, **SECRETS))["number"])
    await walk(cast, number, status)
    answers = await everything(cast.api, number)
    assert sum(number in answer.text for answer in answers) >= 10, "it is there"
    assert [part for part in PARTS if part in said(answers)] == []


async def walk(cast: Cast, number: str, status: Status) -> None:
    """The notes and reasons on the way hold the resident's words too."""
    for role, action in PATHS[Lane.PUBLIC][status]:
        if role is Role.CLOCK:
            cast.api.clock.forward(days=8)
            await clockwork.sweep(cast.api.db, cast.api.office)
        else:
            given = await cast.given(Lane.PUBLIC, action) | {"note": SECRETS["text"], "reason": SECRETS["text"]}
            ok(await cast.do(role, number, action, **given))


async def test_what_a_program_posts_is_as_private_as_what_is_said_in_chat(api: Api) -> None:
    form = {
        "description": SECRETS["text"], "address_string": SECRETS["place"], "account_id": SECRETS["reporter"],
        "lat": SECRETS["lat"], "long": SECRETS["lon"], "email": "wu-apo@example.com", "phone": "13912345678",
    }  # fmt: skip
    made = await post(api, await a_key(api), **form)
    number = made.json()[0]["service_request_id"]
    assert [part for part in PARTS if part in said([made, *await everything(api, number)])] == []


# 龘 stands in no public name: hypothesis tries strings of our sources, too, and the name of a community is no secret
TEXT = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=6, max_size=40).map("龘".__add__)
POSITION = st.tuples(st.floats(31.2, 31.4), st.floats(120.5, 120.7))


@given(words=TEXT, place=TEXT, reporter=st.text("abcdefghij0123456789", min_size=8), spot=POSITION)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
async def test_whatever_was_said(
    sqlite_api: Api, words: str, place: str, reporter: str, spot: tuple[float, float]
) -> None:
    given = {"text": words, "place": place, "reporter": reporter, "lat": spot[0], "lon": spot[1]}
    number = str((await open_ticket(sqlite_api, **given))["number"])
    all_said = said(await everything(sqlite_api, number))
    assert number in all_said
    assert [part for part in (words, place, reporter, f"{spot[0]:.5f}", f"{spot[1]:.5f}") if part in all_said] == []


@pytest.mark.parametrize("status", list(PATHS[Lane.LEGAL]))
async def test_a_legal_matter_is_nowhere(cast: Cast, status: Status) -> None:
    number, public = await cast.at(Lane.LEGAL, status), await cast.at(Lane.PUBLIC, Status.REPORTED)
    assert await listed(cast.api) == [public]
    for params in (
        {"service_request_id": number},
        {"service_code": "legal:tenancy"},
        {"service_code": QUESTION["label"]},
    ):
        assert await listed(cast.api, **params) == []
    for of in ("requests", "tokens"):
        unknown = await get(cast.api, f"{of}/GS20261123-9999.json")
        hidden = await get(cast.api, f"{of}/{number}.json")
        assert failures(hidden) == failures(unknown) and hidden.content == unknown.content, "as if it were not there"
    assert number not in said([answer for answer in await everything(cast.api, number) if answer.status_code == 200])


async def test_what_is_no_item_is_nowhere(api: Api) -> None:
    """Referrals and what the catalogue does not know are for the desk; an emergency least of all for everybody."""
    labels = [entry.label for entry in api.office.catalogue.entries if entry.kind in (Kind.REFERRAL, Kind.OTHER)]
    assert len(labels) >= 20 and "emergency" in labels
    numbers = [str((await open_ticket(api, label=label))["number"]) for label in labels]
    assert await listed(api) == await listed(api, service_request_id=",".join(numbers)) == []
    assert await listed(api, service_code=",".join(labels)) == []
    for number in numbers[:3]:
        assert (await get(api, f"requests/{number}.xml")).status_code == 404


async def test_what_turns_out_to_be_no_item_is_listed_no_more(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    assert await listed(cast.api) == [number]
    await cast.done(Role.TRIAGE, number, "correct", label="noise", reason="是噪声")
    assert await listed(cast.api) == await listed(cast.api, service_request_id=number) == []
    assert (await get(cast.api, f"requests/{number}.json")).status_code == 404


async def test_danger_to_life_is_listed_as_its_item(cast: Cast) -> None:
    number = str((await open_ticket(cast.api, urgent=True, **{**SECRETS, "label": "elevator"}))["number"])
    (row,) = (await get(cast.api, f"requests/{number}.json")).json()
    assert row["description"] == "电梯故障" and "urgent" not in row


async def test_posting_needs_a_key_and_reading_gives_no_more_with_one(cast: Cast) -> None:
    number = str((await open_ticket(cast.api, **SECRETS))["number"])
    bare = await get(cast.api, f"requests/{number}.json")
    for headers in (cast.headers[Role.TRIAGE], cast.api.bot()):
        assert (await cast.api.client.get(f"{V2}/requests/{number}.json", headers=headers)).content == bare.content
    assert (await get(cast.api, f"requests/{number}.json", api_key=await a_key(cast.api))).content == bare.content
