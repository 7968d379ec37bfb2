"""How often a clerk who had a ticket in hand left the item as it came, and which items were taken for which."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.figures.asked import Question
from api.lifecycle import Action, Role
from api.models import Event, Ticket
from nlp.catalogue import Kind

BY_CLERK = (Action.FILE, Action.CORRECT)


@dataclass(frozen=True, slots=True)
class Change:
    """Of a ticket's item, by its `seq`-th event: from what it was to what it is now."""

    ticket: int
    seq: int
    came: str
    left: str


@dataclass(frozen=True, slots=True)
class Hands:
    """The tickets that clerks filed or corrected in a period, and what they changed. Of several periods a ticket may be
    in more than one."""

    tickets: frozenset[int] = frozenset()
    changes: tuple[Change, ...] = ()


NOBODYS = Hands()


@dataclass(frozen=True, slots=True)
class Accuracy:
    """`judged`: tickets that clerks filed or corrected in the period. `confused`: (as it came, as clerks left it)."""

    judged: int = 0
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def wrong(self) -> int:
        return self.confused.total()

    @property
    def right(self) -> float | None:
        return 1 - self.wrong / self.judged if self.judged else None


async def hands(session: AsyncSession, question: Question) -> Hands:
    in_hand = select(Event.ticket_id).distinct().join(Ticket).where(*_by_clerks(question))
    return Hands(frozenset((await session.exec(in_hand)).all()), tuple(await _changes(session, question)))


def together(parts: Iterable[Hands]) -> Hands:
    held = list(parts)
    changes = tuple(change for part in held for change in part.changes)
    return Hands(frozenset().union(*(part.tickets for part in held)), changes)


def accuracy_of(held: Hands) -> Accuracy:
    return Accuracy(len(held.tickets), _confused(held.changes))


@dataclass(frozen=True, slots=True)
class Score:
    """Of what came as one item: how many clerks had in hand, and how many of them they made something else."""

    judged: int
    wrong: int


async def by_item(session: AsyncSession, question: Question) -> dict[str, Score]:
    """By the label under which tickets came."""
    now = select(Ticket.label, func.count(func.distinct(Event.ticket_id))).select_from(Event).join(Ticket)
    judged = Counter(dict((await session.exec(now.where(*_by_clerks(question)).group_by(col(Ticket.label)))).all()))
    wrong: Counter[str] = Counter()
    for (came, left), many in _confused(await _changes(session, question)).items():
        judged[came], judged[left], wrong[came] = judged[came] + many, judged[left] - many, wrong[came] + many
    return {label: Score(many, wrong[label]) for label, many in judged.items()}


def _by_clerks(question: Question) -> list[ColumnElement[bool]]:
    by_clerk = [col(Event.action).in_(BY_CLERK), col(Event.role) != Role.SYSTEM]
    in_period = [col(Event.at) >= question.period.since, col(Event.at) < question.period.until]
    return [*by_clerk, *in_period, *question.tickets]


async def _changes(session: AsyncSession, question: Question) -> list[Change]:
    changed = col(Event.facts)["label"]
    columns = (col(Event.ticket_id), col(Event.seq), changed[0].as_string(), col(Ticket.label))
    query: Any = select(*columns).join(Ticket).where(*_by_clerks(question), changed[0].as_string().is_not(None))
    return [Change(*row) for row in (await session.exec(query)).all()]


def _confused(changes: Iterable[Change]) -> Counter[tuple[str, str]]:
    """From what a ticket came as to what it is now; of a matter that was ever legal nothing is told."""
    late_to_early = sorted(changes, key=lambda change: -change.seq)
    first = {change.ticket: (change.came, change.left) for change in late_to_early}  # the earliest stays
    return Counter(pair for pair in first.values() if pair[0] != pair[1] and not _legal(pair))


def _legal(pair: tuple[str, str]) -> bool:
    return any(label.startswith(f"{Kind.LEGAL}:") for label in pair)
