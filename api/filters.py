"""What a list is asked for, as conditions of a query."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api import search
from api.access import waits_on
from api.actors import Actor
from api.lifecycle import OPEN, WAITS_ON, Role, Status
from api.models import Ticket
from api.office import Office
from api.schemas import Typed
from nlp.understand import SURE

NUMBER = re.compile(r"[A-Za-z]{2}[0-9]{8}-[0-9]{4,}")
STEP = re.compile(r"[1-7]")
Asked = Annotated[str, Query(max_length=200), Typed]


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list. `status`: one, or `open`, `ended`, `mine` (waits on the reader's role); empty: everything.
    `late` and `unsure` are asked for by any word, and are open tickets only."""

    status: Asked = ""
    step: Asked = ""
    category: Asked = ""
    label: Asked = ""
    kind: Asked = ""
    grid: Asked = ""
    street: Asked = ""
    community: Asked = ""
    assignee: Asked = ""
    source: Asked = ""
    late: Asked = ""
    unsure: Asked = ""
    q: Asked = ""
    cursor: Asked = ""

    @property
    def only_open(self) -> bool:
        return bool(self.late or self.unsure) or self.status in ("open", "mine", *OPEN)


def conditions(session: AsyncSession, office: Office, actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    of_area = (col(Ticket.grid), col(Ticket.community), col(Ticket.street))
    category = [entry.label for entry in office.catalogue.entries if entry.category == filters.category]
    wanted = [
        (filters.only_open, col(Ticket.ended_at).is_(None)),
        (filters.status, _status_is(actor, filters.status)),
        (filters.step, col(Ticket.step) == int(filters.step) if STEP.fullmatch(filters.step) else false()),
        (filters.category, col(Ticket.label).in_(category)),
        (filters.label, col(Ticket.label) == filters.label),
        (filters.kind, col(Ticket.kind) == filters.kind),
        (filters.grid, or_(*(field == filters.grid for field in of_area))),
        (filters.street, col(Ticket.street) == filters.street),
        (filters.community, col(Ticket.community) == filters.community),
        (filters.assignee, col(Ticket.assignee) == filters.assignee),
        (filters.source, col(Ticket.channel) == filters.source),
        (filters.late, col(Ticket.due_at) < office.clock()),
        (filters.unsure, and_(~col(Ticket.confirmed), col(Ticket.confidence) < SURE)),
    ]
    found = [condition for given, condition in wanted if given]
    return [*found, _says(session, filters.q)] if filters.q else found


def _status_is(actor: Actor, status: str) -> ColumnElement[bool]:
    match status:
        case "open":
            return true()
        case "ended":
            return col(Ticket.ended_at).is_not(None)
        case "mine":
            return waiting(actor)
        case _ if status in list(Status):
            return col(Ticket.status) == Status(status)
        case _:
            return false()


def waiting(actor: Actor) -> ColumnElement[bool]:
    """It is this person's turn."""
    pairs = [pair for pair, role in WAITS_ON.items() if role is actor.role]
    supervisor = or_(col(Ticket.escalated), col(Ticket.more_time)) if actor.role is Role.SUPERVISOR else false()
    turn = or_(false(), *(and_(col(Ticket.lane) == lane, col(Ticket.status) == of) for lane, of in pairs))
    return or_(supervisor, and_(turn, waits_on(actor)))


def _says(session: AsyncSession, words: str) -> ColumnElement[bool]:
    """Words are found in public matters only, of which there is an index; a legal one is found by its number."""
    its_number = col(Ticket.number) == words.strip().upper()
    found = search.holds(session, words)
    return its_number if found is None or NUMBER.fullmatch(words.strip()) else found
