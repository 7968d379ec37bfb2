"""Random lives: whatever people and the clock do, in whatever order, what must always hold holds."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from api import clockwork, promises, trail
from api.lifecycle import ENDED, RULES, STEP_REACHED, WARNINGS, Action, Lane, Role, Status
from api.models import Event, Mediation, Notice, Part, Pause, Ticket
from nlp.understand import Understander
from tests.api.life import CALLERS, OTHER, Cast, call, cast_of, open_ticket
from tests.conftest import Api, running_api

NEW_PROMISES = (Action.GRANT, Action.REPORT_BACK, Action.FOLLOW_UP, Action.CONSENT)
Move = tuple[Role, Action] | float  # somebody acts, or hours go by and the clock sweeps
LIKELY = [(role, action) for (_, _, action), rule in RULES.items() for role in rule.by if role in CALLERS]
MOVES = st.lists(
    st.one_of(
        st.sampled_from(LIKELY),
        st.sampled_from(LIKELY),
        st.tuples(st.sampled_from(CALLERS), st.sampled_from(Action)),
        st.sampled_from([0.5, 5.0, 30.0, 100.0, 200.0]),
    ),
    min_size=5,
    max_size=40,
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, understander: Understander) -> Iterator[tuple[asyncio.Runner, Cast]]:
    """One API for all lives, in a loop of its own: hypothesis calls a function that is not async."""
    running = running_api(tmp_path_factory.mktemp("lives"), "", understander)
    with asyncio.Runner() as runner:
        api = runner.run(running.__aenter__())
        runner.run(api.staff("bea", Role.ADVISER))
        yield runner, runner.run(cast_of(api))
        runner.run(running.__aexit__(None, None, None))


@pytest.mark.parametrize("lane", Lane)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_lives(town: tuple[asyncio.Runner, Cast], lane: Lane, moves: list[Move]) -> None:
    runner, cast = town
    runner.run(live(cast, lane, moves))


async def live(cast: Cast, lane: Lane, moves: list[Move]) -> None:
    label = "legal:tenancy" if lane is Lane.LEGAL else "street_light"
    number, other = [(await open_ticket(cast.api, label=label))["number"] for _ in range(2)]
    for move in moves:
        await make(cast, number, other, move)
        await holds(cast.api, number)


async def make(cast: Cast, number: str, other: str, move: Move) -> None:
    if isinstance(move, float):
        cast.api.clock.forward(hours=move)
        await clockwork.sweep(cast.api.db, cast.api.office)
        return
    role, action = move
    before = await events_of(cast.api, number)
    lead = "ada" if (await cast.read(number, Role.SYSTEM))["lane"] == Lane.LEGAL else "hans"
    to = OTHER if action in (Action.INVITE, Action.RELEASE) else lead
    given = {"note": "n", "reason": "r", "to": to, "into": other, "score": 3, "place": "观前街", **cast.of_mediation()}
    answer = await call(cast.api, cast.whose(role, action), number, action, **given)
    assert answer.status_code in (200, 403, 404, 409, 422), answer.text
    made = (await events_of(cast.api, number))[len(before) :]
    assert [event.action for event in made] == [action] * (answer.status_code == 200), "one event an action"


async def events_of(api: Api, number: str) -> Sequence[Event]:
    async with api.db.reading() as session:
        query = select(Event).join(Ticket, col(Ticket.id) == col(Event.ticket_id)).where(Ticket.number == number)
        return (await session.exec(query.order_by(col(Event.id)))).all()


async def holds(api: Api, number: str) -> None:
    async with api.db.reading() as session:
        ticket = (await session.exec(select(Ticket).where(Ticket.number == number))).one()
        pauses = (await session.exec(select(Pause).where(Pause.ticket_id == ticket.id))).all()
        parts = (await session.exec(select(Part).where(Part.ticket_id == ticket.id))).all()
        mediations = (await session.exec(select(Mediation).where(Mediation.ticket_id == ticket.id))).all()
        notices = (await session.exec(select(Notice).where(Notice.ticket_id == ticket.id))).all()
    events = await events_of(api, number)
    legal_steps(ticket, events)
    assert list(trail.flaws(api.office.history_key, ticket, events)) == []
    spans = [(pause.opened_at, pause.closed_at) for pause in pauses]
    assert ticket.due_at == promises.due_at(api.office, ticket, spans)
    assert ticket.wakes_at == promises.wakes_at(api.office, ticket)
    assert ticket.warns_at == promises.warns_at(api.office, ticket, spans)
    for warning in WARNINGS:
        promised = 1 + sum(event.action in NEW_PROMISES or "label" in event.facts for event in events)
        assert sum(event.action == warning for event in events) <= promised, "each promise warns once"
    assert ticket.paused == any(pause.closed_at is None for pause in pauses)
    assert not ticket.paused or (ticket.lane, ticket.status, Action.REPLY) in RULES
    runs = [one for one in mediations if one.ended_at is None and one.resident_at is not None]
    assert len(runs) == sum(pause.of_mediation and pause.closed_at is None for pause in pauses) <= 1
    assert not runs or ticket.status in (Status.DISPATCHED, Status.IN_PROGRESS)
    assert all(one.name == "" and one.outcome for one in mediations if one.ended_at is not None)
    assert (ticket.ended_at is not None) == (ticket.status in ENDED)
    undone = [part for part in parts if part.done_at is None and part.released_at is None]
    assert not undone or ticket.status not in (Status.REPORTED_BACK, Status.VERIFIED, Status.CLOSED)
    assert ticket.assignee not in {part.unit for part in undone}, "one leads, others work with them"
    assert ticket.step == STEP_REACHED.get(ticket.status, ticket.step)
    assert {notice.event_id for notice in notices} <= {event.id for event in events}
    told = [(notice.event_id, notice.channel, notice.address) for notice in notices]
    assert len(told) == len(set(told)), "nobody is told of one thing twice"


def legal_steps(ticket: Ticket, events: Sequence[Event]) -> None:
    """Each event is a row of the table, by a role of that row, and begins where the one before it ended."""
    status = Status.REPORTED
    for event in events[1:]:
        rule = RULES[ticket.lane, Status(event.before), Action(event.action)]
        assert event.before == status and event.role in rule.by
        assert event.after in (rule.to, event.before, Status.FILED)
        status = Status(event.after)
    assert ticket.status == status
