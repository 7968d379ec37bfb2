"""The live feed: nothing skipped, nothing twice, nothing to whom it is not for."""

import asyncio
import random
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, func, select

from api import clockwork, credentials
from api.access import visible_to
from api.actors import Actor
from api.app import create_app
from api.db import Database
from api.feed import hub as hub_module
from api.feed import rows, sight
from api.feed.place import BEGINNING, Place, parse
from api.lifecycle import Lane, Role, Status
from api.models import Feed, Part, Staff, Ticket, Unit
from tests.api.browsing import acted, browser, report
from tests.api.life import QUESTION, Cast
from tests.api.listening import STREAM, at_once, listening
from tests.conftest import Api
from tests.world import served

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


async def missed(api: Api, headers: Any, since: str) -> Any:
    return at_once(await api.client.get(STREAM, params={"since": since, "wait": 0}, headers=headers))


# --- who sees what

ACTORS = [
    Actor(Role.TRIAGE, "t"),
    Actor(Role.TRIAGE, "t", "s", streets=("金阊街道",)),
    Actor(Role.SUPERVISOR, "s", "c", communities=("彩香",), beside=("金阊街道",)),
    Actor(Role.VERIFIER, "v"),
    Actor(Role.ADMIN, "a", "s", streets=("平江街道",)),
    Actor(Role.HANDLER, "h", "unit-1"),
    Actor(Role.HANDLER, "h2"),
    Actor(Role.ADVISER, "ada"),
    Actor(Role.ADVISER, "ben"),
    Actor(Role.RESIDENT, "r"),
]


async def test_in_memory_and_in_the_database_the_same_people_see_the_same_tickets(api: Api) -> None:
    places = [("", ""), ("金阊街道", ""), ("金阊街道", "彩香"), ("金阊街道", "三元"), ("平江街道", "")]
    holders = [None, "unit-1", "h2", "ada", "ben"]
    kinds = [(lane, place, who) for lane in Lane for place in places for who in holders]
    async with api.db.writing() as session:
        session.add(Unit(code="unit-1", name="快修队", kind="contractor"))
        session.add(Unit(code="h2", name="另一队", kind="contractor"))
        await session.flush()
        for number, (lane, (street, community), who) in enumerate(kinds):
            session.add(_ticket(f"T{number}", lane, street, community, who))
        await session.flush()
        for ticket in (await session.exec(select(Ticket).where(col(Ticket.id) % 3 == 0))).all():
            session.add(Part(ticket_id=ticket.id, unit="unit-1", invited_at=api.clock()))
            gone = api.clock() if ticket.id % 2 else None
            session.add(Part(ticket_id=ticket.id, unit="h2", invited_at=api.clock(), released_at=gone))
    async with api.db.reading() as session:
        tickets = (await session.exec(select(Ticket))).all()
        parts = (await session.exec(select(Part).where(col(Part.released_at).is_(None)))).all()
        for actor in ACTORS:
            asked = set((await session.exec(select(Ticket.id).where(visible_to(actor)))).all())
            units = {one.id: frozenset(part.unit for part in parts if part.ticket_id == one.id) for one in tickets}
            seen = {one.id for one in tickets if sight.sees(actor, sight.read(_row(one), units[one.id]))}
            assert seen == asked, actor
            assert actor.role is Role.RESIDENT or sight.audience(actor).role is actor.role


def _row(ticket: Ticket) -> dict[str, Any]:
    return sight.stored(sight.of(ticket))


def _ticket(number: str, lane: Lane, street: str, community: str, assignee: str | None) -> Ticket:
    return Ticket(
        number=number, lane=lane, kind="item", label="street_light", status=Status.DISPATCHED, text="", channel="web",
        street=street, community=community, assignee=assignee, reported_at=NOW, status_at=NOW,
    )  # fmt: skip


# --- the order


@pytest.mark.parametrize(
    ("text", "place"),
    [("0", BEGINNING), ("12-7", Place(12, 7)), ("7", Place(7, 0)), ("", None), ("x", None), ("1-", None), ("１", None)],
)
def test_places_are_read(text: str, place: Place | None) -> None:
    assert parse(text) == place


async def test_who_commits_later_is_read_later_and_never_skipped(api: Api) -> None:
    """On PostgreSQL the first of two gets the smaller identity and commits last; SQLite lets only one write."""
    ticket = await _one_ticket(api)
    async with api.db.reading() as session:
        place = await rows.newest(session)
    if api.db.is_sqlite:
        await _tell(api.db, ticket, "first")
    else:
        async with api.db.writing() as slow:
            slow.add(Feed(ticket_id=ticket, action="first", at=api.clock()))
            await slow.flush()
            await _tell(api.db, ticket, "second")
            assert await _actions(api.db, place) == [], "who reads past the first would never come back for it"
    await _tell(api.db, ticket, "third")
    assert await _actions(api.db, place) == (["first", "third"] if api.db.is_sqlite else ["first", "second", "third"])


async def test_many_writers_at_once_are_told_once_each(api: Api) -> None:
    ticket, chance = await _one_ticket(api), random.Random(7)
    async with api.db.reading() as session:
        place = await rows.newest(session)
    writing = asyncio.gather(*(_slowly(api, ticket, f"a{n}", chance.random() / 20) for n in range(80)))
    read: list[rows.Change] = []
    while not writing.done():
        read += await _next(api.db, read[-1].place if read else place)
        await asyncio.sleep(0.003)
    while more := await _next(api.db, read[-1].place):
        read += more
    assert sorted(change.action for change in read) == sorted(f"a{n}" for n in range(80))
    assert [change.place for change in read] == sorted(change.place for change in read)
    await writing


async def _slowly(api: Api, ticket: int, action: str, seconds: float) -> None:
    async with api.db.writing() as session:
        session.add(Feed(ticket_id=ticket, action=action, at=api.clock()))
        await session.flush()
        await asyncio.sleep(0 if api.db.is_sqlite else seconds)


async def _tell(db: Database, ticket: int, action: str) -> None:
    async with db.writing() as session:
        session.add(Feed(ticket_id=ticket, action=action, at=NOW))


async def _next(db: Database, place: Place) -> list[rows.Change]:
    async with db.reading() as session:
        return await rows.after(session, place)


async def _actions(db: Database, place: Place) -> list[str]:
    return [change.action for change in await _next(db, place)]


async def _one_ticket(api: Api) -> int:
    number = await report(api)
    async with api.db.reading() as session:
        return (await session.exec(select(Ticket.id).where(Ticket.number == number))).one()


# --- over HTTP


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


async def test_where_nothing_has_happened_there_is_nothing_to_drop(api: Api) -> None:
    await clockwork.sweep(api.db, api.office)
    assert (await missed(api, await api.staff("tina", Role.TRIAGE), "0")).told == []


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
