"""What is found by its words, in which order lists stand, and that a list's end is reached."""

import pytest

from api import search
from api.lifecycle import Lane, Role, Status
from tests.api.life import LOCATED, QUESTION, Cast, ok, open_ticket
from tests.conftest import Api


async def found(api: Api, headers: dict[str, str] | None = None, **filters: str) -> list[str]:
    answer = await api.client.get("/api/v1/tickets", params=filters, headers=headers or api.bot())
    return [ticket["number"] for ticket in ok(answer)["tickets"]]


async def said(api: Api, text: str, place: str = "") -> str:
    return str((await open_ticket(api, text=text, place=place, label="street_light"))["number"])


WORDS = {
    "a word of two letters": ("路灯", True),
    "one letter": ("灯", True),
    "the last letter": ("了", True),
    "letters across two words": ("灯不", True),
    "a whole phrase": ("彩香一村三区门口的路灯", True),
    "two words, in any order": ("不亮 彩香", True),
    "a word and one that is not there": ("彩香 井盖", False),
    "letters that are there, in another order": ("灯路", False),
    "letters that are there, not together": ("彩村", False),
    "letters across a stop": ("了昨", False),
    "traditional letters": ("路燈", True),
    "full-width": ("１２幢", True),
    "a number in it": ("12幢", True),
    "the place, which the text does not name": ("北园路", True),
    "nothing to look for": ("，。", False),
    "a query of the index's own": ('路灯" OR "井盖', False),
    "a star": ("*", False),
    "an operator": ("路灯 NOT 井盖", False),
    "quotes": ("'路灯'", True),
    "another language": ("LED", True),
    "another case": ("led", True),
}


@pytest.mark.parametrize(("words", "is_there"), WORDS.values(), ids=WORDS.keys())
async def test_words(api: Api, words: str, is_there: bool) -> None:
    number = await said(api, "彩香一村三区门口的路灯不亮了。昨天12幢的LED灯也坏了", "北园路")
    await said(api, "公园的长椅需要修")
    assert await found(api, q=words) == [number] * is_there


async def test_a_number_finds_its_ticket_whatever_the_case(api: Api) -> None:
    number = await said(api, "路灯不亮")
    assert await found(api, q=f" {number.lower()} ") == [number]


async def test_a_corrected_place_is_found_and_the_wrong_one_no_more(cast: Cast) -> None:
    number = await said(cast.api, "这里的路灯不亮", "南门路菜场门口")
    await cast.done(Role.TRIAGE, number, "correct", reason="改地点", place="观前街口")
    assert await found(cast.api, q="观前街") == [number]
    assert await found(cast.api, q="南门路") == []
    assert await found(cast.api, q="路灯") == [number]


async def test_legal_words_are_in_no_index(cast: Cast) -> None:
    number = str((await open_ticket(cast.api, **QUESTION))["number"])
    for role in (Role.TRIAGE, Role.SUPERVISOR, Role.ADMIN, Role.SYSTEM, Role.ADVISER):
        assert await found(cast.api, dict(cast.headers[role]), q="押金") == []
    assert await found(cast.api, dict(cast.headers[Role.ADVISER]), q=number.lower()) == [number]
    async with cast.api.db.reading() as session:
        assert search.holds(session, "押金") is not None


async def test_what_is_open_stands_in_the_queues_order_and_the_rest_newest_first(cast: Cast) -> None:
    first, second = await cast.at(Lane.PUBLIC, Status.REPORTED), await cast.at(Lane.PUBLIC, Status.REPORTED)
    ended = await cast.at(Lane.PUBLIC, Status.DECLINED)
    danger = str((await open_ticket(cast.api, text="三楼着火了", label=None, urgent=True))["number"])
    triage = dict(cast.headers[Role.TRIAGE])
    assert await found(cast.api, triage, status="open") == [danger, first, second]
    assert await found(cast.api, triage, status="mine") == [danger, first, second]
    assert await found(cast.api, triage, status="reported") == [danger, first, second]
    assert await found(cast.api, triage) == [danger, ended, second, first]
    assert await found(cast.api, triage, status="ended") == [ended]
    assert await found(cast.api, triage, status="open", q="路灯") == [second, first]


@pytest.mark.parametrize("filters", [{}, {"q": "路灯"}, {"label": "street_light"}, {"status": "open"}])
async def test_pages_reach_the_end_and_hold_each_ticket_once(api: Api, filters: dict[str, str]) -> None:
    numbers = {await said(api, f"第{i}盏路灯不亮") for i in range(103)}
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = filters | ({"cursor": cursor} if cursor else {})
        page = ok(await api.client.get("/api/v1/tickets", params=asked, headers=api.bot()))
        seen += [ticket["number"] for ticket in page["tickets"]]
        cursor = page["next"]
    assert len(seen) == len(numbers) and set(seen) == numbers


async def test_a_cursor_of_another_order_is_refused(api: Api) -> None:
    for i in range(51):
        await said(api, f"第{i}盏路灯不亮")
    pages = [
        ok(await api.client.get("/api/v1/tickets", params=asked, headers=api.bot()))
        for asked in ({"status": "open"}, {"label": "street_light"})
    ]
    for asked, page in (({"label": "street_light"}, pages[0]), ({"status": "open"}, pages[1])):
        answer = await api.client.get("/api/v1/tickets", params=asked | {"cursor": page["next"]}, headers=api.bot())
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


async def test_filters_go_together(cast: Cast) -> None:
    here = str((await open_ticket(cast.api, **LOCATED))["number"])
    await said(cast.api, "路灯不亮", "观前街")
    assert await found(cast.api, q="路灯", grid="金阊街道", label="street_light", status="open") == [here]
    assert await found(cast.api, q="路灯", grid="金阊街道", status="ended") == []
