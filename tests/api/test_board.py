"""The board's figures on lives made by hand, over HTTP, on SQLite and on PostgreSQL."""

import csv
import io
from dataclasses import replace

import pytest
from sqlalchemy import true
from sqlmodel import col, update

from api import clockwork
from api.lifecycle import Lane, Role, Status
from api.models import Ticket
from bench.lives import Plan, fill
from tests.api.browsing import Browser, browser
from tests.api.life import LOCATED, NAMES, QUESTION, STREET, STREET_NAME, Cast, call, ok, open_ticket
from tests.conftest import Api

SIDEWALK = {"text": "人行道砖块松动", "label": "sidewalk", "place": "老地方"}


async def counted(reader: Browser, figure: str, **asked: str) -> list[list[str]]:
    """The rows of a figure, without its head."""
    answer = await reader.client.get("/board.csv", params={"figure": figure} | asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))[1:]


async def named(cast: Cast, label: str) -> str:
    return cast.api.office.catalogue.by_label[label].name


async def done_by_hans(cast: Cast) -> str:
    return await cast.at(Lane.PUBLIC, Status.VERIFIED)


async def test_what_was_reported_by_item_street_day_and_hour(cast: Cast) -> None:
    api, reader = cast.api, await browser(cast.api, Role.SUPERVISOR)
    await open_ticket(api, **LOCATED)
    api.clock.forward(days=8)
    await browser(api, Role.SUPERVISOR, "后来的")
    reader = await browser(api, Role.SUPERVISOR, "再后来的")
    await open_ticket(api, **LOCATED)
    await open_ticket(api, **LOCATED, reporter="r2")
    await open_ticket(api, **SIDEWALK)
    await open_ticket(api, **QUESTION)
    light, sidewalk = await named(cast, "street_light"), await named(cast, "sidewalk")
    assert await counted(reader, "items") == [[light, "2", "1"], [sidewalk, "1", "0"]]
    assert await counted(reader, "streets") == [[STREET_NAME, "2", "1"], ["街道不明", "1", "0"]]
    assert await counted(reader, "items", street=STREET_NAME) == [[light, "2", "1"]]
    days = await counted(reader, "days")
    assert (len(days), days[-1], days[0]) == (7, ["2026-12-01", "3"], ["2026-11-25", "0"])
    hours = await counted(reader, "hours")
    assert hours[9] == ["9 时", "0", "3", "0", "0", "0", "0", "0"]  # a Tuesday
    assert sum(int(many) for _, *row in hours for many in row) == 3


async def test_an_hour_is_the_districts_hour(cast: Cast) -> None:
    """Half past midnight in Suzhou is the day before in UTC."""
    cast.api.clock.now = cast.api.clock.now.replace(hour=0, minute=30)
    await open_ticket(cast.api)
    reader = await browser(cast.api, Role.ADMIN)
    assert (await counted(reader, "days"))[-1] == ["2026-11-23", "1"]
    assert (await counted(reader, "hours"))[0] == ["0 时", "1", *["0"] * 6]


async def test_a_promise_is_kept_or_broken_or_still_open(cast: Cast) -> None:
    light, sidewalk = await named(cast, "street_light"), await named(cast, "sidewalk")
    await cast.at(Lane.PUBLIC, Status.REPORTED_BACK)
    await open_ticket(cast.api, **SIDEWALK)
    declined = await cast.at(Lane.PUBLIC, Status.DECLINED)
    reader = await browser(cast.api, Role.SUPERVISOR)
    assert await counted(reader, "promises") == [[light, "1", "0", "1.0"]]
    cast.api.clock.forward(days=25)
    await clockwork.sweep(cast.api.db, cast.api.office)
    reader = await browser(cast.api, Role.SUPERVISOR, "后来的")
    assert await counted(reader, "promises", **{"from": "2026-11-20"}) == [
        [sidewalk, "1", "1", "0.0"],
        [light, "1", "0", "1.0"],
    ]
    assert (await cast.read(declined))["status"] == "declined"


async def test_danger_to_life_was_promised_no_time(cast: Cast) -> None:
    await open_ticket(cast.api, urgent=True)
    cast.api.clock.forward(days=25)
    await clockwork.sweep(cast.api.db, cast.api.office)
    reader = await browser(cast.api, Role.SUPERVISOR)
    assert await counted(reader, "promises", **{"from": "2026-11-20"}) == []
    assert len(await counted(reader, "items", **{"from": "2026-11-20"})) == 1


async def test_false_closures_count_for_who_said_that_it_was_done(cast: Cast) -> None:
    first, second = await done_by_hans(cast), await done_by_hans(cast)
    third = await cast.at(Lane.PUBLIC, Status.REPORTED_BACK)
    await cast.done(Role.VERIFIER, third, "fail", reason="还是暗")
    await cast.done(Role.RESIDENT, first, "dispute", reason="没好")
    await cast.done(Role.RESIDENT, second, "rate", score=2)
    await cast.done(Role.RESIDENT, second, "reopen", reason="又坏了")
    reader, light = await browser(cast.api, Role.SUPERVISOR), await named(cast, "street_light")
    assert await counted(reader, "closures") == [[light, "3", "1", "1", "1", "1.0"]]
    assert await counted(reader, "contractors") == [["承办员 hans", "3", "1", "2", "1", "2.0", "1.0"]]
    assert await counted(reader, "closures", street=STREET_NAME) == []


async def test_satisfaction_is_that_of_who_rated(cast: Cast) -> None:
    for score in (5, 4, 1):
        await cast.done(Role.RESIDENT, await done_by_hans(cast), "rate", score=score)
    await cast.at(Lane.PUBLIC, Status.CLOSED)  # unrated
    reader, light = await browser(cast.api, Role.ADMIN), await named(cast, "street_light")
    assert await counted(reader, "satisfaction", **{"from": "2026-11-20"}) == [[light, "3", "3.3333", "0.6667"]]


async def test_the_model_is_measured_by_what_clerks_left_and_changed(cast: Cast) -> None:
    light, sidewalk = await named(cast, "street_light"), await named(cast, "sidewalk")
    for label in ("sidewalk", "sidewalk", "street_light"):
        await cast.done(Role.TRIAGE, str((await open_ticket(cast.api))["number"]), "file", label=label)
    there_and_back = str((await open_ticket(cast.api))["number"])
    await cast.done(Role.TRIAGE, there_and_back, "correct", label="sidewalk", reason="看错")
    await cast.done(Role.TRIAGE, there_and_back, "file", label="street_light")
    reader = await browser(cast.api, Role.TRIAGE)
    assert await counted(reader, "accuracy") == [[light, sidewalk, "2"]]
    page = await reader.open("/board")
    assert "4 件经人工受理，2 件没有改事项" in page.words


async def test_a_handler_is_told_of_their_own_work_alone(cast: Cast) -> None:
    await cast.api.staff("hugo", Role.HANDLER)
    number = await done_by_hans(cast)
    await cast.done(Role.RESIDENT, number, "dispute", reason="没好")
    await cast.done(Role.HANDLER, number, "return", reason="不归我们", to="hugo")
    await cast.done(Role.TRIAGE, number, "dispatch", to="hugo")
    hugo = await cast.api.staff("hugo", Role.HANDLER)
    for action, given in (("accept", {}), ("report_back", {"note": "换了灯"})):
        ok(await call(cast.api, hugo, number, action, **given))
    mine = [await browser(cast.api, Role.HANDLER, name) for name in (NAMES[Role.HANDLER], "hugo")]
    assert [await counted(reader, "contractors") for reader in mine] == [
        [["承办员 hans", "1", "0", "1", "0", "", "1.0"]],
        [["承办员 hugo", "1", "0", "0", "0", "", "0.0"]],
    ]
    assert "hugo" not in (await mine[0].open("/board")).html


async def test_a_streets_supervisor_counts_their_street_and_what_has_none(cast: Cast) -> None:
    await open_ticket(cast.api, **LOCATED)
    await open_ticket(cast.api, **SIDEWALK)
    await open_ticket(cast.api, text="观前街路灯不亮", place="观前街")
    whole, own = await browser(cast.api, Role.SUPERVISOR), await browser(cast.api, Role.SUPERVISOR, "街道的", STREET)
    assert len(await counted(whole, "streets")) == 3
    assert {street for street, *_ in await counted(own, "streets")} == {STREET_NAME, "街道不明"}


async def test_what_rises_is_told_with_its_tickets(api: Api) -> None:
    labels = ["street_light", "sidewalk", "manhole_cover"]
    await fill(api.db, Plan(1500, 75, api.clock()), labels)
    reader = await browser(api, Role.SUPERVISOR)
    rows, page = await counted(reader, "warnings"), await reader.open("/board")
    assert [row[1] for row in rows] == [api.office.catalogue.by_label["sidewalk"].name]
    assert int(rows[0][2]) >= 10 and float(rows[0][3]) < 3 and float(rows[0][4]) < 0.02
    number = rows[0][5].split()[0]
    assert f'href="/tickets/{number}"' in page.html
    assert number in (await reader.open(f"/tickets/{number}")).words
    assert (await counted(await browser(api, Role.SUPERVISOR, "别处的", STREET), "warnings")) == []


@pytest.mark.parametrize(("days", "said"), [(30, "数据还不够：至少要有 5 周，现在有 3 周可比"), (75, "之前 8 周比")])
async def test_without_a_past_nothing_can_be_unusual(api: Api, days: int, said: str) -> None:
    await fill(api.db, replace(Plan(400, days, api.clock()), burst=0), ["street_light", "sidewalk"])
    page = await (await browser(api, Role.TRIAGE)).open("/board")
    assert said in page.words


@pytest.mark.parametrize(("unknown", "of_grids"), [(0, True), (20, True), (3, False)])
async def test_grids_are_watched_once_nearly_all_have_one(api: Api, unknown: int, of_grids: bool) -> None:
    """Every so many tickets (none, every twentieth, every third) lie in no known grid."""
    await fill(api.db, Plan(1500, 75, api.clock()), ["street_light", "sidewalk", "manhole_cover"])
    async with api.db.writing() as session:
        known = col(Ticket.id) % unknown != 0 if unknown else true()
        await session.exec(update(Ticket).where(known).values(grid="网格 " + col(Ticket.community)))
    reader = await browser(api, Role.SUPERVISOR)
    rows = await counted(reader, "warnings")
    assert len(rows) == 1 and rows[0][0].startswith("网格 ") is of_grids
    number = rows[0][5].split()[0]
    assert f'href="/tickets/{number}"' in (await reader.open("/board")).html
    assert ("每个网格" in (await reader.open("/board/week")).words) is of_grids
