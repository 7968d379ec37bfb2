"""Staff beside each other: a ticket taken in hand, given back, left behind; who looks and who writes."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import func, select

from api import clockwork, holds, presence
from api.lifecycle import Lane, Role, Status
from api.models import Hold, Presence
from tests.api.browsing import TENANCY, acted, browser, report
from tests.api.life import NAMES, Cast, ok
from tests.api.listening import listening
from tests.api.test_feed import missed
from tests.conftest import Api
from tests.world import served

STAFF = [role for role in NAMES]


async def take(api: Api, headers: Any, number: str, **given: Any) -> Any:
    return await api.client.put(f"/api/v1/tickets/{number}/hold", json=given, headers=headers)


async def let_go(api: Api, headers: Any, number: str) -> Any:
    return await api.client.delete(f"/api/v1/tickets/{number}/hold", headers=headers)


async def say(api: Api, headers: Any, number: str, doing: str) -> Any:
    return await api.client.put(f"/api/v1/tickets/{number}/presence", json={"doing": doing}, headers=headers)


async def test_who_takes_it_acts_and_nobody_else_of_the_desk(api: Api) -> None:
    tina, tom, sam = await api.staff("tina", Role.TRIAGE), await api.staff("tom", Role.TRIAGE), "sam"
    boss, number = await api.staff(sam, Role.SUPERVISOR), await report(api)
    hold = ok(await take(api, tina, number))
    assert hold["by"] == "tina"
    for other in (tom, boss):
        refused = await api.client.post(f"/api/v1/tickets/{number}/actions/file", json={}, headers=other)
        assert (refused.status_code, refused.json()["code"], refused.json()["by"]) == (409, "held", "tina")
        assert (await take(api, other, number)).json()["code"] == "held"
        assert (await let_go(api, other, number)).json()["code"] == "held"
        seen = ok(await api.client.get(f"/api/v1/tickets/{number}", headers=other))
        assert (seen["hold"], seen["actions"]) == (hold, [])
    own = ok(await api.client.get(f"/api/v1/tickets/{number}", headers=tina))
    assert own["hold"] == hold and "file" in own["actions"]
    await acted(api, number, "file", tina)
    assert ok(await api.client.get(f"/api/v1/tickets/{number}", headers=tom))["hold"] == hold, "still at the desk"
    assert (await let_go(api, tina, number)).status_code == 204
    assert (await let_go(api, tom, number)).status_code == 204, "of what nobody has"
    await acted(api, number, "decline", tom, reason="不在本区")


async def test_a_supervisor_takes_it_over_and_a_clerk_does_not(api: Api) -> None:
    tina, tom = await api.staff("tina", Role.TRIAGE), await api.staff("tom", Role.TRIAGE)
    boss, number = await api.staff("sam", Role.SUPERVISOR), await report(api)
    ok(await take(api, tina, number))
    assert (await take(api, tom, number, over=True)).status_code == 403
    assert ok(await take(api, boss, number, over=True))["by"] == "sam"
    refused = await api.client.post(f"/api/v1/tickets/{number}/actions/file", json={}, headers=tina)
    assert refused.json()["by"] == "sam"
    await acted(api, number, "file", boss)


async def test_what_has_left_the_desk_is_in_nobodys_hands(api: Api) -> None:
    tina, hans = await api.staff("tina", Role.TRIAGE), await api.staff("hans", Role.HANDLER)
    number = await report(api)
    ok(await take(api, tina, number))
    await acted(api, number, "file", tina)
    await acted(api, number, "dispatch", tina, to="hans")
    await acted(api, number, "return", hans, reason="不归我们", to="城管")
    assert ok(await api.client.get(f"/api/v1/tickets/{number}", headers=tina))["hold"] is None


async def test_what_is_left_behind_comes_back(api: Api) -> None:
    tina, tom = await api.staff("tina", Role.TRIAGE), await api.staff("tom", Role.TRIAGE)
    kept, left = await report(api), await report(api)
    for number in (kept, left):
        ok(await take(api, tina, number))
    since = (await missed(api, tom, "")).place
    api.clock.forward(minutes=14)
    ok(await say(api, tina, kept, "looks"))  # its page is still open
    api.clock.forward(minutes=2)
    assert (await take(api, tom, kept)).json()["code"] == "held"
    assert ok(await api.client.get(f"/api/v1/tickets/{left}", headers=tom))["hold"] is None, "before any sweep"
    await clockwork.sweep(api.db, api.office)
    told = (await missed(api, tom, since)).told
    assert [(one["number"], one["action"]) for one in told] == [(left, "let_go")]
    ok(await take(api, tom, left))
    await clockwork.sweep(api.db, api.office)
    assert ok(await take(api, tom, left))["by"] == "tom", "taken again, it stays"


async def test_others_are_told_at_once_and_once(api: Api) -> None:
    tina, tom, number = await api.staff("tina", Role.TRIAGE), await api.staff("tom", Role.TRIAGE), await report(api)
    since = (await missed(api, tom, "")).place
    for _ in range(3):
        ok(await take(api, tina, number))
    for _ in range(2):
        await let_go(api, tina, number)
    assert [one["action"] for one in (await missed(api, tom, since)).told] == ["hold", "let_go"]


async def test_of_two_who_take_it_at_once_one_has_it(api: Api) -> None:
    clerks = [await api.staff(f"clerk-{one}", Role.TRIAGE) for one in range(4)]
    number = await report(api)
    answers = await asyncio.gather(*(take(api, clerk, number) for clerk in clerks))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    holder = next(answer.json()["by"] for answer in answers if answer.is_success)
    assert {answer.json()["by"] for answer in answers} == {holder}


@pytest.mark.parametrize("role", [Role.HANDLER, Role.VERIFIER, Role.ADVISER, Role.ADMIN, Role.RESIDENT, Role.SYSTEM])
async def test_only_the_desk_takes_tickets_in_hand(cast: Cast, role: Role) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED_BACK)
    for answer in (
        await take(cast.api, cast.headers[role], number),
        await let_go(cast.api, cast.headers[role], number),
    ):
        assert answer.status_code in (403, 404)
    ok(await take(cast.api, cast.headers[Role.TRIAGE], number))
    assert (await cast.read(number, Role.VERIFIER))["hold"] is None, "it is the desk's own matter"
    await cast.done(Role.VERIFIER, number, "pass"), "and stops nobody else"


async def test_what_has_ended_is_not_taken(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.DECLINED)
    assert (await take(cast.api, cast.headers[Role.TRIAGE], number)).json()["code"] == "not_allowed"


async def test_who_looks_and_who_writes(cast: Cast) -> None:
    api, number = cast.api, await cast.at(Lane.PUBLIC, Status.REPORTED)
    assert ok(await say(api, cast.headers[Role.TRIAGE], number, "looks")) == {"who": []}
    assert ok(await say(api, cast.headers[Role.SUPERVISOR], number, "writes"))["who"] == [
        {"staff": "tina", "writes": False}
    ]
    assert ok(await say(api, cast.headers[Role.TRIAGE], number, "looks"))["who"] == [{"staff": "sam", "writes": True}]
    await say(api, cast.headers[Role.SUPERVISOR], number, "left")
    assert ok(await say(api, cast.headers[Role.TRIAGE], number, "looks"))["who"] == []
    await say(api, cast.headers[Role.SUPERVISOR], number, "looks")
    api.clock.forward(seconds=presence.SEEN_FOR.total_seconds() + 1)
    assert ok(await say(api, cast.headers[Role.TRIAGE], number, "looks"))["who"] == [], "whose page died"
    await clockwork.sweep(api.db, api.office)
    async with api.db.reading() as session:
        assert (await session.exec(select(func.count()).select_from(Presence))).one() == 1


@pytest.mark.parametrize(("role", "status"), [(Role.RESIDENT, 403), (Role.SYSTEM, 403), (Role.HANDLER, 404)])
async def test_residents_do_not_look_and_who_may_not_know_of_it_says_nothing(
    cast: Cast, role: Role, status: int
) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    assert (await say(cast.api, cast.headers[role], number, "looks")).status_code == status


@pytest.mark.parametrize("doing", ["", "sleeps", 3, None, "looks" * 1000])
async def test_nobody_does_anything_else(cast: Cast, doing: Any) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    assert (await say(cast.api, cast.headers[Role.TRIAGE], number, doing)).status_code == 422


async def test_the_stream_tells_who_comes_writes_and_leaves(api: Api) -> None:
    tina, tom = await api.staff("tina", Role.TRIAGE), await api.staff("tom", Role.TRIAGE)
    number = await report(api)
    ok(await say(api, tom, number, "looks"))
    async with served(api.app) as url, listening(url, tina) as heard:
        place = heard.place
        assert (await heard.hears(1))[-1] == {"number": number, "who": [{"staff": "tom", "writes": False}]}
        await say(api, tom, number, "looks")
        await say(api, tom, number, "writes")
        assert (await heard.hears(2))[-1]["who"] == [{"staff": "tom", "writes": True}]
        await say(api, tom, number, "left")
        assert (await heard.hears(3))[-1] == {"number": number, "who": []}
        assert set(heard.kinds) == {"presence"} and heard.place == place, "it moves no place"


async def test_of_a_legal_matter_only_its_adviser_and_the_desk_hear(api: Api) -> None:
    ada, vera = await api.staff("ada", Role.ADVISER), await api.staff("vera", Role.VERIFIER)
    tina = await api.staff("tina", Role.TRIAGE)
    number, public = await report(api, **TENANCY), await report(api)
    ok(await say(api, ada, number, "writes"))
    async with served(api.app) as url, listening(url, vera) as verifier, listening(url, tina) as desk:
        assert (await desk.hears(1))[0]["number"] == number
        ok(await say(api, tina, public, "looks"))
        assert (await verifier.hears(1))[0]["number"] == public
        assert [one["number"] for one in verifier.told] == [public]


async def test_the_page_shows_whose_hands_it_is_in(api: Api) -> None:
    tina, sam = await browser(api, Role.TRIAGE, "tina"), await browser(api, Role.SUPERVISOR, "sam")
    tom, number = await browser(api, Role.TRIAGE, "tom"), await report(api)
    free = await tina.open(f"/tickets/{number}")
    page = await tina.send(free, "hold")
    assert "您领着这件" in page.words and "file" in page.of_actions()
    refused = await tom.open(f"/tickets/{number}")
    assert "受理员 tina刚刚领了这件，正在办" in refused.words and refused.of_actions() == []
    assert "hold" not in refused.forms and "接过来办" not in refused.words
    assert "受理员 tina领了" in (await tom.open("/queue?tab=open")).words
    over = await sam.send(await sam.open(f"/tickets/{number}"), "hold")
    assert "您领着这件" in over.words
    late = await tina.send(page, "file")
    assert late.status == 409 and "督办员 sam领了这件在办" in late.words
    again = await tina.send(free, "hold")
    assert "督办员 sam刚刚领了这件" in again.words
    gone = await sam.send(over, "let-go")
    assert "我来办" in gone.words
    assert "我来办" in (await tina.send(page, "let-go")).words


async def test_many_at_once_leave_what_a_colleague_holds(api: Api) -> None:
    tina, tom = await api.staff("tina", Role.TRIAGE), await browser(api, Role.TRIAGE, "tom")
    held, free = await report(api), await report(api)
    ok(await take(api, tina, held))
    csrf = (await tom.open("/queue")).forms["sign-out"].fields["csrf"]
    sent = {"csrf": csrf, "number": [held, free], "action": "decline", "reason": "不在本区"}
    answer = await tom.client.post("/queue/bulk", data=sent)
    assert "办成 1 件" in answer.text and "受理员 tina领了这件在办" in answer.text


async def test_the_fragment_names_the_others(api: Api) -> None:
    tina, number = await browser(api, Role.TRIAGE, "tina"), await report(api)
    await say(api, await api.staff("tom", Role.TRIAGE), number, "writes")
    await say(api, await api.staff("tina", Role.TRIAGE), number, "looks")
    answer = await tina.client.get(f"/tickets/{number}/present")
    assert "受理员 tom正在写" in answer.text and "tina" not in answer.text
    assert (await tina.client.get("/tickets/GS20991231-0001/present")).status_code == 404


async def test_a_hold_says_until_when(api: Api) -> None:
    tina, number = await api.staff("tina", Role.TRIAGE), await report(api)
    ok(await take(api, tina, number))
    async with api.db.reading() as session:
        hold = (await session.exec(select(Hold))).one()
    assert hold.until - hold.since == holds.LASTS == timedelta(minutes=15)
