"""请同行看一看: another adviser, without a part in it, reads a matter and the answer that is meant, and says what they
think; for a time, and once the resident was told. The words stand here and not on the record, which is the resident's.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import advisers, deadlines, drafts
from api.actors import Actor
from api.deadlines import Limit, Unit
from api.deed import Deed, Facts
from api.errors import Missing, NotAllowed, TooMany, UnknownAssignee
from api.lifecycle import Action, Lane, Need, Role, Status
from api.models import AnswerDraft, AnswerReview, Follower, Notice, Ticket
from api.office import Office

WITHIN = Limit(1, Unit.WORKING_DAY)  # then the clock takes it back (assumed)
MOST = 2  # of a matter
TELLS = f"{Lane.LEGAL}.{Action.ASK_REVIEW}"  # the kind of the resident's notice


class Verdict(StrEnum):
    AGREES = "agrees"
    CHANGES = "changes"


async def of(session: AsyncSession, ticket: Ticket) -> Sequence[AnswerReview]:
    """The oldest first; who may read which: `seen_by`."""
    query = select(AnswerReview).where(AnswerReview.ticket_id == ticket.id).order_by(col(AnswerReview.id))
    return (await session.exec(query)).all()


async def seen_by(session: AsyncSession, ticket: Ticket, reader: Actor) -> list[AnswerReview]:
    """All that they asked for, as long as it lies with them; and what they are asked to look at now."""
    if reader.role is not Role.ADVISER:
        return []
    asked = await of(session, ticket)
    if ticket.assignee == reader.name:
        return [one for one in asked if one.asker == reader.name]
    theirs = [one for one in asked if one.reviewer == reader.name and one.ended_at is None]
    return theirs if ticket.id in reader.opened else []


async def peers(session: AsyncSession, office: Office, ticket: Ticket) -> list[str]:
    """Whom one may ask: nobody with a part in it, nobody who passed it on. The fittest first."""
    had = (await advisers.had_it(session, [ticket.id])).get(ticket.id, set())
    return await advisers.ranked(session, office, ticket, had | {str(ticket.assignee)})


async def readable_by(session: AsyncSession, name: str, now: datetime) -> frozenset[int]:
    """Keys of the matters that this adviser may read as a reviewer: the resident was told, there is time left, and they
    have no part in it."""
    open_ones = (AnswerReview.reviewer == name, col(AnswerReview.ended_at).is_(None), col(AnswerReview.until_at) > now)
    query = select(Ticket).where(col(Ticket.id).in_(select(AnswerReview.ticket_id).where(*open_ones)))
    asked = (await session.exec(query)).all()
    told = [ticket for ticket in asked if await _was_told(session, ticket)]
    return frozenset([ticket.id for ticket in told if not await advisers.has_part(session, ticket, name)])


async def _was_told(session: AsyncSession, ticket: Ticket) -> bool:
    """No notice of a review is on its way to a resident any more."""
    residents = select(Follower.resident_id).where(Follower.ticket_id == ticket.id)
    first = (Notice.ticket_id == ticket.id, Notice.kind == TELLS, col(Notice.again_of).is_(None))
    waits = (col(Notice.address).in_(residents), col(Notice.sent_at).is_(None), Notice.failed == "")
    on_its_way = select(Notice.id).where(*first, *waits)
    return (await session.exec(on_its_way.limit(1))).first() is None


async def ruled_out(session: AsyncSession, actor: Actor, ids: Sequence[int]) -> dict[int, set[Action]]:
    """By matter, what of all this would be refused."""
    query = select(AnswerReview).where(col(AnswerReview.ticket_id).in_(ids))
    asked: dict[int, list[AnswerReview]] = {key: [] for key in ids}
    for one in (await session.exec(query)).all():
        asked[one.ticket_id].append(one)
    return {key: _ruled_out(of, readable=key in actor.opened) for key, of in asked.items()}


def _ruled_out(asked: Sequence[AnswerReview], *, readable: bool) -> set[Action]:
    is_open = any(one.ended_at is None for one in asked)
    found = {Action.ASK_REVIEW} if is_open or len(asked) >= MOST else set()
    found |= set() if is_open else {Action.END_REVIEW}
    return found if readable else found | {Action.REVIEW}


async def overdue(session: AsyncSession, now: datetime, most: int) -> Sequence[str]:
    """Numbers."""
    of_open = (col(AnswerReview.ended_at).is_(None), col(AnswerReview.until_at) <= now)
    query = select(Ticket.number).join(AnswerReview, col(AnswerReview.ticket_id) == col(Ticket.id))
    return (await session.exec(query.where(*of_open).order_by(col(AnswerReview.until_at)).limit(most))).all()


# --- what the actions do


async def ask(deed: Deed) -> Facts:
    """With the draft as it is kept now."""
    session, ticket, to = deed.session, deed.ticket, deed.given.to
    asked, draft = await of(session, ticket), await drafts.of(session, ticket, deed.actor)
    if any(one.ended_at is None for one in asked):
        raise NotAllowed(action=Action.ASK_REVIEW, reason="under_review")
    if len(asked) >= MOST:
        raise TooMany(action=Action.ASK_REVIEW, most=MOST, reason="reviews")
    if draft is None or not draft.note:
        raise NotAllowed(action=Action.ASK_REVIEW, reason="no_draft")
    if to not in await peers(session, deed.office, ticket):
        raise UnknownAssignee(to=to, reason="no_peer")
    now = deed.office.clock()
    until = deadlines.due(now, WITHIN, deed.office.calendar)
    assert until is not None  # a working day is always found
    session.add(
        AnswerReview(
            ticket_id=ticket.id,
            asker=deed.actor.name,
            reviewer=to,
            question=deed.given.aside,
            asked_at=now,
            until_at=until,
            **draft.model_dump(include={"note", "laws", "lawyer"}),
        )
    )
    await session.flush()
    return {"reviewer": to, "until": until.isoformat()}


async def give(deed: Deed) -> Facts:
    review = await _open(deed, Action.REVIEW)
    if deed.ticket.id not in deed.actor.opened:
        raise NotAllowed(action=Action.REVIEW, reason="not_readable")
    if Verdict(deed.given.verdict) is Verdict.CHANGES and not deed.given.aside:
        raise Missing(action=Action.REVIEW, needs=[Need.ASIDE])
    review.verdict, review.opinion, review.ended_at = deed.given.verdict, deed.given.aside, deed.office.clock()
    return {"verdict": review.verdict}


async def end(deed: Deed) -> Facts:
    review = await _open(deed, Action.END_REVIEW)
    now = deed.office.clock()
    if deed.actor.role is Role.CLOCK and review.until_at > now:
        raise NotAllowed(action=Action.END_REVIEW, reason="not_due")
    review.ended_at = now
    return {}


async def _open(deed: Deed, action: Action) -> AnswerReview:
    found = next((one for one in await of(deed.session, deed.ticket) if one.ended_at is None), None)
    if found is None:
        raise NotAllowed(action=action, reason="no_review")
    return found


async def settle(session: AsyncSession, ticket: Ticket, now: datetime) -> None:
    """After whatever happened: an answer that was sent, or is not theirs to give any more, is no draft, and is not
    reviewed; what was said of it goes with who asked."""
    if ticket.lane is not Lane.LEGAL:
        return
    author = ticket.assignee if ticket.status is Status.IN_PROGRESS else None
    gone = delete(AnswerDraft).where(col(AnswerDraft.ticket_id) == ticket.id)
    await session.exec(gone.where(col(AnswerDraft.staff) != author) if author else gone)
    for review in await of(session, ticket):
        if review.asker != author:
            review.ended_at = review.ended_at or now
            review.note = review.laws = ""
        if review.asker != ticket.assignee:
            review.question = review.opinion = ""
