"""The ledger of 4+X: consultations come by themselves, the rest is entered; each quarter by community and adviser."""

import csv
import io
from typing import Any

import pytest

from api.errors import Malformed
from api.figures import period
from api.lifecycle import Role
from tests.api.browsing import Browser, browser
from tests.api.life import COMMUNITY, STREET, call, ok, open_ticket
from tests.conftest import Api

QUARTER = "2026-Q4"
TALK = {"kind": "outreach", "held_on": "2026-11-20", "title": "防诈骗讲座", "attendance": "35", "papers": "社区档案柜"}
QUESTION = {"label": "legal:tenancy", "place": "彩香一村三区", "text": "房东不退押金怎么办"}


async def rows(reader: Browser, of: str = QUARTER) -> list[dict[str, str]]:
    answer = await reader.client.get(f"/services.csv?of={of}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


async def enter(reader: Browser, **changed: Any) -> Any:
    return await reader.send(await reader.open("/services"), "services", **TALK | changed)


@pytest.mark.parametrize(
    ("of", "first", "last"),
    [
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("", "2026-10-01", "2026-12-31"),
    ],
)
def test_quarters(api: Api, of: str, first: str, last: str) -> None:
    found = period.quarter(of, api.clock())
    assert (found.first.isoformat(), found.last.isoformat(), found.quarter) == (first, last, of or "2026-Q4")


@pytest.mark.parametrize("of", ["2026-Q5", "2027-Q1", "2019-Q3", "9999-Q4", "0000-Q1", "x", "2026-Q4'--"])
def test_odd_quarters(api: Api, of: str) -> None:
    with pytest.raises(Malformed):
        period.quarter(of, api.clock())


async def test_consultations_come_by_themselves(api: Api) -> None:
    ada = await browser(api, Role.ADVISER, "ada", COMMUNITY)
    headers = await api.staff("ada", Role.ADVISER)
    answered, waits = [(await open_ticket(api, **QUESTION))["number"] for _ in range(2)]
    api.clock.forward(hours=5)
    ok(await call(api, headers, answered, "accept"))
    ok(await call(api, headers, answered, "report_back", note="应当退"))
    ok(await call(api, api.resident(), answered, "rate", score=4))
    (row, whole) = await rows(ada)
    assert (row["顾问"], row["法律咨询"], row["已答复"], row["评价"]) == ("法律顾问 ada", "2", "1", "4")
    assert row["首次答复（小时，中位）"] == "5.0" and "彩香" in row["社区"]
    assert whole["社区"] == "合计" and whole["法律咨询"] == "2"
    assert waits and "押金" not in str(await rows(ada)) + (await ada.open("/services")).html
    assert (await rows(ada, "2026-Q3"))[0]["社区"] == "合计", "nothing but the sum, of nothing"


async def test_what_is_entered_is_counted_and_struck(api: Api) -> None:
    ada = await browser(api, Role.ADVISER, "ada", COMMUNITY)
    page = await enter(ada, community=COMMUNITY)
    assert page.status == 200 and "防诈骗讲座，35 人" in page.words and "社区档案柜" in page.words
    assert (await enter(ada, community=COMMUNITY)).status == 422, "the same again"
    await enter(ada, kind="opinion", title="物业合同的法律意见", attendance="7")
    await enter(ada, kind="mediation", title="楼上楼下漏水调解", attendance="", community=COMMUNITY)
    *_, whole = await rows(ada)
    named = ("法律意见", "纠纷调解", "法治宣传", "宣传到场人数")
    assert [whole[name] for name in named] == ["1", "1", "1", "35"]
    page = await ada.open("/services")
    await ada.send(page, "strike")  # the last of its forms: the oldest entry
    *_, whole = await rows(ada)
    assert sum(int(whole[name]) for name in named[:3]) == 2


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"kind": "party"}, "请选做了什么"),
        ({"held_on": "2026-11-24"}, "日期不对"),
        ({"held_on": "2020-01-01"}, "日期不对"),
        ({"held_on": "昨天"}, "日期不对"),
        ({"community": "320508018014"}, "不是您服务的"),
        ({"title": ""}, "请写题目"),
        ({"title": "长" * 201}, "请写题目"),
        ({"papers": "长" * 201}, "最多 200 个字"),
        ({"attendance": ""}, "到场人数"),
        ({"attendance": "-3"}, "到场人数"),
        ({"attendance": "九"}, "到场人数"),
        ({"attendance": "9" * 30}, "到场人数"),
    ],
)
async def test_what_cannot_be_entered_says_why_and_is_not_lost(
    sqlite_api: Api, changed: dict[str, str], why: str
) -> None:
    ada = await browser(sqlite_api, Role.ADVISER, "ada", COMMUNITY)
    page = await enter(ada, **changed)
    assert page.status == 422 and why in page.words
    assert page.forms["services"].fields["papers"] == (changed.get("papers") or TALK["papers"])
    assert len(await rows(ada)) == 1


async def test_each_reads_what_they_answer_for(api: Api) -> None:
    ada, ben = await browser(api, Role.ADVISER, "ada", COMMUNITY), await browser(api, Role.ADVISER, "ben", "320508018")
    await enter(ada, community=COMMUNITY)
    await enter(ben, title="宪法日宣传", community="320508018014")
    everybody = await browser(api, Role.SUPERVISOR, "sam")
    street = await browser(api, Role.SUPERVISOR, "sue", STREET)
    assert [row["顾问"] for row in await rows(everybody)] == ["法律顾问 ben", "法律顾问 ada", ""]
    assert [row["顾问"] for row in await rows(street)] == ["法律顾问 ada", ""]
    assert [row["顾问"] for row in await rows(ben)] == ["法律顾问 ben", ""]
    assert "登记一件" not in (await everybody.open("/services")).words
    csrf = (await everybody.open("/services")).forms["sign-out"].fields["csrf"]
    assert (await everybody.client.post("/services", data=TALK | {"csrf": csrf})).status_code == 403
    entry = (await ada.open("/services")).forms["strike"].fields["entry"]
    await ben.client.post(
        "/services/strike", data={"csrf": (await ben.open("/services")).forms["strike"].fields["csrf"], "entry": entry}
    )
    assert len(await rows(ada)) == 2, "nobody else's to strike"


async def test_a_quarter_leads_to_the_one_before_and_formulas_are_text(sqlite_api: Api) -> None:
    ada = await browser(sqlite_api, Role.ADVISER, "ada", COMMUNITY)
    await enter(ada, title="=1+1")
    page = await ada.open("/services")
    assert 'href="/services?of=2026-Q3"' in page.html and 'rel="next"' not in page.html
    assert "=1+1" in page.words and 'rel="prev"' not in (await ada.open("/services?of=2019-Q4")).html
    assert (await ada.client.get("/services?of=2026-Q9")).status_code == 422


async def mediated(api: Api, headers: dict[str, str], outcome: str = "") -> str:
    """A matter of 彩香 that is mediated from today on; its number."""
    number = str((await open_ticket(api, **QUESTION))["number"])
    ok(await call(api, headers, number, "accept"))
    asked = {"kind": "community", "party": "房东", "reach": "楼上", "note": "老邻居"}
    ok(await call(api, headers, number, "propose_mediation", **asked))
    ok(await call(api, api.resident(), number, "consent", name="沈小梅"))
    day = api.clock().date().isoformat()
    ok(await call(api, headers, number, "party_consents", on=day, how="电话"))
    if outcome:
        ok(await call(api, headers, number, "mediation_outcome", outcome=outcome, on=day, note="谈好了"))
    return number


COUNTED = ("纠纷调解", "调解达成协议", "调解成功率", "已答复")


async def test_mediations_count_by_themselves_once_they_began(api: Api) -> None:
    ada = await browser(api, Role.ADVISER, "ada", COMMUNITY)
    headers = await api.staff("ada", Role.ADVISER)
    for outcome in ("agreed", "failed", ""):
        await mediated(api, headers, outcome)
    row, whole = await rows(ada)
    assert "彩香" in row["社区"] and row["顾问"] == "法律顾问 ada"
    assert [row[name] for name in COUNTED] == [whole[name] for name in COUNTED] == ["3", "1", "0.5", "2"]
    assert "纠纷调解" in (await ada.open("/services")).words and "50%" in (await ada.open("/services")).words
    sam = await browser(api, Role.SUPERVISOR, "sue", STREET)
    assert (await rows(sam))[0]["纠纷调解"] == "3"
    other = await browser(api, Role.SUPERVISOR, "sid", "320508018")
    assert len(await rows(other)) == 1, "of another street"
    assert (await rows(ada, "2026-Q3"))[-1]["纠纷调解"] == "0"


async def test_it_counts_in_the_quarter_in_which_it_began(api: Api) -> None:
    ada = await browser(api, Role.ADVISER, "ada", COMMUNITY)
    headers = await api.staff("ada", Role.ADVISER)
    number = await mediated(api, headers)
    api.clock.forward(days=45)
    ok(await call(api, headers, number, "mediation_outcome", outcome="agreed", on="2027-01-07", note="谈好了"))
    ada = await browser(api, Role.ADVISER, "ada", COMMUNITY)
    assert [(await rows(ada, of))[-1]["纠纷调解"] for of in (QUARTER, "2027-Q1")] == ["1", "0"]
    assert (await rows(ada))[-1]["调解达成协议"] == "1"


@pytest.mark.parametrize("community", [COMMUNITY, ""])
async def test_what_counts_by_itself_is_not_entered_again(api: Api, community: str) -> None:
    ada = await browser(api, Role.ADVISER, "ada", COMMUNITY)
    headers = await api.staff("ada", Role.ADVISER)
    mine = {"kind": "mediation", "held_on": "2026-11-23", "attendance": "", "community": community}
    before = await enter(ada, **mine, title="登记在前的那一件")
    assert before.status == 200
    await mediated(api, headers, "agreed")
    assert (await rows(ada))[-1]["纠纷调解"] == "1", "entered before it began, it is the same"
    refused = await enter(ada, **mine, title="楼上楼下调解")
    assert refused.status == 422 and "系统已经自动计入" in refused.words
    assert refused.forms["services"].fields["title"] == "楼上楼下调解"
    assert (await ada.send(refused, "services", another="1")).status == 200
    assert (await rows(ada))[-1]["纠纷调解"] == "2", "another, as they say"
    assert (await enter(ada, **mine | {"held_on": "2026-11-20"}, title="别的一天")).status == 200
    assert (await rows(ada))[-1]["纠纷调解"] == "3"
