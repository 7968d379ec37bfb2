"""What time alone makes happen. `sweep` is safe to repeat and safe on many machines at once."""

from contextlib import suppress
from datetime import datetime

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import audit, cases, erasure, holds, photos, presence, promises, reviews, search, subscriptions, tickets
from api.actors import CLOCK
from api.db import Database
from api.erasure import Old
from api.errors import AppError, NoStore
from api.feed import rows
from api.lifecycle import RULES, Action, Lane, Role
from api.mediation import deeds as mediation
from api.models import Pause, Ticket
from api.office import Office
from api.schemas import Act

log = structlog.get_logger()
A_SWEEP = 200
ON_WAKING = (Action.EXPIRE, Action.PASS_ON)


async def sweep(db: Database, office: Office) -> int:
    """Carries out what has come due, a transaction each; returns how many. What somebody else did first is skipped."""
    now = office.clock()
    await office.own_days.read(db)
    async with db.reading() as session:
        due = [*await _pauses(session, now), *await _waking(session, now), *await _warnings(session, now)]
        due += [(number, Action.END_REVIEW) for number in await reviews.overdue(session, now, A_SWEEP)]
        due += await mediation.due(session, now)
    await _sign_days(db, office, now)
    moved = sum([await _carry_out(db, office, number, action) for number, action in due])
    await _retire(db, office)
    await _discard(db, office)
    await search.clear(db)
    await rows.drop_old(db, now)
    await holds.come_back(db, now)
    await presence.forget(db, now)
    await cases.ask_again(db, now)
    await subscriptions.send(db, office)
    return moved


async def _retire(db: Database, office: Office) -> None:
    """Legal matters keep their words for a time only (docs/privacy.md)."""
    async for number in erasure.retire(db, office, Old([Lane.LEGAL], office.legal_kept), CLOCK):
        log.info("retired", number=number)


async def _discard(db: Database, office: Office) -> None:
    """A store that is away is waited for until the next sweep."""
    try:
        await photos.discard(db, office.photos)
    except NoStore as error:
        log.warning("no_store", reason=error.facts.get("reason"))


async def _sign_days(db: Database, office: Office, now: datetime) -> None:
    """Of several sweeps at once one signs; the others find it done."""
    if await audit.is_signed(db, now):
        return
    with suppress(IntegrityError):
        async with db.writing() as session:
            await audit.sign_days(session, office.history_key, now)


async def _pauses(session: AsyncSession, now: datetime) -> list[tuple[str, Action]]:
    query = (
        select(Ticket.number)
        .join(Pause, col(Pause.ticket_id) == col(Ticket.id))
        .where(col(Pause.closed_at).is_(None), col(Pause.ends_at) <= now, ~col(Pause.of_mediation))
        .limit(A_SWEEP)
    )
    return [(number, Action.RESUME) for number in (await session.exec(query)).all()]


async def _waking(session: AsyncSession, now: datetime) -> list[tuple[str, Action]]:
    query = select(Ticket).where(col(Ticket.wakes_at) <= now).order_by(col(Ticket.wakes_at)).limit(A_SWEEP)
    return [
        (ticket.number, action)
        for ticket in (await session.exec(query)).all()
        for action in ON_WAKING
        if (rule := RULES.get((ticket.lane, ticket.status, action))) and Role.CLOCK in rule.by
    ]


async def _warnings(session: AsyncSession, now: datetime) -> list[tuple[str, Action]]:
    query = select(Ticket).where(col(Ticket.warns_at) <= now).order_by(col(Ticket.warns_at)).limit(A_SWEEP)
    return [(ticket.number, promises.next_warning(ticket, now)) for ticket in (await session.exec(query)).all()]


async def _carry_out(db: Database, office: Office, number: str, action: Action) -> bool:
    try:
        async with db.writing() as session:
            return await _if_still_due(session, office, number, action)
    except AppError:  # a resident's answer came in between: nothing was changed
        return False


async def _if_still_due(session: AsyncSession, office: Office, number: str, action: Action) -> bool:
    ticket = await tickets.seen(session, number, CLOCK, for_update=True)
    if action in ON_WAKING and (ticket.wakes_at is None or ticket.wakes_at > office.clock()):
        return False
    await tickets.act(session, office, number, action, CLOCK, Act())
    return True
