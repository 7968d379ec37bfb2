"""A resident who wants no case made of their matter: the adviser reads so, and cannot begin one."""

import pytest

from api.lifecycle import Role
from api.schemas import Report
from tests.api.browsing import browser
from tests.api.life import QUESTION, call, ok, open_ticket
from tests.conftest import Api


async def answered(api: Api, *, no_case: bool) -> str:
    headers = await api.staff("ada", Role.ADVISER)
    number = str((await open_ticket(api, **QUESTION, no_case=no_case))["number"])
    ok(await call(api, headers, number, "accept"))
    ok(await call(api, headers, number, "report_back", note="押金应当退"))
    return number


@pytest.mark.parametrize("no_case", [True, False])
async def test_the_page_says_so_and_offers_none(api: Api, no_case: bool) -> None:
    page = await (await browser(api, Role.ADVISER, "ada")).open(f"/tickets/{await answered(api, no_case=no_case)}")
    assert ("居民不愿意做成案例" in page.words) is no_case
    assert ("case" in page.forms) is not no_case


async def test_a_form_sent_all_the_same_is_refused(sqlite_api: Api) -> None:
    allowed, refused = [await answered(sqlite_api, no_case=it) for it in (False, True)]
    ada = await browser(sqlite_api, Role.ADVISER, "ada")
    page = await ada.open(f"/tickets/{allowed}")
    page.forms["case"].action = f"/tickets/{refused}/case"
    assert (await ada.send(page, "case")).status == 403


async def test_of_a_public_report_it_says_nothing(sqlite_api: Api) -> None:
    assert not (await open_ticket(sqlite_api, no_case=True))["no_case"]


def test_it_is_not_written_where_it_is_not_said() -> None:
    report = Report(channel="web", reporter="r1", text="房东不退押金")
    assert "no_case" not in report.model_dump(mode="json")
