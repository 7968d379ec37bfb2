"""Which tickets are counted, and for whom."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import col

from api.access import visible_to
from api.actors import Actor
from api.figures.period import Period
from api.lifecycle import Lane
from api.models import Ticket


@dataclass(frozen=True, slots=True)
class Question:
    """`street`: "" for all that the reader may see."""

    actor: Actor
    period: Period
    street: str = ""

    def of(self, period: Period) -> "Question":
        return Question(self.actor, period, self.street)

    @property
    def tickets(self) -> list[ColumnElement[bool]]:
        """Public matters only, whoever reads: of a legal one a count by community and topic would tell whose it is."""
        here = [col(Ticket.street) == self.street] if self.street else []
        return [col(Ticket.lane) == Lane.PUBLIC, visible_to(self.actor), *here]

    @property
    def reported(self) -> list[ColumnElement[bool]]:
        """Those reported in the period."""
        at = col(Ticket.reported_at)
        return [*self.tickets, at >= self.period.since, at < self.period.until]
