"""GET /queue/stream: what is missed and what comes, to whom, and for how long."""

import asyncio
import re
from typing import Any

import pytest
from sqlmodel import func, select

from api import clockwork, credentials
from api.actors import Actor
from api.app import create_app
from api.feed import hub as hub_module
from api.feed.place import Place
from api.lifecycle import Lane, Role, Status
from api.models import Feed, Staff
from tests.api.browsing import acted, browser, report
from tests.api.life import QUESTION, Cast
from tests.api.listening import STREAM, listening
from tests.api.test_feed import missed
from tests.conftest import Api
from tests.world import served


async def test_what_was_missed_is_told_in_order(api: Api) -> None:
    triage = await api.staff("tina", Role.TRIAGE)
    first, second = await report(api), await report(api)
    await acted(api, first, "file", triage)
    heard = await missed(api, triage, "0")
    assert [(one["number"], one["action"]) for one in heard.told] == [
        (first, "report"), (second, "report"), (first, "file"),
    ]  # fmt: skip
    assert [one["status"] for one in heard.told] == ["filed", "reported", "filed"], "each as it is now"
    await acted(api, second, "decline", triage, reason="不在本区")
    again = await missed(api, triage, heard.place)
    assert [(one["number"], one["action"], one["status"]) for one in again.told] == [(second, "decline", "declined")]
    assert (await missed(api, triage, again.place)).told == []
    assert (await missed(api, triage, "")).told == [], "who names no place begins now"


async def test_a_live_stream_and_one_that_comes_back(api: Api) -> None:
    triage = await api.staff("tina", Role.TRIAGE)
    async with served(api.app) as url:
        async with listening(url, triage) as heard:
            assert heard.status == 200
            first = await report(api)
            assert (await heard.hears(1))[0]["number"] == first
        missed_ones = [await report(api) for _ in range(3)]
        async with listening(url, triage | {"Last-Event-ID": heard.place}) as again:
            later = await report(api)
            told = [one["number"] for one in await again.hears(4)]
            await asyncio.sleep(0.6)
            assert told == [*missed_ones, later] == [one["number"] for one in again.told], "nothing skipped or twice"


async def test_another_process_tells_it_too(api: Api, tmp_path: Any) -> None:
    """Two processes share the database and nothing else."""
    triage = await api.staff("tina", Role.TRIAGE)
    other = create_app(api.settings, api.clock, api.office)
    async with other.router.lifespan_context(other), served(other) as url, listening(url, triage) as heard:
        number = await report(api)
        assert (await heard.hears(1))[0]["number"] == number


async def test_all_who_listen_share_one_reader(api: Api) -> None:
    triage = await api.staff("tina", Role.TRIAGE)
    hub = api.app.state.hub
    async with served(api.app) as url, asyncio.timeout(30):
        streams = [listening(url, triage) for _ in range(15)]
        heard = [await stream.__aenter__() for stream in streams]
        before = hub.reads
        await asyncio.sleep(1)
        assert 1 <= hub.reads - before <= 6
        await report(api)
        for one in heard:
            await one.hears(1)
        for stream in streams:
            await stream.__aexit__(None, None, None)
        await asyncio.sleep(0.5)
        before = hub.reads
        await asyncio.sleep(0.6)
        assert hub.reads - before <= 1, "nobody listens, nobody reads"


@pytest.mark.parametrize("how", ["token", "inactive", "role"])
async def test_what_was_revoked_ends_the_stream(sqlite_api: Api, how: str) -> None:
    api = sqlite_api
    triage = await api.staff("tina", Role.TRIAGE)
    async with served(api.app) as url, listening(url, triage) as heard:
        async with api.db.writing() as session:
            tina = (await session.exec(select(Staff).where(Staff.name == "tina"))).one()
            match how:
                case "token":
                    await credentials.revoke(session, tina.id)
                case "inactive":
                    tina.active = False
                case _:
                    tina.role = Role.VERIFIER
        await heard.ends()
    answer = await api.client.get(STREAM, params={"wait": 0}, headers=triage)
    assert answer.status_code == (200 if how == "role" else 401)


async def test_signing_out_ends_the_stream_of_a_page(sqlite_api: Api) -> None:
    triage = await browser(sqlite_api, Role.TRIAGE)
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in triage.client.cookies.items())}
    async with served(sqlite_api.app) as url, listening(url, cookies) as heard:
        number = await report(sqlite_api)
        assert (await heard.hears(1))[0]["number"] == number
        await triage.send(await triage.open("/queue"), "sign-out")
        await heard.ends()


async def test_who_reads_too_slowly_is_sent_away_and_comes_back(sqlite_api: Api) -> None:
    hub = sqlite_api.app.state.hub
    async with hub.listening(Actor(Role.TRIAGE, "t"), "-") as listener:
        for _ in range(500):
            listener.give(rows_batch(listener.place))
        assert listener.waiting.get_nowait() is None


def rows_batch(place: Place) -> Any:
    return hub_module.Batch(place, b"x")


@pytest.mark.parametrize("place", ["x", "-1", "1-2-3", "1" * 19, "１", "0-0'--"])
async def test_what_is_no_place_is_refused(sqlite_api: Api, place: str) -> None:
    triage = await sqlite_api.staff("tina", Role.TRIAGE)
    answer = await sqlite_api.client.get(STREAM, params={"since": place, "wait": 0}, headers=triage)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    by_header = triage | {"Last-Event-ID": place.encode("utf-8")}
    assert (await sqlite_api.client.get(STREAM, params={"wait": 0}, headers=by_header)).status_code == 422  # type: ignore[arg-type]


@pytest.mark.parametrize("wait", [-1, 901, "x"])
async def test_nobody_waits_for_ever(sqlite_api: Api, wait: object) -> None:
    triage = await sqlite_api.staff("tina", Role.TRIAGE)
    assert (await sqlite_api.client.get(STREAM, params={"wait": wait}, headers=triage)).status_code == 422  # type: ignore[dict-item]


async def test_a_chat_that_is_bound_does_not_listen(sqlite_api: Api) -> None:
    answer = await sqlite_api.client.get(STREAM, params={"wait": 0}, headers=sqlite_api.bot() | {"X-Staff": "web:1"})
    assert answer.status_code in (401, 403)


async def test_too_long_ago_and_foreign_places_are_told_to_read_anew(api: Api) -> None:
    triage = await api.staff("tina", Role.TRIAGE)
    await report(api)
    old = (await missed(api, triage, "")).place
    newer = await report(api)
    api.clock.forward(days=3)
    await report(api)
    await clockwork.sweep(api.db, api.office)
    async with api.db.reading() as session:
        assert (await session.exec(select(func.count()).select_from(Feed))).one() >= 2
    assert (await missed(api, triage, "0")).kinds == ["reset"]
    assert (await missed(api, triage, old)).kinds == ["reset"]
    foreign = await missed(api, triage, "999999999999999999-1")
    assert foreign.kinds == ["reset"]
    assert (await missed(api, triage, foreign.place)).told == []
    assert newer


async def test_nobody_is_told_what_is_not_theirs(cast: Cast) -> None:
    api = cast.api
    await cast.at(Lane.LEGAL, Status.REPORTED_BACK)
    public = await cast.at(Lane.PUBLIC, Status.DISPATCHED)
    own = {
        role: await missed(api, cast.headers[role], "0")
        for role in cast.headers
        if role not in (Role.RESIDENT, Role.SYSTEM)
    }
    assert {one["lane"] for one in own[Role.ADVISER].told} == {"legal"}
    assert {one["number"] for one in own[Role.HANDLER].told} == {public}
    assert {one["lane"] for one in own[Role.VERIFIER].told} == {"public"}
    assert {one["lane"] for one in own[Role.TRIAGE].told} == {"legal", "public"}
    for heard in own.values():
        assert QUESTION["text"] not in heard.text and "押金" not in heard.text and "路灯不亮" not in heard.text
        assert QUESTION["place"] not in re.sub(r'"community":"[^"]*"', "", heard.text)
    assert all(one["grid"] == "" for one in own[Role.TRIAGE].told if one["lane"] == "legal")


async def test_who_gives_a_ticket_away_is_told_that_it_is_gone_and_nothing_more(cast: Cast) -> None:
    api, number = cast.api, await cast.at(Lane.PUBLIC, Status.DISPATCHED)
    since = (await missed(api, cast.headers[Role.HANDLER], "")).place
    await cast.done(Role.HANDLER, number, "return", reason="不归我们", to="城管")
    gone = await missed(api, cast.headers[Role.HANDLER], since)
    assert gone.told == [{"number": number, "gone": True}]
    await cast.done(Role.TRIAGE, number, "dispatch", to="hank")
    assert [one["action"] for one in (await missed(api, cast.other, since)).told] == ["return", "dispatch"]
    await cast.done(Role.TRIAGE, number, "decline", reason="重复")
    assert (await missed(api, cast.headers[Role.HANDLER], gone.place)).told == []
