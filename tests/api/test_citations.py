"""What an adviser's answer rests on."""

import pytest

from api import citations
from api.lifecycle import Action, Lane, Role, Status
from tests.api.browsing import TENANCY, browser, report
from tests.api.life import Cast, call, carried
from tests.conftest import Api


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("《民法典》第七百零八条", ["《民法典》第七百零八条"]),
        ("民法典第708条", ["《民法典》第708条"]),
        ("中华人民共和国民法典 第 七百零八 条", ["《民法典》第七百零八条"]),
        ("《劳动合同法》第四条第二款\n刑法第一条之一", ["《劳动合同法》第四条第二款", "《刑法》第一条之一"]),
        ("民法典第一条；民法典第一条", ["《民法典》第一条"]),
        ("《关于房屋租赁的解释》第十条第（二）项。", ["《关于房屋租赁的解释》第十条第（二）项"]),
        (" \n ", []),
    ],
)
def test_lines_are_read(written: str, read: list[str]) -> None:
    assert [str(cited) for cited in citations.read(written)] == read


@pytest.mark.parametrize(
    "line", ["民法典", "第七百零八条", "看一下合同", "《民法典》第七百零八条规定得很清楚", "法" * 500]
)
def test_what_names_no_law_and_article_is_refused(line: str) -> None:
    with pytest.raises(citations.Unreadable):
        citations.read(f"民法典第一条\n{line}")


async def test_the_resident_and_the_record_have_them(cast: Cast) -> None:
    number = await cast.at(Lane.LEGAL, Status.IN_PROGRESS)
    await carried(cast.api)
    await cast.done(
        Role.ADVISER, number, "report_back", note="应当退", laws="民法典第七百三十三条\n民法典第五百七十七条"
    )
    (answer,) = [notice for notice in await carried(cast.api) if notice["kind"] == "legal.report_back"]
    assert answer["facts"]["laws"] == [["民法典", "第七百三十三条"], ["民法典", "第五百七十七条"]]
    last = (await cast.timeline(number, Role.ADVISER))["events"][-1]
    assert last["action"] == Action.REPORT_BACK and len(last["facts"]["laws"]) == 2
    assert "七百三十三" not in str(await cast.timeline(number, Role.TRIAGE)), "nor is that anybody else's to read"


async def test_a_line_that_cannot_be_read_is_told_and_nothing_is_sent(cast: Cast) -> None:
    number = await cast.at(Lane.LEGAL, Status.IN_PROGRESS)
    answer = await call(cast.api, cast.headers[Role.ADVISER], number, "report_back", note="应当退", laws="看合同")
    assert (answer.status_code, answer.json()["code"], answer.json()["line"]) == (422, "bad_citation", "看合同")
    assert (await cast.read(number, Role.ADVISER))["status"] == Status.IN_PROGRESS


async def test_on_the_page(api: Api) -> None:
    ada, number = await browser(api, Role.ADVISER, "顾律师"), await report(api, **TENANCY)
    page = await ada.send(await ada.open(f"/tickets/{number}"), "accept")
    refused = await ada.send(page, "report_back", note="应当退押金", laws="民法典")
    assert refused.status == 422 and "依据有一行没看懂" in refused.words
    assert refused.forms["report_back"].fields["note"] == "应当退押金", "nothing typed is lost"
    done = await ada.send(refused, "report_back", note="应当退押金", laws="民法典第七百三十三条")
    assert "依据：《民法典》第七百三十三条" in done.words
