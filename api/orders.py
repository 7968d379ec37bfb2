"""In which order tickets are listed, and where a page begins: by the keys of the last row of the page before."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from api.errors import Malformed
from api.models import LAST_KEY, Ticket
from api.office import DANGER_TO_LIFE


@dataclass(frozen=True, slots=True)
class Order:
    """`by`: columns of an ORDER BY; `keys`: a row's place in it, as text; `beyond`: the rows after such a place."""

    by: Sequence[Any]
    keys: Callable[[Ticket], str]
    beyond: Callable[[str], ColumnElement[bool]]

    def cursor(self, ticket: Ticket) -> str:
        return urlsafe_b64encode(self.keys(ticket).encode()).decode()

    def after(self, cursor: str) -> ColumnElement[bool]:
        """Raises Malformed for what this order never gave out."""
        try:
            return self.beyond(urlsafe_b64decode(cursor.encode()).decode())
        except (ValueError, OverflowError):
            raise Malformed(at="cursor") from None


def _in_queue(ticket: Ticket) -> str:
    where = (ticket.priority, ticket.lateness, ticket.joined, ticket.reported_at.isoformat(), ticket.id)
    return "|".join(map(str, where))


def _beyond_in_queue(keys: str) -> ColumnElement[bool]:
    priority, lateness, joined, reported_at, key = keys.split("|")
    level, at, last = int(priority), datetime.fromisoformat(reported_at).astimezone(UTC), _key(key)
    if not 0 <= level <= DANGER_TO_LIFE:
        raise ValueError(level)
    when, by = col(Ticket.reported_at), col(Ticket.id)
    beyond = or_(when > at, and_(when == at, by > last))
    for of, value in ((_joined, _key(joined)), (_late, _key(lateness)), (_pressing, level)):
        beyond = or_(of < value, and_(of == value, beyond))
    return and_(_pressing <= level, beyond)  # where an index begins to read


def _key(given: str) -> int:
    key = int(given)
    if not 0 <= key <= LAST_KEY:
        raise ValueError(key)
    return key


_pressing, _late, _joined = col(Ticket.priority), col(Ticket.lateness), col(Ticket.joined)
QUEUE = Order(
    (_pressing.desc(), _late.desc(), _joined.desc(), col(Ticket.reported_at), col(Ticket.id)),
    _in_queue,
    _beyond_in_queue,
)
NEWEST = Order((col(Ticket.id).desc(),), lambda ticket: str(ticket.id), lambda keys: col(Ticket.id) < _key(keys))
