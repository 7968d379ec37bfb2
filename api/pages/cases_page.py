"""What the pages of the cases show their reader."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from api import anonymity, case_drafts, case_sources, cases
from api.actors import Actor
from api.case_drafts import LEAST_ANSWER, MOST_ANSWER, MOST_LAWS, MOST_QUESTION, State, Typed
from api.cases import Standing
from api.citations import Citation
from api.errors import AppError, BadCase, Missing
from api.figures.period import today
from api.lifecycle import Role
from api.models import CaseDraft, LegalCase, Ticket
from api.office import Office
from api.pages.error_words import BAD_CASES, of_error
from api.pages.names import names
from nlp.catalogue import Kind

STANDINGS = {
    Standing.OFFERED: "给居民看",
    Standing.DUE: "给居民看，请重新看一遍",
    Standing.STALE: "太久没有人看，已停用",
    Standing.WITHDRAWN: "已撤下",
}
STATES = {State.WRITING: "正在写", State.SUBMITTED: "等另一位顾问审核", State.SENT_BACK: "退回来了，请再改"}
ANY = ("", "全部")


@dataclass(frozen=True, slots=True)
class Line:
    case: LegalCase
    standing: Standing


async def of_list(
    session: AsyncSession, office: Office, actor: Actor, topic: str, state: str, words: str
) -> dict[str, Any]:
    on, topics = today(office.clock()), _topics(office)
    wanted = Standing(state) if state in list(Standing) else None
    found = await cases.listed(session, on, topic if topic in dict(topics) else "", wanted, words)
    advises = actor.role is Role.ADVISER
    drafts = await case_drafts.waiting_on(session, actor) if advises else []
    by_topic = [
        (name, [Line(case, cases.standing(case, on)) for case in found if case.label == label])
        for label, name in topics
    ]
    return {
        "groups": [(name, lines) for name, lines in by_topic if lines],
        "topics": [ANY, *topics],
        "states": [ANY, *((one.value, name) for one, name in STANDINGS.items())],
        "standings": STANDINGS,
        "draft_states": STATES,
        "topic_names": dict(topics),
        "topic": topic,
        "state": state,
        "q": words,
        "to_review": [draft for draft in drafts if draft.author != actor.name],
        "own": [draft for draft in drafts if draft.author == actor.name],
        "again": await cases.to_read_again(session, actor) if advises else [],
        "advises": advises,
        "called": await names(session),
    }


def _topics(office: Office) -> list[tuple[str, str]]:
    return [(entry.label, entry.name) for entry in office.catalogue.of_kind(Kind.LEGAL)]


async def of_case(
    session: AsyncSession, office: Office, actor: Actor, case: LegalCase, error: AppError | None, typed: str
) -> dict[str, Any]:
    state = cases.standing(case, today(office.clock()))
    stands = state is not Standing.WITHDRAWN
    return {
        "case": case,
        "topic": dict(_topics(office)).get(case.label, "已停用的类别"),
        "state": STANDINGS[state],
        "laws": [str(Citation(*pair)) for pair in case.laws],
        "versions": (await cases.versions(session, case))[1:],
        "called": await names(session),
        "look_again_on": case.reviewed_on + cases.LOOK_AGAIN,
        "may_withdraw": stands and actor.role in cases.WITHDRAWS,
        "may_renew": stands and actor.role is Role.ADVISER and state is not Standing.OFFERED,
        "may_revise": actor.role is Role.ADVISER,
        "refused": _sentence(error) if error else "",
        "typed": typed,
    }


async def of_draft(
    session: AsyncSession,
    office: Office,
    actor: Actor,
    draft: CaseDraft,
    error: AppError | None,
    typed: Typed | None,
    reason: str,
) -> dict[str, Any]:
    """The matter's own words stand beside it for the author alone."""
    writes = draft.author == actor.name and draft.state != State.SUBMITTED
    said, answers = await _original(session, office, actor, draft) if draft.author == actor.name else ([], [])
    kept = Typed(draft.label, draft.question, draft.answer, draft.laws)
    return {
        "draft": draft,
        "state": STATES[State(draft.state)],
        "form": typed if typed and writes else kept,
        "reason": reason,
        "writes": writes,
        "author": draft.author == actor.name,
        "said": said,
        "answers": answers,
        "topics": _topics(office),
        "topic": dict(_topics(office)).get(draft.label, "已停用的类别"),
        "called": await names(session),
        "seen": case_drafts.version(draft),
        "token": secrets.token_urlsafe(16),
        "most": {"question": MOST_QUESTION, "answer": MOST_ANSWER, "laws": MOST_LAWS},
        "refused": _sentence(error) if error else "",
    }


async def _original(
    session: AsyncSession, office: Office, actor: Actor, draft: CaseDraft
) -> tuple[Sequence[str], Sequence[str]]:
    ticket = await session.get(Ticket, draft.ticket_id) if draft.ticket_id is not None else None
    if ticket is None:
        return [], []
    matter = await case_sources.read(session, office, ticket)
    said, answers = ([anonymity.read(one, ticket, actor) for one in part] for part in (matter.said, matter.answers))
    return said, answers


def _sentence(error: AppError) -> str:
    reason = str(error.facts.get("reason", ""))
    if isinstance(error, BadCase):
        words = {"words": error.facts.get("words", ""), "least": LEAST_ANSWER}
        return BAD_CASES[reason].format(**words, question=MOST_QUESTION, answer=MOST_ANSWER)
    return BAD_CASES["no_reason"] if isinstance(error, Missing) else of_error(error.code, reason)
