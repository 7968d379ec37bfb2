"""When the promise's clock stands, on record: while a question to the resident waits, and while a mediation runs."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import deadlines, promises
from api.deed import Deed, Facts
from api.errors import NotAllowed, TooMany
from api.lifecycle import ASKS_A_TICKET, Action
from api.models import Pause, Ticket


async def ask(deed: Deed) -> Facts:
    ticket = deed.ticket
    if ticket.paused:
        waits = await open_question(deed.session, ticket) is not None
        raise NotAllowed(action=Action.ASK, reason="already_asked" if waits else "in_mediation")
    if ticket.asks >= ASKS_A_TICKET:
        raise TooMany(action=Action.ASK, most=ASKS_A_TICKET)
    ticket.asks += 1
    return {"until": (await wait(deed, deed.office.clock())).isoformat()}


async def wait(deed: Deed, now: datetime) -> datetime:
    """For what the resident says to `note`, from `now` on; until when at the most."""
    ends_at = deadlines.due(now, promises.REPLY_WITHIN, deed.office.calendar)
    assert ends_at is not None  # three working days are always found
    deed.session.add(Pause(ticket_id=deed.ticket.id, question=deed.given.note, opened_at=now, ends_at=ends_at))
    deed.ticket.paused = True
    return ends_at


def stand(deed: Deed, usually_until: datetime) -> None:
    """While a mediation runs."""
    stands = Pause(
        ticket_id=deed.ticket.id, question="", opened_at=deed.office.clock(), ends_at=usually_until, of_mediation=True
    )
    deed.session.add(stands)
    deed.ticket.paused = True


async def reply(deed: Deed) -> Facts:
    pause = await open_question(deed.session, deed.ticket)
    if pause is None:
        raise NotAllowed(action=Action.REPLY, reason="nothing_asked")
    pause.closed_at = deed.office.clock()
    await _settle(deed.session, deed.ticket)
    return {"question": pause.question}


async def resume(deed: Deed) -> Facts:
    pause = await open_question(deed.session, deed.ticket)
    if pause is None or pause.ends_at > deed.office.clock():
        raise NotAllowed(action=Action.RESUME, reason="not_due")
    return await reply(deed)


async def open_question(session: AsyncSession, ticket: Ticket) -> Pause | None:
    return next((pause for pause in await _open(session, ticket) if not pause.of_mediation), None)


async def close(session: AsyncSession, ticket: Ticket, now: datetime) -> None:
    """Whatever it stands for."""
    for pause in await _open(session, ticket):
        pause.closed_at = now
    await _settle(session, ticket)


async def close_of_mediation(session: AsyncSession, ticket: Ticket, proposed_at: datetime, now: datetime) -> None:
    """That of the proposal, which was opened with it, and that of the mediation; another question still waits."""
    for pause in await _open(session, ticket):
        if pause.of_mediation or pause.opened_at == proposed_at:
            pause.closed_at = now
    await _settle(session, ticket)


async def _open(session: AsyncSession, ticket: Ticket) -> list[Pause]:
    query = select(Pause).where(Pause.ticket_id == ticket.id, col(Pause.closed_at).is_(None))
    return list((await session.exec(query.order_by(col(Pause.id)))).all())


async def _settle(session: AsyncSession, ticket: Ticket) -> None:
    await session.flush()
    ticket.paused = bool(await _open(session, ticket))
