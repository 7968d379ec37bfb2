"""The queue's order, what narrows it, and the views that people keep."""

import re
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select, update

from api import board, clockwork, saved_views
from api.actors import Actor
from api.lifecycle import Role
from api.models import SavedView, Ticket
from tests.api.browsing import TENANCY, acted, browser, report
from tests.api.life import ok
from tests.conftest import Api

LIGHT = {"text": "南门路菜场门口的路灯不亮了", "label": "street_light", "place": "南门路菜场门口"}


async def listed(api: Api, **asked: Any) -> list[str]:
    found = ok(await api.client.get("/api/v1/tickets", params=asked, headers=await api.staff("tina", Role.TRIAGE)))
    return [ticket["number"] for ticket in found["tickets"]]


async def made(api: Api, number: str, **values: Any) -> None:
    async with api.db.writing() as session:
        await session.exec(update(Ticket).where(col(Ticket.number) == number).values(**values))


async def rows_of(api: Api, role: Role, address: str) -> list[str]:
    page = await (await browser(api, role)).open(address)
    assert page.status == 200
    return re.findall(r'id="row-([^"]+)"', page.html)


async def test_urgency_then_lateness_then_neighbours_then_age(api: Api) -> None:
    old, late, badly, joined, urgent, young = [await report(api) for _ in range(6)]
    await made(api, late, lateness=1)
    await made(api, badly, lateness=2)
    await made(api, joined, joined=1)
    await made(api, urgent, priority=2)
    assert await listed(api, status="open") == [urgent, badly, late, joined, old, young]


async def test_what_becomes_late_moves_up_by_itself_and_down_when_it_has_time_again(api: Api) -> None:
    await report(api)
    api.clock.forward(hours=1)
    second = await report(api)
    triage, boss = await api.staff("tina", Role.TRIAGE), await api.staff("sam", Role.SUPERVISOR)
    hans = await api.staff("hans", Role.HANDLER)
    await acted(api, second, "file", triage)
    await acted(api, second, "dispatch", triage, to="hans")
    await acted(api, second, "accept", hans)
    await made(api, (await listed(api, status="open"))[0], warns_at=None)  # of the first nobody is warned
    for _ in range(3):
        api.clock.forward(days=10)
        await clockwork.sweep(api.db, api.office)
    async with api.db.reading() as session:
        one = (await session.exec(select(Ticket).where(Ticket.number == second))).one()
    assert one.lateness == 2
    assert (await listed(api, status="open"))[0] == second
    assert set(await listed(api, late="1")) == set(await listed(api, status="open"))
    await acted(api, second, "ask_time", hans, reason="等配件")
    await acted(api, second, "grant", boss)
    assert (await listed(api, status="open"))[-1] == second


async def test_pages_follow_each_other_in_this_order(api: Api) -> None:
    numbers = [await report(api) for _ in range(120)]
    for at, number in enumerate(numbers):
        await made(api, number, priority=at % 3, lateness=at % 2, joined=at % 5)
    triage, seen, cursor = await api.staff("tina", Role.TRIAGE), [], ""
    while True:
        params = {"status": "open", "cursor": cursor}
        found = ok(await api.client.get("/api/v1/tickets", params=params, headers=triage))
        seen += [(-one["priority"], one["number"]) for one in found["tickets"]]
        cursor = found["next"]
        if not cursor:
            break
    assert sorted(number for _, number in seen) == sorted(numbers)
    assert [level for level, _ in seen] == sorted(level for level, _ in seen)


@pytest.mark.parametrize(
    "cursor", ["MXwyfDM=", "MnwwfDB8eHwx", "OXwwfDB8MjAyNi0xMS0yM1QwMTozMDowMCswMDowMHwx", "-", "0"]
)
async def test_a_cursor_that_was_never_given_out_is_refused(sqlite_api: Api, cursor: str) -> None:
    headers = await sqlite_api.staff("tina", Role.TRIAGE)
    answer = await sqlite_api.client.get(
        "/api/v1/tickets", params={"status": "open", "cursor": cursor}, headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize(
    ("asked", "finds"),
    [
        ({"step": "1"}, True),
        ({"step": "2"}, False),
        ({"step": "8"}, False),
        ({"step": "x"}, False),
        ({"category": "repairs"}, None),
        ({"category": "nonsense"}, False),
        ({"kind": "item"}, True),
        ({"kind": "referral"}, False),
        ({"street": "金阊街道"}, True),
        ({"street": "平江街道"}, False),
        ({"community": "彩香一村三区社区"}, True),
        ({"community": "金阊街道"}, False),
        ({"source": "web"}, True),
        ({"source": "12345"}, False),
        ({"unsure": "1"}, False),
        ({"late": "1"}, False),
        ({"assignee": "nobody"}, False),
    ],
)
async def test_what_narrows_a_list(sqlite_api: Api, asked: dict[str, str], finds: bool | None) -> None:
    api = sqlite_api
    number = await report(api, text="彩香一村三区的路灯不亮了", label="street_light", place="彩香一村三区")
    if finds is None:
        category = api.office.catalogue.by_label["street_light"].category
        asked, finds = {"category": category}, True
    assert await listed(api, **asked) == ([number] if finds else [])
    page = {name.replace("assignee", "owner"): value for name, value in asked.items()}
    query = "&".join(f"{name}={value}" for name, value in page.items())
    assert await rows_of(api, Role.TRIAGE, f"/queue?tab=open&{query}") == ([number] if finds else [])


async def test_what_the_machine_was_not_sure_of(api: Api) -> None:
    sure, confirmed, unsure = await report(api), await report(api), await report(api)
    await made(api, sure, confirmed=False, confidence=0.9)
    await made(api, confirmed, confirmed=True, confidence=0.2)
    await made(api, unsure, confirmed=False, confidence=0.5)
    assert await listed(api, unsure="1") == [unsure]


async def test_a_row_says_where_and_how_many(api: Api) -> None:
    number = await report(api, text="彩香一村三区的路灯不亮了", label="street_light", place="彩香一村三区")
    page = await (await browser(api, Role.TRIAGE)).open("/queue?tab=open")
    assert "彩香一村三区" in page.words and "<progress" in page.html
    assert "金阊街道（1）" in page.words and "待受理（1）" in page.words
    assert number in page.words


async def test_a_view_is_kept_counted_replaced_and_forgotten(api: Api) -> None:
    triage = await browser(api, Role.TRIAGE)
    await report(api)
    address = "/queue?tab=open&label=street_light&late=&q=%3Cb%3E"
    shown = await triage.open("/queue?tab=open&label=street_light")
    kept = await triage.send(shown, "views", name=" 路灯 ")
    assert "路灯 1" in kept.words and kept.status == 200
    other = await triage.send(await triage.open(address), "views", name="路灯")
    assert "路灯 0" in other.words and "<b>路灯" not in other.html
    async with api.db.reading() as session:
        view = (await session.exec(select(SavedView))).one()
    assert view.wanted == "tab=open&label=street_light&q=%3Cb%3E"
    assert "删去" not in (await (await browser(api, Role.TRIAGE, "另一位")).open("/queue")).words
    gone = await triage.send(await triage.open("/queue"), "forget")
    assert "路灯 0" not in gone.words
    async with api.db.reading() as session:
        assert (await session.exec(select(SavedView))).all() == []


@pytest.mark.parametrize("name", ["", "   ", "长" * 21])
async def test_a_view_needs_a_short_name(sqlite_api: Api, name: str) -> None:
    triage = await browser(sqlite_api, Role.TRIAGE)
    page = await triage.send(await triage.open("/queue?tab=open&late=1"), "views", name=name)
    assert page.status == 422


async def test_what_a_view_cannot_be_is_left_out(sqlite_api: Api) -> None:
    triage = await browser(sqlite_api, Role.TRIAGE)
    shown = await triage.open("/queue?tab=open&late=1")
    hostile = f"tab=open&cursor=x&evil=1&__class__=1&q={'长' * 500}&late=1&tab=mine&="
    page = await triage.send(shown, "views", name="<script>", view=hostile)
    assert page.status == 200 and "<script>" not in page.html.replace("<script src", "")
    async with sqlite_api.db.reading() as session:
        assert (await session.exec(select(SavedView.wanted))).one() == "tab=mine&late=1"
    refused = await triage.send(shown, "views", name="别人的", csrf="x")
    assert refused.status == 403


async def test_views_come_to_an_end(sqlite_api: Api) -> None:
    triage = await browser(sqlite_api, Role.TRIAGE)
    shown = await triage.open("/queue?tab=open&late=1")
    for at in range(saved_views.MOST):
        assert (await triage.send(shown, "views", name=f"第{at}个")).status == 200
    refused = await triage.send(shown, "views", name="再一个")
    assert refused.status == 409 and "最多存 12 个" in refused.words


async def test_many_are_counted_no_further_than_needed(sqlite_api: Api) -> None:
    api, triage = sqlite_api, await browser(sqlite_api, Role.TRIAGE)
    number = await report(api)
    async with api.db.writing() as session:
        one = (await session.exec(select(Ticket).where(Ticket.number == number))).one()
        values = one.model_dump(exclude={"id", "number"})
        session.add_all([Ticket(**values, number=f"GS20261123-9{at:03}") for at in range(120)])
    page = await triage.send(await triage.open("/queue?tab=open&label=street_light"), "views", name="路灯")
    assert "路灯 99+" in page.words


async def test_nobody_finds_by_filters_what_is_not_theirs(api: Api) -> None:
    legal = await report(api, **TENANCY)
    assert await rows_of(api, Role.VERIFIER, "/queue?tab=open&kind=legal") == []
    assert await rows_of(api, Role.HANDLER, "/queue?tab=open") == []
    assert await rows_of(api, Role.TRIAGE, "/queue?tab=open&kind=legal") == [legal]


async def test_the_queue_is_read_in_its_index_s_order(api: Api) -> None:
    """Twenty thousand rows, a hundredth open: neither the list nor its counts sort or walk through what has ended."""
    number = await report(api)
    async with api.db.writing() as session:
        one = (await session.exec(select(Ticket).where(Ticket.number == number))).one()
        names = [name for name in Ticket.model_fields if name not in ("id", "number", "ended_at")]
        columns = ", ".join(names)
        series = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
            if api.db.is_sqlite
            else "WITH n(i) AS (SELECT generate_series(1, 20000)) "
        )
        ended = "CASE WHEN i % 100 = 0 THEN NULL ELSE status_at END"
        await session.exec(
            text(
                f"INSERT INTO ticket (number, ended_at, {columns}) {series}"
                f"SELECT 'X' || i, {ended}, {columns} FROM ticket, n WHERE number = '{one.number}'"
            )
        )
    if not api.db.is_sqlite:
        async with api.db.writing() as session:
            await session.exec(text("ANALYZE ticket"))
    by = "priority DESC, lateness DESC, joined DESC, reported_at, id"
    plan = await explained(api, f"SELECT * FROM ticket WHERE ended_at IS NULL ORDER BY {by} LIMIT 51")
    assert "ix_ticket_open" in plan and "Sort" not in plan and "TEMP B-TREE" not in plan
    query = board.by_status_and_street(Actor(Role.TRIAGE, "t"))
    counted = await explained(api, str(query.compile(api.db.engine, compile_kwargs={"literal_binds": True})))
    assert "ix_ticket_open" in counted and "Seq Scan" not in counted


async def explained(api: Api, query: str) -> str:
    explain = "EXPLAIN QUERY PLAN " if api.db.is_sqlite else "EXPLAIN "
    async with api.db.reader() as connection:
        return "\n".join(str(row) for row in (await connection.execute(text(explain + query))).all())
