"""A ticket as one person may see it; many at once for the price of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import advisers, anonymity, beside, drafts, holds, joint, notices, promises, reviews
from api.access import may_read_words, open_actions
from api.actors import Actor
from api.duplicates import coarse
from api.lifecycle import DESK, ENDED, OTHERS_WISHED, Action, Lane, Role
from api.mediation import stage
from api.models import Follower, Hold, Part, Photo, Ticket
from api.office import Office
from api.schemas import TicketOut

UNREADABLE: dict[str, Any] = {
    "text": None, "place": "", "grid": "", "because": [], "alternatives": [], "lat": None, "lon": None, "photos": [],
    "facts": [],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Besides:
    """What tickets' own rows do not say, by ticket id (names: by assignee)."""

    names: dict[str, str]
    photos: dict[int, list[str]]
    pauses: Mapping[int, promises.Spans]
    ruled_out: dict[int, set[Action]]
    followers: dict[int, int]
    parts: dict[int, list[Part]]
    holds: dict[int, Hold]
    reports: dict[str, Ticket]  # told beside legal matters, by the number that was told
    drafts: dict[int, datetime]


async def seen_by(session: AsyncSession, office: Office, actor: Actor, tickets: Sequence[Ticket]) -> list[TicketOut]:
    ids = [ticket.id for ticket in tickets]
    parts = await _parts(session, ids)
    units = {part.unit for of in parts.values() for part in of}
    besides = Besides(
        await notices.assignee_names(session, units | {ticket.assignee for ticket in tickets if ticket.assignee}),
        await _photos(session, ids),
        await promises.spans_of(session, ids),
        await _ruled_out(session, office, actor, tickets),
        await _followers(session, ids),
        parts,
        await holds.of(session, ids, office.clock()) if actor.role in DESK else {},
        await beside.reports(session, [ticket for ticket in tickets if may_read_words(actor, ticket)]),
        await drafts.saved(session, ids, actor),
    )
    return [_out(office, actor, ticket, besides) for ticket in tickets]


def _out(office: Office, actor: Actor, ticket: Ticket, besides: Besides) -> TicketOut:
    entry = office.catalogue.by_label.get(ticket.label)
    parts = besides.parts.get(ticket.id, [])
    out = besides.ruled_out.get(ticket.id, set()) | joint.ruled_out(actor, parts)
    hold = besides.holds.get(ticket.id)
    kept = hold is not None and hold.staff != actor.name
    shown = {
        "name": entry.name if entry else "",
        "category": office.catalogue.category_names.get(entry.category, "") if entry else "",
        "assignee_name": besides.names.get(ticket.assignee or "", ticket.assignee or ""),
        "parts": [
            {"unit": part.unit, "name": besides.names[part.unit], "done": part.done_at is not None} for part in parts
        ],
        "overdue": is_overdue(ticket, office.clock()),
        "promise": _promise(office, ticket, besides.pauses.get(ticket.id, ())),
        "followers": besides.followers.get(ticket.id, 0),
        "photos": besides.photos.get(ticket.id, []),
        "hold": hold and {"by": hold.staff, "since": hold.since, "until": hold.until},
        "drafted_at": besides.drafts.get(ticket.id),
        "actions": [action.value for action in open_actions(actor, ticket) if not kept and action not in out],
    }
    words = {"text": anonymity.read(ticket.text, ticket, actor), "facts": _facts(actor, ticket, besides.reports)}
    hidden = words | anonymity.unplaced(ticket, actor) | _hidden(actor, ticket)
    return TicketOut.model_validate(ticket.model_dump() | shown | hidden)


def _facts(actor: Actor, ticket: Ticket, reports: Mapping[str, Ticket]) -> list[dict[str, Any]]:
    """The number of a report would lead to its place, and so to who stays anonymous; how far it is does not."""
    unnumbered = {"number": ""} if anonymity.hides(ticket, actor) else {}
    return [
        told
        | {"answer": anonymity.read(told["answer"], ticket, actor), "state": reports.get(told.get("number", ""))}
        | unnumbered
        for told in ticket.facts
    ]


def _hidden(actor: Actor, ticket: Ticket) -> dict[str, Any]:
    """Of a legal matter nothing but its topic; of a neighbour's report the matter and the house, not their words."""
    if may_read_words(actor, ticket):
        return {}
    if ticket.lane is Lane.PUBLIC:
        return UNREADABLE | {"place": coarse(ticket.place)}
    return UNREADABLE


def _promise(office: Office, ticket: Ticket, pauses: promises.Spans) -> dict[str, Any] | None:
    if ticket.urgent or ticket.status in ENDED:
        return None
    limit = office.limits(ticket.label, ticket.urgent).handling
    at = promises.handled_by(office, ticket, pauses)
    return {"value": limit.value, "unit": limit.unit, "assumed": limit.assumed, "at": at.isoformat() if at else None}


def is_overdue(ticket: Ticket, now: datetime) -> bool:
    return ticket.due_at is not None and ticket.due_at < now


async def _photos(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[str]]:
    query = select(Photo.ticket_id, Photo.id).where(col(Photo.ticket_id).in_(ids)).order_by(col(Photo.at), Photo.id)
    found: dict[int, list[str]] = {}
    for ticket_id, photo_id in (await session.exec(query)).all():
        found.setdefault(ticket_id, []).append(photo_id)
    return found


async def _parts(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[Part]]:
    found: dict[int, list[Part]] = {}
    for part in await joint.of(session, ids):
        found.setdefault(part.ticket_id, []).append(part)
    return found


async def _followers(session: AsyncSession, ids: Sequence[int]) -> dict[int, int]:
    query = select(Follower.ticket_id, func.count()).where(col(Follower.ticket_id).in_(ids))
    return {key: many for key, many in (await session.exec(query.group_by(col(Follower.ticket_id)))).all()}


async def _ruled_out(
    session: AsyncSession, office: Office, actor: Actor, tickets: Sequence[Ticket]
) -> dict[int, set[Action]]:
    """Actions that the table and the ticket's row allow and that would be refused all the same."""
    match actor.role:
        case Role.RESIDENT:
            found = await _out_for_resident(session, office, actor, tickets)
            for key in await _without_another(session, tickets):
                found[key].add(Action.ANOTHER)
        case Role.ADVISER:
            found = await _out_for_adviser(session, actor, tickets)
        case _:
            return {}
    of_mediations = await stage.ruled_out(session, actor.role, tickets)
    return {key: out | of_mediations.get(key, set()) for key, out in found.items()}


async def _out_for_resident(
    session: AsyncSession, office: Office, actor: Actor, tickets: Sequence[Ticket]
) -> dict[int, set[Action]]:
    ids = [ticket.id for ticket in tickets]
    query = select(Follower.ticket_id).where(
        col(Follower.ticket_id).in_(ids),
        Follower.resident_id == actor.name,
        col(Follower.score).is_not(None),
    )
    rated, now = set((await session.exec(query)).all()), office.clock()
    late = {ticket.id for ticket in tickets if promises.too_late_to_reopen(office, ticket, now)}
    found = {Action.RATE: rated, Action.REOPEN: late}
    return {key: {action for action, of in found.items() if key in of} for key in ids}


async def _without_another(session: AsyncSession, tickets: Sequence[Ticket]) -> set[int]:
    """Legal matters whose resident can have no other adviser any more."""
    legal = [ticket for ticket in tickets if ticket.lane is Lane.LEGAL]
    if not legal:
        return set()
    wished = await advisers.wished(session, [ticket.id for ticket in legal])
    return await _with_the_last(session, legal) | {key for key, many in wished.items() if many >= OTHERS_WISHED}


async def _with_the_last(session: AsyncSession, tickets: Sequence[Ticket]) -> set[int]:
    """Those that no adviser is left for but the one they lie with."""
    everybody = {adviser.name for adviser in await advisers.everybody(session)}
    had = await advisers.had_it(session, [ticket.id for ticket in tickets])
    return {ticket.id for ticket in tickets if not everybody - had.get(ticket.id, set()) - {str(ticket.assignee)}}


async def _out_for_adviser(session: AsyncSession, actor: Actor, tickets: Sequence[Ticket]) -> dict[int, set[Action]]:
    found = await reviews.ruled_out(session, actor, [ticket.id for ticket in tickets])
    last = await _with_the_last(session, tickets)
    alone = {Action.PASS_ON, Action.ASK_REVIEW}
    return {key: out | (alone if key in last else set()) for key, out in found.items()}
