"""What a case is begun from: an answered matter without its persons, or the version that stands."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import citations, persons
from api.access import may_read_words
from api.actors import Actor
from api.case_drafts import MOST_ANSWER, MOST_QUESTION, State
from api.case_words import Known, estates, stripped
from api.errors import Forbidden, NotAllowed
from api.lifecycle import Action, Lane, Role
from api.models import CaseDraft, Event, LegalCase, Ticket
from api.office import Office

NOBODY = Known()


@dataclass(frozen=True, slots=True)
class Original:
    """What the author reads beside the case; of a new version of an old one there is none."""

    said: Sequence[str] = ()
    answers: Sequence[str] = ()
    known: Known = NOBODY


def may_begin(actor: Actor, ticket: Ticket) -> bool:
    """Whoever has the matter in hand, once they answered it, unless its resident said no."""
    theirs = actor.role is Role.ADVISER and ticket.lane is Lane.LEGAL and may_read_words(actor, ticket)
    return theirs and not ticket.no_case and bool(ticket.text) and ticket.handled_by == actor.name


async def of_ticket(session: AsyncSession, ticket: Ticket) -> CaseDraft | None:
    return (await session.exec(select(CaseDraft).where(CaseDraft.ticket_id == ticket.id))).first()


async def original(session: AsyncSession, office: Office, draft: CaseDraft) -> Original:
    ticket = await session.get(Ticket, draft.ticket_id) if draft.ticket_id is not None else None
    return await read(session, office, ticket) if ticket else Original()


async def read(session: AsyncSession, office: Office, ticket: Ticket) -> Original:
    """What was said in the matter, by both, and who and where stands in it."""
    query = select(Event).where(Event.ticket_id == ticket.id).order_by(col(Event.seq))
    events = (await session.exec(query)).all()
    answers = [event.note for event in events if event.action == Action.REPORT_BACK and event.note]
    said = [ticket.text, *(told["answer"] for told in ticket.facts)]
    said += [event.note for event in events if event.role is Role.RESIDENT and event.note and event.note not in said]
    written = [words for event in events for words in (event.note, event.reason) if words]
    known = await asyncio.to_thread(_known, office, [*said, *written], ticket.place)
    return Original(said, answers, known)


def _known(office: Office, written: Sequence[str], place: str) -> Known:
    found = [place]
    for words in dict.fromkeys(written):
        meaning = office.nlp.understand(words)
        found += [meaning.place] if meaning.where.street else []
    names = [name for words in dict.fromkeys(written) for name in persons.names(words)]
    places = [part for one in found for part in estates(one)]
    return Known(list(dict.fromkeys(names)), list(dict.fromkeys(places)))


async def begin(session: AsyncSession, office: Office, actor: Actor, ticket: Ticket, matter: Original) -> CaseDraft:
    """Again, it is the same draft. Raises Forbidden."""
    if not may_begin(actor, ticket):
        raise Forbidden(role=actor.role, reason="no_case")
    draft = await of_ticket(session, ticket)
    if draft is not None and draft.author == actor.name:
        return draft
    if draft is not None:  # of an adviser who had the matter before
        await session.delete(draft)
        await session.flush()
    answer = "\n\n".join(matter.answers)
    return await _added(
        session,
        CaseDraft(
            ticket_id=ticket.id,
            author=actor.name,
            state=State.WRITING,
            label=ticket.label,
            question=stripped(ticket.text, matter.known)[:MOST_QUESTION],
            answer=stripped(answer, matter.known)[:MOST_ANSWER],
            laws=await _laws_of(session, ticket),
            changed_at=office.clock(),
        ),
    )


async def _laws_of(session: AsyncSession, ticket: Ticket) -> str:
    query = select(Event).where(Event.ticket_id == ticket.id, Event.action == Action.REPORT_BACK.value)
    events = (await session.exec(query.order_by(col(Event.seq)))).all()
    cited = [citations.Citation(*pair) for event in events for pair in event.facts.get("laws", ())]
    return "\n".join(dict.fromkeys(map(str, cited)))


async def revise(session: AsyncSession, office: Office, actor: Actor, case: LegalCase) -> CaseDraft:
    """A new version, from the one that stands; of two advisers the second is told. Raises Forbidden, NotAllowed."""
    if actor.role is not Role.ADVISER:
        raise Forbidden(role=actor.role)
    draft = (await session.exec(select(CaseDraft).where(CaseDraft.case_id == case.id))).first()
    if draft is not None and draft.author != actor.name:
        raise NotAllowed(reason="case_revised")
    laws = "\n".join(str(citations.Citation(*pair)) for pair in case.laws)
    return draft or await _added(
        session,
        CaseDraft(
            case_id=case.id, author=actor.name, state=State.WRITING, label=case.label, question=case.question,
            answer=case.answer, laws=laws, changed_at=office.clock(),
        ),
    )  # fmt: skip


async def _added(session: AsyncSession, draft: CaseDraft) -> CaseDraft:
    session.add(draft)
    await session.flush()
    return draft


async def forget(session: AsyncSession, ticket_id: int) -> None:
    """With the matter's words go those that were made of them, unless another adviser approved them by then."""
    await session.exec(delete(CaseDraft).where(col(CaseDraft.ticket_id) == ticket_id))
