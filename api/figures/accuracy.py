"""How often a clerk who had a ticket in hand left the item as it came, and which items were taken for which."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.figures.asked import Question
from api.lifecycle import Action, Role
from api.models import Event, Ticket
from nlp.catalogue import Kind


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


async def accuracy(session: AsyncSession, question: Question) -> Accuracy:
    in_hand = select(func.count(func.distinct(Event.ticket_id))).join(Ticket).where(*_by_clerks(question))
    return Accuracy((await session.exec(in_hand)).one(), await _confused(session, question))


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
    for (came, left), many in (await _confused(session, question)).items():
        judged[came], judged[left], wrong[came] = judged[came] + many, judged[left] - many, wrong[came] + many
    return {label: Score(many, wrong[label]) for label, many in judged.items()}


def _by_clerks(question: Question) -> list[ColumnElement[bool]]:
    by_clerk = [col(Event.action).in_((Action.FILE, Action.CORRECT)), col(Event.role) != Role.SYSTEM]
    in_period = [col(Event.at) >= question.period.since, col(Event.at) < question.period.until]
    return [*by_clerk, *in_period, *question.tickets]


async def _confused(session: AsyncSession, question: Question) -> Counter[tuple[str, str]]:
    """From what a ticket came as to what it is now; of a matter that was ever legal nothing is told."""
    changed = col(Event.facts)["label"]
    query = (
        select(col(Event.ticket_id), changed[0].as_string(), col(Ticket.label))
        .join(Ticket)
        .where(*_by_clerks(question), changed[0].as_string().is_not(None))
        .order_by(col(Event.ticket_id), col(Event.seq).desc())
    )
    first = {ticket: (came, left) for ticket, came, left in (await session.exec(query)).all()}  # the first one stays
    return Counter(pair for pair in first.values() if pair[0] != pair[1] and not _legal(pair))


def _legal(pair: tuple[str, str]) -> bool:
    return any(label.startswith(f"{Kind.LEGAL}:") for label in pair)
