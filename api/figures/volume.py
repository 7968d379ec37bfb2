"""What was reported in a period and what became of it: one query by item and street, one by hour."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, literal_column, or_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.deadlines import SHANGHAI
from api.figures.asked import Question
from api.lifecycle import WARNINGS, Action, Status
from api.models import Ticket
from api.search import is_sqlite

LATE = WARNINGS.index(Action.LATE) + 1  # `Ticket.warned` of a promise of handling that ran out
SCORES = (1, 2, 3, 4, 5)
SATISFIED = 4  # stars
HANDLED = (Status.REPORTED_BACK, Status.VERIFIED, Status.CLOSED)
HOUR = {True: "strftime('%Y-%m-%d %H', ticket.reported_at)",
        False: "to_char(ticket.reported_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the tickets of one item and street, or of more added up. `judged`: those whose promise was kept or broken by
    now, danger to life left out: nobody was promised a time for it. `doubted`: of which a resident said that it was not
    done. `scores`: how many gave one star, two, …; `unrated`: closed without."""

    reported: int = 0
    judged: int = 0
    late: int = 0
    doubted: int = 0
    closed: int = 0
    scores: tuple[int, ...] = (0,) * len(SCORES)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.reported + other.reported,
            self.judged + other.judged,
            self.late + other.late,
            self.doubted + other.doubted,
            self.closed + other.closed,
            tuple(map(sum, zip(self.scores, other.scores, strict=True))),
        )

    @property
    def kept(self) -> float | None:
        return 1 - self.late / self.judged if self.judged else None

    @property
    def rated(self) -> int:
        return sum(self.scores)

    @property
    def stars(self) -> float | None:
        total = sum(star * many for star, many in zip(SCORES, self.scores, strict=True))
        return total / self.rated if self.rated else None

    @property
    def satisfied(self) -> float | None:
        return sum(self.scores[SATISFIED - 1 :]) / self.rated if self.rated else None


Cube = dict[tuple[str, str], Tally]  # (label, street)


async def cube(session: AsyncSession, question: Question) -> Cube:
    sums = [_many(condition) for condition in (_judged(), _late(), col(Ticket.disputes) > 0, _closed())]
    scores = [_many(col(Ticket.score) == score) for score in SCORES]
    key: list[Any] = [col(Ticket.label), col(Ticket.street)]
    columns: list[Any] = [*key, func.count(), *sums, *scores]
    query: Any = select(*columns).where(*question.reported).group_by(*key)
    return {
        (label, street): Tally(reported, judged, late, doubted, closed, tuple(scores))
        for label, street, reported, judged, late, doubted, closed, *scores in (await session.exec(query)).all()
    }


def _many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.sum(case((condition, 1), else_=0)), Integer)


def _late() -> ColumnElement[bool]:
    return and_(_judged(), col(Ticket.warned) >= LATE)


def _judged() -> ColumnElement[bool]:
    over = or_(col(Ticket.status).in_(HANDLED), col(Ticket.warned) >= LATE)
    dropped = (Status.DECLINED, Status.MERGED, Status.WITHDRAWN)
    return and_(~col(Ticket.urgent), over, col(Ticket.status).not_in(dropped))


def _closed() -> ColumnElement[bool]:
    return col(Ticket.status) == Status.CLOSED


def joined(cubes: Iterable[Cube]) -> Cube:
    parts: dict[tuple[str, str], list[Tally]] = {}
    for cube in cubes:
        for key, tally in cube.items():
            parts.setdefault(key, []).append(tally)
    return {key: whole(tallies) for key, tallies in parts.items()}


def added_up(found: Cube, by: Callable[[tuple[str, str]], Hashable]) -> dict[Hashable, Tally]:
    """The most reported first."""
    sums: dict[Hashable, Tally] = {}
    for key, tally in found.items():
        sums[by(key)] = sums.get(by(key), Tally()) + tally
    return dict(sorted(sums.items(), key=lambda pair: (-pair[1].reported, str(pair[0]))))


def whole(found: Iterable[Tally]) -> Tally:
    return sum(found, Tally())


async def hours(session: AsyncSession, question: Question) -> Counter[datetime]:
    """How many in each hour, district time. The hour is cut in UTC: the district's is a whole number of them away."""
    hour: Any = literal_column(HOUR[is_sqlite(session)])
    query = select(hour, func.count()).select_from(Ticket).where(*question.reported).group_by(hour)
    return Counter({_local(hour): many for hour, many in (await session.exec(query)).all()})


def _local(hour: str) -> datetime:
    return datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC).astimezone(SHANGHAI)
