"""The ledger of the district's 4+X: what legal advisers did, by community and adviser, in a quarter.

Consultations come by themselves, and mediations of matters that were handed to one (`mediation.counted`); opinions,
outreach and other mediations are entered. The four are those of the bulletin.
"""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import in_scope
from api.actors import Actor
from api.errors import Malformed, TooMany
from api.figures.period import Period, today
from api.lifecycle import Action, Lane, Role
from api.mediation import counted
from api.mediation.stage import Outcome
from api.models import AdviserService, Area, Event, Ticket

LONGEST, MOST_CAME, MOST_A_DAY = 200, 100_000, 50
ANSWERS = (Action.REPORT_BACK.value, Action.MEDIATION_OUTCOME.value)
BACK = timedelta(days=366)  # what is entered later is no record of its quarter any more


class Kind(StrEnum):
    OPINION = "opinion"
    MEDIATION = "mediation"
    OUTREACH = "outreach"


@dataclass(frozen=True, slots=True)
class Draft:
    kind: str
    held_on: str
    community: str
    title: str
    papers: str
    attendance: str
    another: str = ""  # said of a mediation that is taken for one which counts by itself


@dataclass(slots=True)
class Row:
    """Of one adviser in one community, by its code ("": of none). `hours`: from the report to the first answer;
    `unsolved`: answers of which the resident said that they did not help."""

    community: str
    adviser: str
    consultations: int = 0
    answered: int = 0
    hours: list[float] = field(default_factory=list)
    scores: list[int] = field(default_factory=list)
    unsolved: int = 0
    many: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # by Kind
    attendance: int = 0
    ended: int = 0  # mediations that counted by themselves
    settled: int = 0  # by an agreement

    @property
    def success(self) -> float | None:
        return self.settled / self.ended if self.ended else None

    @property
    def typical_hours(self) -> float | None:
        return statistics.median(self.hours) if self.hours else None

    @property
    def rating(self) -> float | None:
        return statistics.mean(self.scores) if self.scores else None


def total(rows: Sequence[Row]) -> Row:
    whole = Row("", "")
    for row in rows:
        whole.consultations, whole.answered = whole.consultations + row.consultations, whole.answered + row.answered
        whole.hours, whole.scores = whole.hours + row.hours, whole.scores + row.scores
        whole.attendance, whole.unsolved = whole.attendance + row.attendance, whole.unsolved + row.unsolved
        whole.ended, whole.settled = whole.ended + row.ended, whole.settled + row.settled
        for kind, many in row.many.items():
            whole.many[kind] += many
    return whole


async def enter(session: AsyncSession, actor: Actor, draft: Draft, now: datetime) -> None:
    """Raises Malformed (`at` says what), TooMany. The same entered twice a day is refused as such."""
    held_on = _day(draft.held_on, now)
    came = _came(draft)
    if draft.kind not in list(Kind):
        raise Malformed(at="kind")
    if not 1 < len(draft.title) <= LONGEST:
        raise Malformed(at="title")
    if len(draft.papers) > LONGEST:
        raise Malformed(at="papers")
    if draft.community not in {area.code for area in await communities(session, actor)} | {""}:
        raise Malformed(at="community")
    same = (AdviserService.staff == actor.name, AdviserService.held_on == held_on)
    known = (await session.exec(select(AdviserService).where(*same))).all()
    if any((one.kind, one.community, one.title) == (draft.kind, draft.community, draft.title) for one in known):
        raise Malformed(at="again")
    if len(known) >= MOST_A_DAY:
        raise TooMany(reason="services", most=MOST_A_DAY)
    service = AdviserService(
        staff=actor.name,
        kind=draft.kind,
        held_on=held_on,
        community=draft.community,
        title=draft.title,
        papers=draft.papers,
        attendance=came,
        another=draft.kind == Kind.MEDIATION and bool(draft.another),
        entered_at=now,
    )
    if draft.kind == Kind.MEDIATION and await _is_counted(session, actor, service):
        raise Malformed(at="counted")
    session.add(service)
    await session.flush()


async def _is_counted(session: AsyncSession, actor: Actor, service: AdviserService) -> bool:
    known = await counted.begun(session, actor, Period(service.held_on, service.held_on))
    return counted.is_counted(known, await _codes(session), service)


def _day(given: str, now: datetime) -> date:
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise Malformed(at="held_on") from None
    if not today(now) - BACK <= day <= today(now):
        raise Malformed(at="held_on")
    return day


def _came(draft: Draft) -> int:
    """Only of 法治宣传, and there it must be said."""
    if draft.kind != Kind.OUTREACH:
        return 0
    came = int(draft.attendance) if draft.attendance.isascii() and draft.attendance.isdecimal() else 0
    if not 0 < came <= MOST_CAME:
        raise Malformed(at="attendance")
    return came


async def strike(session: AsyncSession, actor: Actor, id: int) -> None:
    """Nobody else's."""
    theirs = (col(AdviserService.id) == id, col(AdviserService.staff) == actor.name)
    await session.exec(delete(AdviserService).where(*theirs))


async def entered(session: AsyncSession, actor: Actor, of: Period) -> Sequence[AdviserService]:
    """An adviser's own, the newest first."""
    query = select(AdviserService).where(AdviserService.staff == actor.name, *_within(of))
    return (await session.exec(query.order_by(col(AdviserService.held_on).desc(), col(AdviserService.id).desc()))).all()


async def communities(session: AsyncSession, actor: Actor) -> Sequence[Area]:
    """Those the adviser serves; of a street's adviser the street's, of a district's all."""
    query = select(Area).where(Area.level == "community", col(Area.retired_at).is_(None))
    if actor.scope:
        query = query.where((col(Area.code) == actor.scope) | (col(Area.parent) == actor.scope))
    return (await session.exec(query.order_by(col(Area.code)))).all()


async def report(session: AsyncSession, actor: Actor, of: Period) -> list[Row]:
    """An adviser's own; of everybody in their scope for who answers for them."""
    rows: dict[tuple[str, str], Row] = {}

    def row(community: str, adviser: str) -> Row:
        return rows.setdefault((community, adviser), Row(community, adviser))

    codes, begun = await _codes(session), await counted.begun(session, actor, of)
    for ticket, first in (await session.exec(_consultations(actor, of))).all():
        found = row(codes.get(ticket.community, ""), str(ticket.assignee))
        found.consultations += 1
        found.answered += first is not None
        found.hours += [(first - ticket.reported_at).total_seconds() / 3600] if first else []
        found.scores += [ticket.score] if ticket.score else []
    for community, adviser, many in (await session.exec(_unsolved(actor, of))).all():
        row(codes.get(community, ""), adviser).unsolved += many
    for one in begun:
        if of.first <= one.began_on <= of.last:
            found = row(codes.get(one.community, ""), one.staff)
            found.many[Kind.MEDIATION] += 1
            found.ended += one.outcome is not None
            found.settled += one.outcome is Outcome.AGREED
    for service in (await session.exec(_services(actor, of))).all():
        if service.kind == Kind.MEDIATION and counted.is_counted(begun, codes, service):
            continue
        found = row(service.community, service.staff)
        found.many[service.kind] += 1
        found.attendance += service.attendance
    return [rows[key] for key in sorted(rows)]


async def _codes(session: AsyncSession) -> dict[str, str]:
    """Of communities, by name."""
    query = select(Area.name, Area.code).where(Area.level == "community")
    return {name: code for name, code in (await session.exec(query)).all()}


def _consultations(actor: Actor, of: Period) -> Any:
    """Each with when it was answered first."""
    answers = (Event.ticket_id == Ticket.id, col(Event.action).in_(ANSWERS))
    first = select(func.min(Event.at)).where(*answers).correlate(Ticket).scalar_subquery()
    query = select(Ticket, first).where(*_asked_in(of), col(Ticket.assignee).is_not(None))
    return query.where(Ticket.assignee == actor.name) if actor.role is Role.ADVISER else query.where(in_scope(actor))


def _unsolved(actor: Actor, of: Period) -> Any:
    """Counted for whose answer it was, whoever has the matter now."""
    by = col(Event.facts)["by"].as_string()
    query = select(Ticket.community, by, func.count()).join_from(Event, Ticket).group_by(col(Ticket.community), by)
    query = query.where(*_asked_in(of), Event.action == Action.UNSOLVED.value, by.is_not(None))
    return query.where(by == actor.name) if actor.role is Role.ADVISER else query.where(in_scope(actor))


def _asked_in(of: Period) -> Any:
    at = col(Ticket.reported_at)
    return (Ticket.lane == Lane.LEGAL, at >= of.since, at < of.until)


def _services(actor: Actor, of: Period) -> Any:
    query = select(AdviserService).where(*_within(of))
    if actor.role is Role.ADVISER:
        return query.where(AdviserService.staff == actor.name)
    if not actor.streets and not actor.communities:
        return query
    names = (*actor.communities, *actor.streets)
    streets = select(Area.code).where(Area.level == "street", col(Area.name).in_(actor.streets))
    inside = select(Area.code).where(
        Area.level == "community", col(Area.name).in_(names) | col(Area.parent).in_(streets)
    )
    return query.where(col(AdviserService.community).in_(inside))


def _within(of: Period) -> Any:
    return (col(AdviserService.held_on) >= of.first, col(AdviserService.held_on) <= of.last)
