"""A report told beside a legal question: the adviser sees how far it is; who works on it learns nothing of the law."""

from typing import Any

import pytest

from api.lifecycle import Lane, Role, Status
from tests.api.browsing import browser
from tests.api.life import CALLERS, QUESTION, Cast, ok, open_ticket

ASKED, NAME = "有关的报修", "路灯故障"


def told(number: str) -> list[dict[str, str]]:
    return [{"asked": ASKED, "answer": NAME, "number": number}]


async def both(cast: Cast, **changes: Any) -> tuple[str, str]:
    """(the repair, the legal matter)"""
    repair = await cast.at(Lane.PUBLIC, Status.DISPATCHED)
    law = await open_ticket(cast.api, **QUESTION | {"facts": told(repair)} | changes)
    return repair, str(law["number"])


async def fact(cast: Cast, number: str, role: Role = Role.ADVISER) -> dict[str, Any]:
    (found,) = (await cast.read(number, role))["facts"]
    return dict(found)


async def test_the_adviser_sees_how_far_it_is_as_it_goes_on(cast: Cast) -> None:
    repair, law = await both(cast)
    before = await fact(cast, law)
    assert (before["number"], before["answer"], before["state"]["status"]) == (repair, NAME, "dispatched")
    await cast.done(Role.HANDLER, repair, "accept")
    after = await fact(cast, law)
    assert (after["state"]["status"], after["state"]["step"]) == ("in_progress", 4)
    assert after["state"]["due_at"]
    assert (await fact(cast, law, Role.RESIDENT))["state"] == after["state"]


async def test_of_an_anonymous_resident_not_the_number(cast: Cast) -> None:
    repair, law = await both(cast, anonymous=True)
    page = await (await browser(cast.api, Role.ADVISER, "ada")).open(f"/tickets/{law}")
    shown = await fact(cast, law)
    assert ("number" in shown, shown["state"]["status"]) == (False, "dispatched")
    assert repair not in page.html and NAME in page.html and "现在：" in page.html
    assert repair not in (await cast.timeline(law, Role.ADVISER))["events"].__repr__()
    assert (await fact(cast, law, Role.RESIDENT))["number"] == repair


async def test_on_the_page_in_words(cast: Cast) -> None:
    repair, law = await both(cast)
    page = await (await browser(cast.api, Role.ADVISER, "ada")).open(f"/tickets/{law}")
    assert f"{repair} {NAME}" in page.html and "现在：" in page.html
    assert f'href="/tickets/{repair}"' not in page.html


@pytest.mark.parametrize("role", CALLERS)
async def test_nobody_learns_of_it_from_the_report(cast: Cast, role: Role) -> None:
    repair = str((await open_ticket(cast.api))["number"])
    paths = [f"/tickets/{repair}", f"/tickets/{repair}/timeline"]
    before = [await cast.api.client.get(f"/api/v1{path}", headers=cast.headers[role]) for path in paths]
    law = await open_ticket(cast.api, **QUESTION | {"facts": told(repair)})
    after = [await cast.api.client.get(f"/api/v1{path}", headers=cast.headers[role]) for path in paths]
    assert [answer.text for answer in before] == [answer.text for answer in after]
    assert law["number"] not in "".join(answer.text for answer in after)
    if role not in (Role.ADVISER, Role.RESIDENT):
        seen = await cast.api.client.get(f"/api/v1/tickets/{law['number']}", headers=cast.headers[role])
        assert repair not in seen.text


async def test_a_strangers_report_is_not_told(cast: Cast) -> None:
    theirs = str((await open_ticket(cast.api, reporter="r2"))["number"])
    law = await open_ticket(cast.api, **QUESTION | {"facts": told(theirs)})
    none = await open_ticket(cast.api, **QUESTION | {"facts": told("GS20261123-9999")})
    for number in (law["number"], none["number"]):
        assert await fact(cast, number, Role.RESIDENT) == {"asked": ASKED, "answer": NAME}


async def test_a_legal_matter_is_no_report(cast: Cast) -> None:
    other = str((await open_ticket(cast.api, **QUESTION))["number"])
    law = await open_ticket(cast.api, **QUESTION | {"facts": told(other)})
    assert await fact(cast, law["number"], Role.RESIDENT) == {"asked": ASKED, "answer": NAME}


async def test_what_was_merged_is_followed(cast: Cast) -> None:
    first = await cast.at(Lane.PUBLIC, Status.IN_PROGRESS)
    repair, law = await both(cast)
    await cast.done(Role.TRIAGE, repair, "merge", into=first)
    shown = await fact(cast, law)
    assert (shown["number"], shown["state"]["status"]) == (repair, "in_progress")


async def test_one_that_became_a_legal_matter_is_told_no_more(cast: Cast) -> None:
    repair = str((await open_ticket(cast.api))["number"])
    law = str((await open_ticket(cast.api, **QUESTION | {"facts": told(repair)}))["number"])
    assert (await fact(cast, law, Role.RESIDENT))["state"]["status"] == "reported"
    await cast.done(Role.TRIAGE, repair, "correct", label="legal:injury", reason="其实是问赔偿")
    assert "state" not in await fact(cast, law, Role.RESIDENT)


@pytest.mark.parametrize("number", ["x", "GS1", "GS20261123-0001\n", " ", 7])
async def test_nonsense_is_refused(cast: Cast, number: object) -> None:
    report = QUESTION | {"facts": [{"asked": ASKED, "answer": NAME, "number": number}]}
    answer = await cast.api.client.post("/api/v1/tickets", json=report, headers=cast.headers[Role.RESIDENT])
    assert answer.status_code == 422


async def test_it_goes_with_the_matter(cast: Cast) -> None:
    repair, law = await both(cast)
    passed = await cast.api.staff("bea", Role.ADVISER)
    assert (await cast.done(Role.ADVISER, law, "pass_on"))["facts"] == []
    assert ok(await cast.api.client.get(f"/api/v1/tickets/{law}", headers=passed))["facts"][0]["number"] == repair
