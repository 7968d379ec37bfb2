"""Cases: answers that two advisers agreed on, offered to residents who ask something like it.

Which law a case rests on changes: after LOOK_AGAIN its author is asked to read it again, and whatever nobody has read
within another GRACE is offered no more.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.actors import Actor
from api.db import Database
from api.errors import Forbidden, Missing, NotAllowed, NotFound
from api.figures.period import today
from api.lifecycle import Role
from api.models import CaseVersion, LegalCase
from api.office import Office

LOOK_AGAIN, GRACE = timedelta(days=365), timedelta(days=30)  # assumed
WITHDRAWS = (Role.ADVISER, Role.SUPERVISOR)
READS = (Role.ADVISER, Role.SUPERVISOR, Role.ADMIN)
MOST = 200


class Standing(StrEnum):
    OFFERED = "offered"
    DUE = "due"  # to be read again; still offered
    STALE = "stale"  # nobody read it again
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    SHOWN = "shown"
    HELPED = "helped"


def standing(case: LegalCase, on: date) -> Standing:
    if case.withdrawn_at is not None:
        return Standing.WITHDRAWN
    age = on - case.reviewed_on
    return Standing.OFFERED if age < LOOK_AGAIN else Standing.DUE if age < LOOK_AGAIN + GRACE else Standing.STALE


def offered(on: date) -> ColumnElement[bool]:
    return and_(col(LegalCase.withdrawn_at).is_(None), col(LegalCase.reviewed_on) > on - LOOK_AGAIN - GRACE)


def is_in(wanted: Standing, on: date) -> ColumnElement[bool]:
    """As `standing`, for a query."""
    reviewed, stands = col(LegalCase.reviewed_on), col(LegalCase.withdrawn_at).is_(None)
    due, stale = on - LOOK_AGAIN, on - LOOK_AGAIN - GRACE
    return {
        Standing.OFFERED: and_(stands, reviewed > due),
        Standing.DUE: and_(stands, reviewed <= due, reviewed > stale),
        Standing.STALE: and_(stands, reviewed <= stale),
        Standing.WITHDRAWN: ~stands,
    }[wanted]


async def listed(
    session: AsyncSession, on: date, label: str = "", wanted: Standing | None = None, words: str = ""
) -> Sequence[LegalCase]:
    """By topic, the newest first; `words`: all of them stand in its question or answer."""
    query = select(LegalCase).order_by(LegalCase.label, col(LegalCase.id).desc()).limit(MOST)
    query = query.where(LegalCase.label == label) if label else query
    query = query.where(is_in(wanted, on)) if wanted else query
    for word in words.split():
        held = [column.contains(word, autoescape=True) for column in (col(LegalCase.question), col(LegalCase.answer))]
        query = query.where(held[0] | held[1])
    return (await session.exec(query)).all()


async def read(session: AsyncSession, id: int, *, for_update: bool = False) -> LegalCase:
    case = await session.get(LegalCase, id, with_for_update=for_update)
    if case is None:
        raise NotFound(case=id)
    return case


async def versions(session: AsyncSession, case: LegalCase) -> Sequence[CaseVersion]:
    """The newest first."""
    query = select(CaseVersion).where(CaseVersion.case_id == case.id).order_by(col(CaseVersion.version).desc())
    return (await session.exec(query)).all()


async def withdraw(session: AsyncSession, office: Office, actor: Actor, id: int, reason: str) -> None:
    """Offered no more from this moment. Raises Forbidden, NotFound, Missing, NotAllowed (it is withdrawn already)."""
    case = await _to_change(session, actor, id, WITHDRAWS)
    if not reason:
        raise Missing(needs=["reason"])
    case.withdrawn_at, case.withdrawn_by, case.withdrawn_why = office.clock(), actor.name, reason


async def renew(session: AsyncSession, office: Office, actor: Actor, id: int) -> None:
    """An adviser read it again, and it is good law still."""
    case = await _to_change(session, actor, id, (Role.ADVISER,))
    case.reviewed_on, case.asked_at = today(office.clock()), None


async def _to_change(session: AsyncSession, actor: Actor, id: int, who: Sequence[Role]) -> LegalCase:
    if actor.role not in who:
        raise Forbidden(role=actor.role)
    case = await read(session, id, for_update=True)
    if case.withdrawn_at is not None:
        raise NotAllowed(reason="case_moved")
    return case


async def count(session: AsyncSession, id: int, outcome: Outcome) -> None:
    """A figure, of nobody. Raises NotFound."""
    column = {Outcome.SHOWN: col(LegalCase.shown), Outcome.HELPED: col(LegalCase.helped)}[outcome]
    done: Any = await session.exec(update(LegalCase).where(col(LegalCase.id) == id).values({column: column + 1}))
    if not done.rowcount:
        raise NotFound(case=id)


async def to_read_again(session: AsyncSession, actor: Actor) -> Sequence[LegalCase]:
    """What the clock asks this adviser for."""
    asked = col(LegalCase.asked_at).is_not(None), col(LegalCase.withdrawn_at).is_(None)
    query = select(LegalCase).where(LegalCase.author == actor.name, *asked)
    return (await session.exec(query.order_by(col(LegalCase.id)))).all()


async def ask_again(db: Database, now: datetime) -> int:
    """Asks the authors of what nobody has read for a year, once. How many."""
    due = is_in(Standing.DUE, today(now)) | is_in(Standing.STALE, today(now))
    unasked = select(LegalCase.id).where(due, col(LegalCase.asked_at).is_(None))
    async with db.reading() as session:
        if (await session.exec(unasked.limit(1))).first() is None:
            return 0
    async with db.writing() as session:
        asked: Any = await session.exec(
            update(LegalCase).where(due, col(LegalCase.asked_at).is_(None)).values(asked_at=now)
        )
        return int(asked.rowcount)
