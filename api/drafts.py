"""An adviser's answer so far: kept while it is written, read by its author alone, gone once it is sent or is theirs no
more (`reviews.settle`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import rule_for
from api.actors import Actor
from api.answers import DraftIn
from api.deed import Deed
from api.errors import DraftChanged, Forbidden, Missing
from api.lifecycle import Action, Need, Role
from api.models import AnswerDraft, Ticket


async def of(session: AsyncSession, ticket: Ticket, author: Actor) -> AnswerDraft | None:
    return await session.get(AnswerDraft, (ticket.id, author.name)) if author.role is Role.ADVISER else None


async def saved(session: AsyncSession, ids: Sequence[int], author: Actor) -> dict[int, datetime]:
    """When, by matter."""
    if author.role is not Role.ADVISER:
        return {}
    theirs = (col(AnswerDraft.ticket_id).in_(ids), AnswerDraft.staff == author.name)
    rows = (await session.exec(select(AnswerDraft.ticket_id, AnswerDraft.saved_at).where(*theirs))).all()
    return dict(rows)


async def save(session: AsyncSession, ticket: Ticket, author: Actor, given: DraftIn, now: datetime) -> AnswerDraft:
    """The same words again change nothing. The caller holds the ticket's lock.

    Raises Forbidden or NotAllowed (theirs to answer, and now), Missing (nothing written), DraftChanged.
    """
    if author.role is not Role.ADVISER:
        raise Forbidden(role=author.role)
    rule_for(author, ticket, Action.REPORT_BACK)
    words = given.model_dump(exclude={"version"})
    kept = await of(session, ticket, author)
    if kept is None:
        return await _first(session, ticket, author, words, now)
    if kept.model_dump(include=set(words)) == words:
        return kept
    if kept.version != given.version:
        raise DraftChanged(saved_at=kept.saved_at.isoformat())
    kept.sqlmodel_update(words | {"version": kept.version + 1, "saved_at": now})
    await session.flush()
    return kept


async def spare(deed: Deed) -> None:
    """What is written in a chat takes the place of other words on the page only where it names them by the moment at
    which they were saved. Raises DraftChanged."""
    kept = await of(deed.session, deed.ticket, deed.actor) if deed.actor.by_chat else None
    if kept is None or not (kept.note or kept.laws) or deed.given.over_draft == kept.saved_at:
        return
    if (kept.note, kept.laws) != (deed.given.note, deed.given.laws):
        raise DraftChanged(saved_at=kept.saved_at.isoformat())


async def _first(
    session: AsyncSession, ticket: Ticket, author: Actor, words: dict[str, Any], now: datetime
) -> AnswerDraft:
    if not any(words.values()):
        raise Missing(needs=[Need.NOTE])
    draft = AnswerDraft(ticket_id=ticket.id, staff=author.name, saved_at=now, **words)
    session.add(draft)
    await session.flush()
    return draft
