"""考核评价: how often each contractor said that it was done, and how often it was not."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import notices
from api.access import visible_to
from api.actors import Actor
from api.lifecycle import Action, Lane
from api.models import Event, Ticket

UNTRUE = (Action.FAIL, Action.DISPUTE, Action.REOPEN)
COUNTED = (Action.REPORT_BACK, Action.EXPIRE, Action.RATE, *UNTRUE)


@dataclass(frozen=True, slots=True)
class Record:
    """`failed` by the verifier, `disputed` by residents (before or after the end): a false closure either way. `rated`:
    how many gave a score, `stars` their mean. Nobody's silence counts as satisfied."""

    code: str
    name: str
    done: int
    failed: int
    disputed: int
    rated: int
    stars: float | None


async def records(session: AsyncSession, actor: Actor, since: datetime) -> list[Record]:
    """Of the tickets this person may see; each closure counts for who reported it back, whoever has the ticket now."""
    query = (
        select(Event)
        .join(Ticket, col(Ticket.id) == col(Event.ticket_id))
        .where(visible_to(actor), Ticket.lane == Lane.PUBLIC, Event.at >= since, col(Event.action).in_(COUNTED))
        .order_by(col(Event.ticket_id), col(Event.seq))
    )
    counted, stars = tally((await session.exec(query)).all())
    called = await notices.assignee_names(session, counted.keys())
    return [_record(code, called[code], counted[code], stars[code]) for code in sorted(counted)]


def tally(events: Iterable[Event]) -> tuple[dict[str, Counter[str]], dict[str, list[int]]]:
    """By the code of who reported back: how many of each action followed, and the scores. In the order of tickets."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    stars: dict[str, list[int]] = defaultdict(list)
    by, of = "", 0
    for event in events:
        by, of = (by, of) if event.ticket_id == of else ("", event.ticket_id)
        by = str(event.facts.get("by") or "") if event.action == Action.REPORT_BACK else by
        if by:
            counted[by][event.action] += 1
        if by and event.action == Action.RATE:
            stars[by].append(int(event.facts["score"]))
    return counted, stars


def _record(code: str, name: str, counted: Counter[str], stars: Sequence[int]) -> Record:
    return Record(
        code=code,
        name=name,
        done=counted[Action.REPORT_BACK],
        failed=counted[Action.FAIL],
        disputed=counted[Action.DISPUTE] + counted[Action.REOPEN],
        rated=len(stars),
        stars=round(sum(stars) / len(stars), 2) if stars else None,
    )
