"""What the page of one ticket shows its reader, gathered in one read."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import alike, board, case_sources, deliveries, drafts, history, presence, privacy, record, tickets
from api.access import may_read_words, only_reviews
from api.actors import Actor
from api.errors import AppError, DraftChanged, Held, Missing, Stale
from api.feed import rows
from api.lifecycle import DESK, ENDED, STEPS, Action, Lane, Role, Status
from api.mediation import stage
from api.models import Event, Pause, Ticket
from api.office import Office
from api.pages import forms, maps, notice_lines, review_card, starters, steps, story, talk, twins
from api.pages.error_words import of_error, of_needs
from api.pages.guesses import guesses, pressed
from api.pages.names import Names, names, with_whom
from api.pages.refusals import of_refusal
from api.pages.words import CHANNELS, MEDIATED, OTHER_CHANNEL, OUTCOMES, STATUSES, TIME_UNITS
from api.privacy import Identity
from api.schemas import Moment, TicketOut
from api.standard_texts import WRITTEN
from nlp.catalogue import Catalogue

TALK = (Action.ASK, Action.TELL)  # stand in the conversation, not among what moves the ticket
POSSIBLE = 0.01  # less would be shown as 0%


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why what was typed was not done, and what was typed. Without an action it was a note; without an error nothing
    was refused, and the words wait in their field."""

    error: AppError | None
    action: Action | None
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the machine took the report for, and what else it thought possible, (name, confidence) each."""

    name: str
    confidence: float
    others: Sequence[tuple[str, float]]
    corrected: bool
    shares: Mapping[str, float]  # by label, its own answer among them


async def context(
    session: AsyncSession,
    office: Office,
    actor: Actor,
    number: str,
    refusal: Refusal | None,
    identity: Identity | None = None,
) -> dict[str, Any]:
    since = await rows.newest(session)  # before all else: what is told from here on, the page may not hold yet
    ticket = await tickets.seen(session, number, actor)
    shown = await board.show(session, office, ticket, actor)
    timeline = await history.timeline(session, office, ticket, actor)
    readable = may_read_words(actor, ticket)
    called, last, now = await names(session), await record.last_change(session, ticket), office.clock()
    ended = ticket.status in ENDED
    judged = _judged(office.catalogue, shown, timeline.events)
    chart = await office.atlas.chart(session)
    open_to = [Action(action) for action in shown.actions]
    texts = await starters.filled(session, office, ticket, [action for action in open_to if action in WRITTEN])
    takers = await forms.takers(session, office, ticket, shown.parts, open_to)
    pauses = (await session.exec(select(Pause).where(Pause.ticket_id == ticket.id))).all()
    drawable = ticket.lane is Lane.PUBLIC and bool(shown.grid or shown.community or shown.lat is not None)
    tried, typed = (refusal.action, refusal.words) if refusal else (None, {})
    answer = await _kept(session, ticket, actor, open_to, refusal)
    return {
        "ticket": shown,
        "status_word": STATUSES[ticket.lane, ticket.status],
        "report_words": {status.value: STATUSES[Lane.PUBLIC, status] for status in Status},
        "ended": ended,
        "into": last.facts.get("into", "") if ticket.status is Status.MERGED else "",
        "with_whom": with_whom(called, ticket.lane, ticket.status, ticket.assignee),
        "channel": CHANNELS.get(ticket.channel, OTHER_CHANNEL),
        "time_units": TIME_UNITS,
        "judged": judged,
        "guesses": guesses(office.catalogue, ticket, judged.shares, open_to),
        "possible": POSSIBLE,
        "pressed": pressed(ticket.status),
        "steps": steps.lines(timeline.steps, pauses, timeline.events, now),
        "step_names": STEPS,
        "lines": story.told(timeline.events, ticket.lane, called, office.catalogue, now),
        "names": called,
        "since": since,
        "lookers": await presence.others(session, number, actor, now),
        "every": int(presence.EVERY.total_seconds()),
        "may_hold": actor.role in DESK and not ended,
        "may_take_over": actor.role is Role.SUPERVISOR,
        "grid": chart.by_code.get(shown.grid),
        "alike": twins.alike(await alike.near(session, office, ticket, actor), office.catalogue, actor),
        "merged": twins.merged(await alike.merged_into(session, ticket, actor), office.catalogue),
        "notices": notice_lines.lines(await deliveries.of_ticket(session, ticket, actor, now), ticket.lane, called),
        "map": maps.drawn(chart, shown.grid, shown.street, shown.community, shown.lat, shown.lon) if drawable else None,
        "drawable": drawable,
        "pause": next((one for one in pauses if one.closed_at is None and not one.of_mediation), None),
        "readable": readable,
        "writes": (writes := readable and not only_reviews(actor, ticket)),
        "mediations": await stage.of(session, [ticket.id]) if writes else [],
        "mediated": MEDIATED,
        "outcomes": OUTCOMES,
        "review": await review_card.shown(session, ticket, actor, called),
        "elsewhere": answer[Action.REPORT_BACK] if refusal and isinstance(refusal.error, DraftChanged) else None,
        "identity": identity,
        "may_case": (may_case := case_sources.may_begin(actor, ticket)),
        "has_case_draft": may_case and await case_sources.of_ticket(session, ticket) is not None,
        "may_look": privacy.hides_something(ticket, actor),
        "forms": forms.forms(office, ticket, open_to, takers, tried, typed, texts, answer),
        "talk": TALK,
        "thread": await talk.thread(session, ticket, actor, called, now),
        "refused": _sentence(refusal, ticket, last, called, office) if refusal else "",
        "remark": _remark(refusal, open_to) if refusal else "",
        "seen": last.id,
        "token": secrets.token_urlsafe(16),
    }


async def _kept(
    session: AsyncSession, ticket: Ticket, actor: Actor, open_to: Sequence[Action], refusal: Refusal | None
) -> dict[Action, forms.Kept]:
    """An adviser's answer so far."""
    if ticket.lane is not Lane.LEGAL or Action.REPORT_BACK not in open_to:
        return {}
    typed = refusal.words if refusal and refusal.action is Action.REPORT_BACK else {}
    both_shown = refusal is not None and isinstance(refusal.error, DraftChanged)
    return {Action.REPORT_BACK: forms.kept_of(await drafts.of(session, ticket, actor), typed, anew=both_shown)}


def _judged(catalogue: Catalogue, shown: TicketOut, events: Sequence[Moment]) -> Judged:
    """Whoever relabelled the ticket left the machine's own answer in the first such event."""
    changes = [event.facts["label"][0] for event in events if "label" in event.facts]
    label = changes[0] if changes else shown.label
    guesses = {guess["label"]: guess["confidence"] for guess in shown.alternatives}
    others = [
        (_name(catalogue, other), share) for other, share in guesses.items() if other != label and share >= POSSIBLE
    ]
    sure = guesses.get(label, shown.confidence)
    return Judged(_name(catalogue, label), sure, others, bool(changes), guesses | {label: sure})


def _name(catalogue: Catalogue, label: str) -> str:
    entry = catalogue.by_label.get(label)
    return entry.name if entry else "已停用的事项"


def _sentence(refusal: Refusal, ticket: Ticket, last: Event, called: Names, office: Office) -> str:
    match refusal.error:
        case Stale():
            return story.collision(last, ticket.status, ticket.lane, called, office.clock())
        case Missing(facts=facts):
            return of_needs(ticket.lane, refusal.action, facts.get("needs", []))
        case None:
            return ""
        case Held() as error:
            return of_refusal(called, error, office.clock())
        case error:
            return of_error(error.code, str(error.facts.get("reason", "")))


def _remark(refusal: Refusal, open_to: Sequence[Action]) -> str:
    """What the note's field holds: its own words, or those of an action that has no form any more."""
    words = refusal.words
    if refusal.action is None:
        return words.get("text", "")
    return "" if refusal.action in open_to else "\n".join(filter(None, (words.get("reason"), words.get("note"))))
