"""演示数据: a district's tickets with what became of them, as rows. Nothing of it happened; histories are not bound."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, select

from api.db import Database
from api.deadlines import SHANGHAI
from api.lifecycle import RULES, STEP_REACHED, Action, Lane, Role, Status
from api.models import Area, Event, Ticket, Unit

A_BATCH = 5_000
HOURS = [1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 13, 10, 7, 8, 10, 10, 9, 9, 10, 9, 8, 6, 4, 2]
WEEKDAYS = [6, 6, 5, 5, 6, 4, 3]
TAKEN_FOR = {"clutter": "bulky_waste", "household_waste": "bulky_waste", "road_surface": "sidewalk"}
CHANNELS = ("web", "telegram", "12345")
TEXT = "演示数据：这里有件事请来看看"
Row = dict[str, Any]
Home = tuple[str, str, str]  # code and name of the street, name of the community


@dataclass(frozen=True, slots=True)
class Plan:
    """`burst`: so many more of one item in one community within the last week."""

    many: int
    days: int
    now: datetime
    burst: int = 14
    seed: int = 4


async def fill(db: Database, plan: Plan, labels: Sequence[str], done: Callable[[int], None] = lambda _: None) -> None:
    async with db.reading() as session:
        areas = list((await session.exec(select(Area).where(col(Area.level) != "grid"))).all())
    streets = {area.code: area.name for area in areas if area.level == "street"}
    async with db.writing() as session:
        for code, name in streets.items():
            session.add(Unit(code=unit_of(code), name=f"{name}养护队", kind="contractor", street=name, demo=True))
    homes = [(area.parent, streets[area.parent], area.name) for area in areas if area.level == "community"]
    lives = _lives(plan, homes, labels)
    while batch := [life for _, life in zip(range(A_BATCH), lives, strict=False)]:
        async with db.writer() as connection:
            await connection.execute(insert(Ticket), [_whole(Ticket, ticket) for ticket, _ in batch])
            await connection.execute(insert(Event), [_whole(Event, event) for _, events in batch for event in events])
        done(len(batch))
    async with db.writer() as connection:
        for table in () if db.is_sqlite else ("ticket", "event"):
            await connection.exec_driver_sql(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        await connection.exec_driver_sql("ANALYZE")


def unit_of(street: str) -> str:
    return f"unit-{street}"


def _whole(table: Any, row: Row) -> Row:
    plain = {
        name: column.default.arg
        for name, column in table.__table__.columns.items()
        if column.default is not None and not callable(column.default.arg)
    }
    empty: Row = {"alternatives": [], "because": []} if table is Ticket else {"facts": {}, "seals": {}}
    return plain | empty | row


def _lives(plan: Plan, homes: Sequence[Home], labels: Sequence[str]) -> Iterator[tuple[Row, list[Row]]]:
    chance, counted = random.Random(plan.seed), 0
    weights = [1 / (place + 2) for place in range(len(labels))]
    busy = [chance.gammavariate(0.8, 1) for _ in homes]
    moments = sorted(_moment(chance, plan) for _ in range(plan.many))
    for key, at in enumerate(moments, 1):
        bursting = plan.many - key < plan.burst * 12 and key % 12 == 0
        home = homes[7] if bursting else chance.choices(homes, busy)[0]
        label = labels[1] if bursting else chance.choices(labels, weights)[0]
        ticket, events = _life(chance, key, at, label, home, plan.now)
        for event in events:
            counted += 1
            event["id"] = counted
        yield ticket, events


def _moment(chance: random.Random, plan: Plan) -> datetime:
    """Some weeks before now, by the hours and weekdays on which people report."""
    while True:
        day = plan.now.astimezone(SHANGHAI) - timedelta(days=chance.randrange(plan.days))
        at = day.replace(hour=chance.choices(range(24), HOURS)[0], minute=chance.randrange(60), second=0)
        if at <= plan.now and chance.random() * 6 < WEEKDAYS[at.weekday()]:
            return at


def _life(
    chance: random.Random, key: int, at: datetime, label: str, home: Home, now: datetime
) -> tuple[Row, list[Row]]:
    code, street, community = home
    unit, came, corrected = unit_of(code), TAKEN_FOR.get(label, label), chance.random() < 0.3
    events = [_event(key, 1, "report", at, Role.RESIDENT, "", Status.REPORTED)]

    def then(action: Action, role: Role, hours: float, **facts: Any) -> bool:
        moment, before = events[-1]["at"] + timedelta(hours=chance.expovariate(1 / hours)), events[-1]["after"]
        if moment < now:
            after = RULES[Lane.PUBLIC, before, action].to
            events.append(_event(key, len(events) + 1, action, moment, role, before, after) | {"facts": facts})
        return moment < now

    relabelled = {"label": [came, label]} if corrected and came != label else {}
    handled = (
        then(Action.FILE, Role.TRIAGE, 2, **relabelled)
        and then(Action.DISPATCH, Role.SYSTEM, 1, to=unit)
        and then(Action.ACCEPT, Role.HANDLER, 5)
        and then(Action.REPORT_BACK, Role.HANDLER, 30, by=unit)
    )
    judged = _judged(chance, then, unit, careless(street)) if handled else {}
    last, hours = events[-1], (events[-1]["at"] - at) / timedelta(hours=1)
    row: Row = {
        "id": key, "number": f"GS{at:%Y%m%d}-{key:04d}", "lane": Lane.PUBLIC, "kind": "item", "label": label,
        "status": last["after"], "step": STEP_REACHED[last["after"]], "text": TEXT, "street": street,
        "community": community, "channel": chance.choice(CHANNELS), "reported_at": at,
        "confidence": 0.9, "urgent": chance.random() < 0.01, "status_at": last["at"], "warned": 2 if hours > 110 else 0,
        "events": len(events), "score": None, "handled_by": unit if handled else None, "assignee": unit,
        "ended_at": last["at"] if last["after"] is Status.CLOSED else None,
    }  # fmt: skip
    return row | judged, events


def careless(street: str) -> float:
    """How careless its contractor is, 0-1; the same every time."""
    return sum(map(ord, street)) % 10 / 10


def _judged(chance: random.Random, then: Callable[..., bool], unit: str, sloppy: float) -> Row:
    """What follows upon 办好了: of the ticket's row, what its events do not say."""
    failed = chance.random() < 0.04 + 0.1 * sloppy and then(Action.FAIL, Role.VERIFIER, 4)
    if failed and not then(Action.REPORT_BACK, Role.HANDLER, 20, by=unit):
        return {}
    if not then(Action.PASS, Role.VERIFIER, 5):
        return {}
    if chance.random() < 0.02 + 0.06 * sloppy:
        return {"disputes": int(then(Action.DISPUTE, Role.RESIDENT, 10))}
    score = chance.choices((1, 2, 3, 4, 5), (2 + 4 * sloppy, 2, 4, 9, 14))[0]
    if chance.random() < 0.45:
        return {"score": score if then(Action.RATE, Role.RESIDENT, 20, score=score) else None}
    then(Action.EXPIRE, Role.CLOCK, 168)
    return {}


def _event(key: int, seq: int, action: str, at: datetime, role: Role, before: str, after: str) -> Row:
    actor = role.value if role in (Role.RESIDENT, Role.CLOCK, Role.SYSTEM) else f"演示-{role}"
    return {
        "ticket_id": key, "seq": seq, "action": action, "before": before, "after": after, "role": role, "actor": actor,
        "at": at,
    }  # fmt: skip
