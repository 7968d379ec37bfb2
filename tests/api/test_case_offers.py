"""What the bot offers before a legal question goes to an adviser: really alike, of the same topic, never in danger."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from api import demo_cases, likeness
from api.case_drafts import Typed, check
from api.case_words import Known
from api.citations import Citation
from api.likeness import likest
from nlp.catalogue import load_catalogue
from nlp.vectors import embedder
from tests.api.cases import ANSWER, DEPOSIT, a_case, days_ago
from tests.api.life import ok
from tests.conftest import Api
from tests.planted import columns_with

ASKED = "房东不退押金怎么办"
LINES = [json.loads(line) for line in (Path(__file__).parent / "case_pairs.jsonl").read_text("utf-8").splitlines()]
CHOSEN_ON, MEASURED_ON = LINES[::2], LINES[1::2]
CATALOGUE = load_catalogue()


def questions(label: str) -> list[str]:
    return [line["case"] for line in LINES if line["label"] == label and line["case"]]


def figures(lines: list[dict[str, Any]]) -> tuple[float, float, int]:
    """(precision of the offers, recall, messages without a case that were offered one)."""
    right = wrong = missed = in_vain = 0
    for line in lines:
        for message in line["alike"]:
            of_topic = questions(line["label"])
            offers = [of_topic[place] for place in likest(CATALOGUE, message, of_topic)]
            right += line["case"] in offers
            wrong += sum(one != line["case"] for one in offers)
            missed += bool(line["case"]) and line["case"] not in offers
            in_vain += not line["case"] and bool(offers)
    return right / (right + wrong), right / (right + missed), in_vain


MEANT, WORDED = ((0.90, 0.65, 0), (0.85, 0.50, 1)), ((0.80, 0.10, 1), (0.80, 0.10, 1))


def test_offers_fit() -> None:
    """By meaning; where a machine cannot embed, as well as by words alone."""
    for lines, least in zip((CHOSEN_ON, MEASURED_ON), MEANT if embedder() else WORDED, strict=True):
        precision, recall, in_vain = figures(lines)
        assert precision >= least[0] and recall >= least[1] and in_vain <= least[2]


def test_offers_by_words_alone_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "embedder", lambda **_: None)
    chosen, measured = figures(CHOSEN_ON), figures(MEASURED_ON)
    assert chosen[0] >= 0.80 and measured[0] >= 0.80 and min(chosen[1], measured[1]) > 0.10


async def similar(api: Api, asked: str = ASKED, label: str = "legal:tenancy") -> list[dict[str, Any]]:
    answer = await api.client.post("/api/v1/cases/similar", json={"label": label, "text": asked}, headers=api.bot())
    found: list[dict[str, Any]] = ok(answer)  # type: ignore[assignment]
    return found


async def test_what_is_like_it_is_offered_whole(api: Api) -> None:
    id = await a_case(api)
    assert await similar(api) == [
        {
            "id": id, "label": "legal:tenancy", "question": DEPOSIT, "answer": ANSWER, "demo": False,
            "laws": [["民法典", "第七百三十三条"]], "reviewed_on": "2026-11-23",
        }
    ]  # fmt: skip


async def test_two_at_the_most_the_likest_first(api: Api) -> None:
    for question in ("房东不退押金怎么办？", "退租以后房东不退押金，怎么办？", "房东一直不退押金，怎么办呢？"):
        await a_case(api, question)
    found = await similar(api)
    assert len(found) == 2 and found[0]["question"] == "房东不退押金怎么办？"


async def test_neither_another_topic_nor_what_is_not_alike(api: Api) -> None:
    await a_case(api, label="legal:contract")
    await a_case(api, "热水器坏了该谁修？")
    assert await similar(api) == []


async def test_nothing_withdrawn_and_nothing_unread_for_too_long(api: Api) -> None:
    await a_case(api, withdrawn_at=api.clock(), withdrawn_by="ada", withdrawn_why="法律改了")
    await a_case(api, reviewed=days_ago(api, 395))
    assert await similar(api) == []
    id = await a_case(api, reviewed=days_ago(api, 394))
    assert [case["id"] for case in await similar(api)] == [id], "its author has been asked, and has days left"


@pytest.mark.parametrize(
    "asked",
    ["房东不退押金，老公还动手打我", "房东把门锁了，家里着火了快来救人", "房东不退押金，我今天刚被骗走钱，是诈骗"],
)
async def test_nobody_in_danger_is_offered_one(api: Api, asked: str) -> None:
    await a_case(api)
    assert await similar(api, asked) == []


@pytest.mark.parametrize(
    "given",
    [{}, {"label": "", "text": "x"}, {"label": "legal:tenancy", "text": " "}, {"label": "x", "text": "押" * 4001}],
)
async def test_bad_questions_are_refused(sqlite_api: Api, given: dict[str, str]) -> None:
    answer = await sqlite_api.client.post("/api/v1/cases/similar", json=given, headers=sqlite_api.bot())
    assert answer.status_code == 422 and "押押" not in answer.text


async def test_the_question_is_kept_nowhere(
    api: Api, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    await a_case(api)
    assert await similar(api, "房东闫翠凤不退押金怎么办")
    assert await columns_with(api.db, ["闫翠凤"]) == []
    assert "闫翠凤" not in "".join(capfd.readouterr()) + caplog.text
    async with api.db.reader() as db:
        for table in ("resident", "request_key", "ticket"):
            assert (await db.execute(sql(f"SELECT count(*) FROM {table}"))).scalar() == 0


async def test_it_is_counted_of_nobody(api: Api) -> None:
    id = await a_case(api)
    for outcome in ("shown", "shown", "helped"):
        ok(await api.client.post(f"/api/v1/cases/{id}/read", json={"outcome": outcome}, headers=api.bot()))
    async with api.db.reader() as db:
        row = (await db.execute(sql("SELECT shown, helped FROM legal_case"))).one()
    assert tuple(row) == (2, 1)
    for path, status in ((f"{id + 1}/read", 404), ("0/read", 422)):
        given = {"outcome": "shown"}
        assert (await api.client.post(f"/api/v1/cases/{path}", json=given, headers=api.bot())).status_code == status
    wrong = await api.client.post(f"/api/v1/cases/{id}/read", json={"outcome": "sold"}, headers=api.bot())
    assert wrong.status_code == 422


async def test_a_resident_and_staff_ask_for_none_by_themselves(api: Api) -> None:
    await a_case(api)
    body = {"label": "legal:tenancy", "text": ASKED}
    assert (await api.client.post("/api/v1/cases/similar", json=body, headers=api.resident())).status_code == 403
    assert (await api.client.post("/api/v1/cases/similar", json=body)).status_code == 401


async def test_those_of_a_first_start_are_marked_and_could_be_submitted(sqlite_api: Api) -> None:
    async with sqlite_api.db.writing() as session:
        await demo_cases.add(session, sqlite_api.clock())
    (found,) = await similar(sqlite_api)
    assert found["demo"] and found["laws"] == [["民法典", "第七百三十三条"]]
    for label, question, answer, laws in demo_cases.CASES:
        lines = "\n".join(str(Citation(*pair)) for pair in laws)
        assert check(Typed(label, question, answer, lines), Known()) == laws


def test_the_pairs_are_of_topics_there_are() -> None:
    assert {line["label"] for line in LINES} <= CATALOGUE.by_label.keys()
    assert os.environ.get("MEANING") != "off" or embedder() is None
