"""What triage corrected, exported as lessons: on both databases, through the acts of a clerk."""

import json
from pathlib import Path
from typing import Any

import pytest

from api import corrections
from api.corrections import correction_of
from api.lifecycle import Lane, Role
from api.models import Event, Ticket
from tests.api.life import QUESTION, Cast, open_ticket
from tests.conftest import Api

TEXT = "南门路菜场门口的地砖翘起来了"
LIGHT = "street_light"


async def exported(api: Api, file: Path, without: str = "", at_once: int = 2) -> list[dict[str, Any]]:
    labels, read = set(api.office.catalogue.by_label) - {without}, [0]

    def count(tickets: int) -> None:
        read[0] += tickets

    async with api.db.reading() as session:
        written = await corrections.export(session, file, labels, count, at_once)
        assert read[0] == 2 * await corrections.count(session)
    lines = read_lines(file)
    assert written == len(lines)
    return lines


def read_lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def with_this_name(folder: Path, name: str) -> dict[str, str]:
    """The files, hidden ones too, and what is in them."""
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if name in file.name}


async def corrected(cast: Cast, text: str, action: str = "correct", **given: str) -> str:
    number = str((await open_ticket(cast.api, text=text, place="南门路"))["number"])
    await cast.done(Role.TRIAGE, number, action, reason="看错了", **given)
    return number


async def test_labels_and_places_that_triage_changed(cast: Cast, tmp_path: Path) -> None:
    await open_ticket(cast.api, text="无人更正的一条")
    await corrected(cast, "甲" + TEXT, label="sidewalk")
    await corrected(cast, "乙" + TEXT, "file", label="sidewalk")
    await corrected(cast, "丙" + TEXT, place="南门路菜场门口")
    await corrected(cast, "丁" + TEXT, place="南门路菜市场", label="sidewalk")
    await corrected(cast, "戊" + TEXT, "file")
    assert await exported(cast.api, tmp_path / "c.jsonl") == [
        {"text": "甲" + TEXT, "label": "sidewalk"},
        {"text": "乙" + TEXT, "label": "sidewalk"},
        {"text": "丙" + TEXT, "label": LIGHT, "place": "南门路菜场门口"},
        {"text": "丁" + TEXT, "label": "sidewalk"},
    ]


async def test_what_was_changed_back_is_no_correction(cast: Cast, tmp_path: Path) -> None:
    number = await corrected(cast, TEXT, label="sidewalk", place="南门路菜场门口")
    await cast.done(Role.TRIAGE, number, "correct", reason="还是对的", label=LIGHT, place="南门路")
    assert await exported(cast.api, tmp_path / "c.jsonl") == []


async def test_a_legal_matter_is_never_exported(cast: Cast, tmp_path: Path) -> None:
    number = str((await open_ticket(cast.api, **QUESTION))["number"])
    async with cast.api.db.writing() as session:
        ticket = await session.get(Ticket, 1)
        assert ticket is not None and ticket.number == number
        facts = {"label": [LIGHT, "legal:tenancy"]}
        moved = {"role": Role.TRIAGE, "actor": "tina", "at": cast.api.clock(), "after": ticket.status}
        session.add(Event(ticket_id=1, action="correct", facts=facts, **moved))
    assert await exported(cast.api, tmp_path / "c.jsonl") == []


def a_ticket(**given: Any) -> Ticket:
    return Ticket(**{"lane": Lane.PUBLIC, "label": LIGHT, "text": TEXT, "place": "南门路"} | given)


def relabelled(*labels: str) -> Event:
    return Event(id=1, facts={"label": list(labels)})


@pytest.mark.parametrize(
    ("ticket", "event"),
    [
        (a_ticket(lane=Lane.LEGAL), relabelled("sidewalk", LIGHT)),
        (a_ticket(label="legal:tenancy"), relabelled(LIGHT, "legal:tenancy")),
        (a_ticket(), relabelled("legal:tenancy", LIGHT)),
        (a_ticket(text=" "), relabelled("sidewalk", LIGHT)),
    ],
)
def test_neither_now_nor_ever_legal_and_nothing_that_was_erased(ticket: Ticket, event: Event) -> None:
    assert correction_of(ticket, [event]) is None
    assert correction_of(a_ticket(), [relabelled("sidewalk", LIGHT)]) is not None


async def test_what_tells_who_somebody_is_is_masked_and_nothing_else_is_told(cast: Cast, tmp_path: Path) -> None:
    await corrected(cast, f"{TEXT}，电话13812345678", place="南门路菜场门口")
    await corrected(cast, "电话13812345678", place="13812345678")
    found = await exported(cast.api, tmp_path / "c.jsonl")
    assert found == [
        {"text": f"{TEXT}，电话###########", "label": LIGHT, "place": "南门路菜场门口"},
        {"text": "电话###########", "label": LIGHT},
    ]


async def test_a_text_comes_once_with_its_latest_correction(cast: Cast, tmp_path: Path) -> None:
    first, second = [await corrected(cast, TEXT, label="sidewalk") for _ in range(2)]
    await corrected(cast, "另一条", label="sidewalk")
    await cast.done(Role.TRIAGE, second, "correct", reason="更正", label="road_surface")
    await cast.done(Role.TRIAGE, first, "correct", reason="更正", label="noise")
    assert await exported(cast.api, tmp_path / "c.jsonl") == [
        {"text": TEXT, "label": "noise"},
        {"text": "另一条", "label": "sidewalk"},
    ]


async def test_an_item_that_the_catalogue_no_longer_has_is_left_out(cast: Cast, tmp_path: Path) -> None:
    await corrected(cast, TEXT, label="sidewalk")
    assert await exported(cast.api, tmp_path / "c.jsonl", without="sidewalk") == []


async def test_a_file_that_came_in_between_stays(sqlite_cast: Cast, tmp_path: Path) -> None:
    await corrected(sqlite_cast, TEXT, label="sidewalk")
    file = tmp_path / "c.jsonl"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        await exported(sqlite_cast.api, file)
    assert with_this_name(tmp_path, "c.jsonl") == {"c.jsonl": "mine"}
