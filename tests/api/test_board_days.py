"""Days that are kept add up to what is counted as a whole, whatever happened since, on SQLite and on PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import delete

from api import clockwork
from api.actors import SYSTEM, Actor
from api.feed import rows
from api.figures import period
from api.figures.accuracy import accuracy_of
from api.figures.asked import Question
from api.figures.counted import Counted, added, count
from api.figures.days import Days, sees_all
from api.figures.period import Period, today
from api.figures.seen import Figure
from api.lifecycle import Lane, Role, Status
from api.models import Feed
from bench.lives import Plan, fill
from tests.api.browsing import browser
from tests.api.life import LOCATED, QUESTION, STREET, STREET_NAME, Cast, open_ticket
from tests.conftest import Api

NOW = datetime(2026, 11, 27, tzinfo=UTC)
EVERY = set(Figure)
LABELS = ["street_light", "sidewalk", "manhole_cover"]


def days_of(api: Api) -> Days:
    days: Days = api.app.state.days
    return days


def span(api: Api, days: int) -> Period:
    end = today(api.clock())
    return Period(end - timedelta(days=days - 1), end)


async def both(api: Api, of: Period) -> tuple[Counted, Counted]:
    """As the kept days add up, and as it is counted at once."""
    async with api.db.reading() as session:
        kept = await days_of(api).of(session, of)
        assert kept is not None
        return added(kept, EVERY), await count(session, Question(SYSTEM, of), EVERY)


async def same(api: Api, of: Period) -> Counted:
    kept, whole = await both(api, of)
    assert (kept.cube, kept.hours) == (whole.cube, whole.hours)
    assert {(one.by, one.label, one.action, one.score, one.many) for one in kept.said} == {
        (one.by, one.label, one.action, one.score, one.many) for one in whole.said
    }
    assert accuracy_of(kept.hands) == accuracy_of(whole.hands)
    return whole


async def test_a_quarter_is_the_sum_of_its_days(api: Api) -> None:
    await fill(api.db, Plan(2000, 90, api.clock()), LABELS)
    await days_of(api).refresh()
    whole = await same(api, span(api, 90))
    assert sum(tally.reported for tally in whole.cube.values()) > 1900
    assert whole.said and whole.hands.tickets
    await same(api, span(api, 28).moved(-1))


async def test_what_happens_next_is_counted_at_once(cast: Cast) -> None:
    api, days = cast.api, days_of(cast.api)
    waits = str((await open_ticket(api, **LOCATED))["number"])
    done = await cast.at(Lane.PUBLIC, Status.VERIFIED)
    api.clock.forward(days=2)
    await days.refresh()
    before = await same(api, span(api, 7))
    steps = (
        (Role.TRIAGE, waits, "correct", {"label": "sidewalk", "place": "观前街", "reason": "看错"}),
        (Role.RESIDENT, done, "rate", {"score": 2}),
        (Role.RESIDENT, done, "reopen", {"reason": "又坏了"}),
        (Role.TRIAGE, waits, "file", {"label": "street_light"}),
        (Role.TRIAGE, waits, "correct", {"label": "legal:tenancy", "reason": "是法律问题"}),
    )
    seen = [before]
    for role, number, action, given in steps:
        await (
            cast.done(role, number, action, **given) if action != "correct" else cast.do(role, number, action, **given)
        )
        api.clock.forward(hours=1)
        seen.append(await same(api, span(api, 7)))
        assert seen[-1] != seen[-2]
    api.clock.forward(days=30)
    await clockwork.sweep(api.db, api.office)
    await days.refresh()
    await same(api, span(api, 40))


async def test_the_page_shows_what_was_just_reported(cast: Cast) -> None:
    await open_ticket(cast.api, **LOCATED)
    await days_of(cast.api).refresh()
    reader = await browser(cast.api, Role.SUPERVISOR)
    for many in (1, 2, 3):
        answer = await reader.client.get("/board.csv", params={"figure": "streets"})
        assert f"{STREET_NAME},{many},0" in answer.text
        await open_ticket(cast.api, **LOCATED, reporter=f"r{many}")


async def test_many_who_ask_while_days_are_counted_hold_nothing_up(cast: Cast) -> None:
    """More than there are connections."""
    await open_ticket(cast.api, **LOCATED)
    reader = await browser(cast.api, Role.SUPERVISOR)
    asked = [reader.client.get("/board.csv", params={"figure": "streets"}) for _ in range(25)]
    async with asyncio.timeout(25):
        *answers, _ = await asyncio.gather(*asked, days_of(cast.api).refresh())
    assert {answer.status_code for answer in answers} == {200}


async def test_a_legal_matter_is_in_no_kept_day(cast: Cast) -> None:
    await open_ticket(cast.api, **QUESTION)
    await days_of(cast.api).refresh()
    assert not (await same(cast.api, span(cast.api, 7))).cube


async def test_who_fell_behind_the_feed_counts_anew(cast: Cast) -> None:
    api = cast.api
    await open_ticket(api, **LOCATED)
    await days_of(api).refresh()
    await open_ticket(api, **LOCATED, reporter="r2")
    await open_ticket(api, **LOCATED, reporter="r3")
    async with api.db.writing() as session:
        last = await rows.newest(session)
        await session.exec(delete(Feed).where(Feed.id < last.id))
    async with api.db.reading() as session:
        assert await days_of(api).of(session, span(api, 7)) is None
    await days_of(api).refresh()
    assert sum(tally.reported for tally in (await same(api, span(api, 7))).cube.values()) == 3


async def test_who_goes_away_while_days_are_forgotten_leaves_none_behind(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = cast.api
    await open_ticket(api, **LOCATED)
    await days_of(api).refresh()
    await open_ticket(api, **LOCATED, reporter="r2")

    async def gone(*_: object) -> list[int]:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch, pytest.raises(asyncio.CancelledError):
        patch.setattr(rows, "tickets_between", gone)
        await same(api, span(api, 7))
    assert sum(tally.reported for tally in (await same(api, span(api, 7))).cube.values()) == 2


async def test_where_few_days_are_kept_the_whole_is_counted(cast: Cast) -> None:
    await open_ticket(cast.api, **LOCATED)
    async with cast.api.db.reading() as session:
        assert await days_of(cast.api).of(session, span(cast.api, 7)) is None


@pytest.mark.parametrize(
    ("actor", "street", "kept"),
    [
        (Actor(Role.SUPERVISOR, "s"), "", True),
        (Actor(Role.TRIAGE, "t"), "", True),
        (Actor(Role.SUPERVISOR, "s"), STREET_NAME, False),
        (Actor(Role.SUPERVISOR, "s", STREET, streets=(STREET_NAME,)), "", False),
        (Actor(Role.VERIFIER, "v", "c", communities=("彩香一村",), beside=(STREET_NAME,)), "", False),
        (Actor(Role.HANDLER, "h"), "", False),
        (Actor(Role.ADVISER, "a"), "", False),
    ],
)
def test_days_are_kept_for_who_sees_everything(actor: Actor, street: str, kept: bool) -> None:
    assert sees_all(Question(actor, period.week("2026-W47", NOW), street)) is kept
