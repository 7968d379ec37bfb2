"""A supervisor breaks the glass: for a reason, for an hour, on record; and nobody else can."""

from typing import Any

import pytest

from api import credentials, people
from api.lifecycle import Lane, Role, Status
from tests.api.browsing import TENANCY, browser, report
from tests.api.life import Cast, carried, failure, ok, open_ticket
from tests.conftest import Api

SECRET, PLACE = "押金条在我妈那里", "彩香一村三区8幢"
WHY = "居民投诉顾问三天没有答复，要核对"


async def asked(api: Api) -> str:
    said = {"text": f"房东不退押金怎么办，{SECRET}", "label": "legal:tenancy", "place": PLACE}
    return str((await open_ticket(api, **said))["number"])


async def words_of(cast: Cast, number: str, role: Role = Role.SUPERVISOR) -> str:
    found = [await cast.read(number, role), await cast.timeline(number, role)]
    return str(found)


async def test_reads_for_an_hour_and_no_longer(cast: Cast, picture: bytes) -> None:
    number, client = await asked(cast.api), cast.api.client
    path, resident = f"/api/v1/tickets/{number}/photos", cast.headers[Role.RESIDENT]
    photo = ok(await client.post(path, files={"file": picture}, headers=resident))["photo"]
    assert SECRET not in await words_of(cast, number)
    assert "break_glass" in (await cast.read(number, Role.SUPERVISOR))["actions"]
    await cast.done(Role.SUPERVISOR, number, "break_glass", reason=WHY)
    for minutes, reads in ((0, True), (59, True), (2, False)):
        cast.api.clock.forward(minutes=minutes)
        assert (SECRET in await words_of(cast, number)) is reads
        seen = await client.get(f"{path}/{photo}", headers=cast.headers[Role.SUPERVISOR])
        assert (seen.status_code == 200) is reads
        assert ("break_glass" in (await cast.read(number, Role.SUPERVISOR))["actions"]) is not reads


async def test_is_on_record_with_the_reason_and_told_to_the_adviser(cast: Cast) -> None:
    number = await asked(cast.api)
    await carried(cast.api, "desk")
    await cast.done(Role.SUPERVISOR, number, "break_glass", reason=WHY)
    event = (await cast.timeline(number, Role.ADVISER))["events"][-1]
    assert (event["action"], event["actor"], event["reason"]) == ("break_glass", "sam", WHY)
    assert event["facts"]["open_until"] == "2026-11-23T10:30:00+08:00"
    [notice] = await carried(cast.api, "desk")
    assert (notice["kind"], notice["address"]) == ("legal.break_glass", "ada")
    assert WHY not in str(notice) and SECRET not in str(notice)
    mine = (await cast.timeline(number, Role.RESIDENT))["events"][-1]
    assert (mine["action"], mine["role"]) == ("break_glass", "supervisor"), "the resident sees that somebody looked"
    assert (await cast.read(number, Role.ADVISER))["status"] == "dispatched", "nothing moved"


@pytest.mark.parametrize("role", [Role.TRIAGE, Role.HANDLER, Role.VERIFIER, Role.ADVISER, Role.ADMIN, Role.RESIDENT])
async def test_nobody_else_may(cast: Cast, role: Role) -> None:
    number = await asked(cast.api)
    assert (await cast.do(role, number, "break_glass", reason=WHY)).status_code in (403, 404)
    assert SECRET not in await words_of(cast, number)


async def test_it_opens_one_matter_to_one_person(cast: Cast) -> None:
    one, other = await asked(cast.api), await asked(cast.api)
    await cast.done(Role.SUPERVISOR, one, "break_glass", reason=WHY)
    assert SECRET in await words_of(cast, one) and SECRET not in await words_of(cast, other)
    for path in (f"/tickets/{one}", f"/tickets/{one}/timeline"):
        answer = await cast.api.client.get(f"/api/v1{path}", headers=await cast.api.staff("sue", Role.SUPERVISOR))
        assert SECRET not in answer.text


@pytest.mark.parametrize("reason", ["", "      ", "看一下", "九个字还差那么一个"])
async def test_without_a_real_reason_it_stays_shut(cast: Cast, reason: str) -> None:
    number = await asked(cast.api)
    assert failure(await cast.do(Role.SUPERVISOR, number, "break_glass", reason=reason)) == (422, "missing")
    assert SECRET not in await words_of(cast, number)


async def test_a_public_ticket_has_no_glass(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    assert failure(await cast.do(Role.SUPERVISOR, number, "break_glass", reason=WHY)) == (403, "forbidden")


async def test_a_closed_matter_may_be_looked_into(cast: Cast) -> None:
    number = await cast.at(Lane.LEGAL, Status.CLOSED)
    assert (await cast.done(Role.SUPERVISOR, number, "break_glass", reason=WHY))["status"] == "closed"


async def test_not_in_a_chat(cast: Cast) -> None:
    """Others look on there, and what was shown stays."""
    number, api = await asked(cast.api), cast.api
    grant: dict[str, Any] = {"channel": "telegram", "address": "7"}
    headers = api.bot() | {"X-Staff": "telegram:7"}
    async with api.db.writing() as session:
        sam = await people.called(session, "sam")
        code = await credentials.binding_code(session, sam.id, api.clock())
    ok(await api.client.post("/api/v1/staff/bind", json=grant | {"code": code}, headers=api.bot()))
    await cast.done(Role.SUPERVISOR, number, "break_glass", reason=WHY)
    seen = await api.client.get(f"/api/v1/tickets/{number}", headers=headers)
    assert (seen.status_code, seen.json()["text"]) == (200, None)


async def test_on_the_page(api: Api) -> None:
    await browser(api, Role.ADVISER, "顾律师")
    number, supervisor = await report(api, **TENANCY), await browser(api, Role.SUPERVISOR)
    page = await supervisor.open(f"/tickets/{number}")
    assert TENANCY["text"] not in page.words and "查看咨询内容" in page.words
    refused = await supervisor.send(page, "break_glass", reason="看看")
    assert (refused.status, TENANCY["text"] in refused.words) == (422, False) and "至少十个字" in refused.words
    opened = await supervisor.send(refused, "break_glass", reason=WHY)
    assert TENANCY["text"] in opened.words and "查看咨询内容" not in opened.of_actions()
    assert WHY in (await (await browser(api, Role.ADVISER, "顾律师")).open(f"/tickets/{number}")).words
