"""The promise of a matter while it is handed to mediation: the clock stands for as long as that takes."""

from datetime import datetime

import pytest
from sqlmodel import col, select

from api.lifecycle import Role
from api.mediation.stage import Stage
from api.models import Pause, Ticket
from tests.api.life import Cast
from tests.api.test_mediation import at, done, swept
from tests.conftest import Clock


async def test_the_clock_stands_for_as_long_as_it_runs_and_no_longer(cast: Cast) -> None:
    """Three working days from Monday 9:30; proposed at once, ended ten days later."""
    number = await at(cast, Stage.BEGUN)
    await done(cast, Role.ADVISER, number, "mediation_date")
    assert await swept(cast, days=1, hours=6) == 1, "the reminder, no warning"
    assert await swept(cast, days=8, hours=18) == 0
    back = await done(cast, Role.RESIDENT, number, "decline_mediation")
    assert back["due_at"].startswith("2026-12-08") and not back["overdue"]


async def test_what_was_asked_waits_no_longer_once_it_is_answered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that goes on while an action is carried out."""

    def ticking(clock: Clock) -> datetime:
        clock.forward(milliseconds=1)
        return clock.now

    monkeypatch.setattr(Clock, "__call__", ticking)
    for answer, waits in (("consent", [True]), ("decline_mediation", [])):
        number = await at(cast, Stage.PROPOSED)
        await done(cast, Role.RESIDENT, number, answer)
        open_ones = (
            select(Pause.of_mediation).join(Ticket).where(Ticket.number == number, col(Pause.closed_at).is_(None))
        )
        async with cast.api.db.reading() as session:
            assert (await session.exec(open_ones)).all() == waits
        assert (await cast.read(number, Role.RESIDENT))["paused"] is bool(waits)
