"""A case in the making: begun from an answered matter, stripped of its persons, and approved by a second adviser."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import advisers, citations
from api.actors import Actor
from api.case_words import Known, Trace, trace
from api.errors import BadCase, Forbidden, Missing, NotAllowed, NotFound, Stale
from api.figures.period import today
from api.lifecycle import Role
from api.models import CaseDraft, CaseVersion, LegalCase, Ticket
from api.office import Office
from nlp.catalogue import Kind

LEAST_QUESTION, LEAST_ANSWER = 6, 20  # letters: less helps nobody
MOST_QUESTION, MOST_ANSWER, MOST_LAWS = 300, 1500, 1000


class State(StrEnum):
    WRITING = "writing"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"


@dataclass(frozen=True, slots=True)
class Typed:
    label: str
    question: str
    answer: str
    laws: str


# --- who


async def of_reader(session: AsyncSession, actor: Actor, id: int, *, for_update: bool = False) -> CaseDraft:
    """The author's own; submitted, also any other adviser's who has no part in the matter. Raises NotFound."""
    draft = await session.get(CaseDraft, id, with_for_update=for_update)
    if draft is None or not await _may_read(session, actor, draft):
        raise NotFound(draft=id)
    return draft


async def _may_read(session: AsyncSession, actor: Actor, draft: CaseDraft) -> bool:
    """Once the matter lies with somebody else, nobody reads what was made of it before."""
    ticket = await session.get(Ticket, draft.ticket_id) if draft.ticket_id is not None else None
    if actor.role is not Role.ADVISER or (ticket is not None and ticket.assignee != draft.author):
        return False
    if actor.name == draft.author:
        return True
    free = ticket is None or not await advisers.has_part(session, ticket, actor.name)
    return draft.state == State.SUBMITTED and free


async def waiting_on(session: AsyncSession, actor: Actor) -> list[CaseDraft]:
    """The reader's own, and what others submitted; the oldest first."""
    theirs = or_(col(CaseDraft.author) == actor.name, col(CaseDraft.state) == State.SUBMITTED.value)
    found = (await session.exec(select(CaseDraft).where(theirs).order_by(col(CaseDraft.changed_at)))).all()
    return [draft for draft in found if await _may_read(session, actor, draft)]


def waits_for(actor: Actor, draft: CaseDraft) -> bool:
    """It is this reader's turn."""
    return (draft.author == actor.name) is (draft.state != State.SUBMITTED)


# --- written


def version(draft: CaseDraft) -> str:
    return draft.changed_at.isoformat()


async def save(session: AsyncSession, office: Office, actor: Actor, id: int, seen: str, typed: Typed) -> CaseDraft:
    """What leads to somebody is looked for when it is submitted. Raises NotFound, NotAllowed, Stale, BadCase."""
    draft = await _own(session, actor, id, seen, (State.WRITING, State.SENT_BACK))
    _check_form(office, typed)
    draft.label, draft.question, draft.answer, draft.laws = typed.label, typed.question, typed.answer, typed.laws
    draft.changed_at = office.clock()
    return draft


async def submit(
    session: AsyncSession, office: Office, actor: Actor, id: int, seen: str, typed: Typed, known: Known
) -> None:
    draft = await save(session, office, actor, id, seen, typed)
    check(typed, known)
    draft.state, draft.remark = State.SUBMITTED, ""


async def take_back(session: AsyncSession, office: Office, actor: Actor, id: int, seen: str) -> None:
    draft = await _own(session, actor, id, seen, (State.SUBMITTED,))
    draft.state, draft.changed_at = State.WRITING, office.clock()


async def drop(session: AsyncSession, actor: Actor, id: int, seen: str) -> None:
    await session.delete(await _own(session, actor, id, seen, tuple(State)))
    await session.flush()


async def _own(session: AsyncSession, actor: Actor, id: int, seen: str, states: Sequence[State]) -> CaseDraft:
    draft = await of_reader(session, actor, id, for_update=True)
    if draft.author != actor.name:
        raise Forbidden(role=actor.role, reason="not_author")
    return _as_seen(draft, seen, states)


def _as_seen(draft: CaseDraft, seen: str, states: Sequence[State]) -> CaseDraft:
    if draft.state not in states:
        raise NotAllowed(reason="case_moved")
    if version(draft) != seen:
        raise Stale(draft=draft.id)
    return draft


def _check_form(office: Office, typed: Typed) -> None:
    wrong = {
        "topic": typed.label not in {entry.label for entry in office.catalogue.of_kind(Kind.LEGAL)},
        "long_question": len(typed.question) > MOST_QUESTION,
        "long_answer": len(typed.answer) > MOST_ANSWER,
        "long_laws": len(typed.laws) > MOST_LAWS,
    }
    if reason := next((reason for reason, is_so in wrong.items() if is_so), ""):
        raise BadCase(reason=reason)


def check(typed: Typed, known: Known) -> list[list[str]]:
    """Its laws, as [law, article] each. Raises BadCase with what leads to somebody or cannot be read as `words`."""
    wrong = {
        "short_question": len(typed.question) < LEAST_QUESTION,
        "short_answer": len(typed.answer) < LEAST_ANSWER,
    }
    if reason := next((reason for reason, is_so in wrong.items() if is_so), ""):
        raise BadCase(reason=reason)
    if found := _led(typed, known):
        raise BadCase(reason=found.kind, words=found.words)
    try:
        return [[cited.law, cited.article] for cited in citations.read(typed.laws)]
    except citations.Unreadable as error:
        raise BadCase(reason="laws", words=error.line[:100]) from None


def _led(typed: Typed, known: Known) -> Trace | None:
    parts = (typed.question, typed.answer, typed.laws)
    return next((found for part in parts if (found := trace(part, known))), None)


# --- looked at by another


async def send_back(session: AsyncSession, office: Office, actor: Actor, id: int, seen: str, reason: str) -> None:
    draft = await _of_another(session, actor, id, seen)
    if not reason:
        raise Missing(needs=["reason"])
    draft.state, draft.remark, draft.changed_at = State.SENT_BACK, reason, office.clock()


async def approve(session: AsyncSession, office: Office, actor: Actor, id: int, seen: str, known: Known) -> LegalCase:
    """Public from here on; the draft, which knew the matter, is gone. Raises Forbidden for the author."""
    draft, now = await _of_another(session, actor, id, seen), office.clock()
    laws = check(Typed(draft.label, draft.question, draft.answer, draft.laws), known)
    case = await _next_version(session, draft)
    case.label, case.question, case.answer, case.laws = draft.label, draft.question, draft.answer, laws
    case.author, case.approved_by, case.approved_at = draft.author, actor.name, now
    case.reviewed_on, case.asked_at = today(now), None
    case.withdrawn_at, case.withdrawn_by, case.withdrawn_why, case.demo = None, "", "", False
    session.add(case)
    await session.delete(draft)
    await session.flush()
    session.add(as_version(case))
    await session.flush()
    return case


async def _next_version(session: AsyncSession, draft: CaseDraft) -> LegalCase:
    if draft.case_id is None:
        return LegalCase(version=1)  # type: ignore[call-arg] # the caller fills it in
    case = await session.get_one(LegalCase, draft.case_id, with_for_update=True)
    case.version += 1
    return case


def as_version(case: LegalCase) -> CaseVersion:
    kept = {"version", "question", "answer", "laws", "author", "approved_by", "approved_at"}
    return CaseVersion(case_id=case.id, **case.model_dump(include=kept))


async def _of_another(session: AsyncSession, actor: Actor, id: int, seen: str) -> CaseDraft:
    draft = await of_reader(session, actor, id, for_update=True)
    if draft.author == actor.name:
        raise Forbidden(role=actor.role, reason="own_case")
    return _as_seen(draft, seen, (State.SUBMITTED,))
