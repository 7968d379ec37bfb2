"""How far a mediation has come, and so which rows of the table are open, and to whom.

The other side is approached only once the resident agreed, and whoever did not agree is named to nobody.
"""

from collections.abc import Sequence
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.lifecycle import Action, Lane, Role
from api.mediation.rules import MEDIATION
from api.models import Mediation, Pause, Ticket


class Kind(StrEnum):
    COMMUNITY = "community"  # 人民调解, by the community's committee
    COURT = "court"  # 诉前联调


class Outcome(StrEnum):
    AGREED = "agreed"
    FAILED = "failed"
    LEFT = "left"  # one side, after it had begun
    DECLINED = "declined"  # one side, before
    DROPPED = "dropped"  # taken back, or the matter ended


class Stage(StrEnum):
    NONE = "none"
    PROPOSED = "proposed"  # the resident is asked
    AWAITED = "awaited"  # the resident agreed, the other side is asked
    BEGUN = "begun"


MOST = 3  # proposals a matter: each of them stops the clock
RUNS = (Stage.AWAITED, Stage.BEGUN)
ENDINGS = (Outcome.AGREED, Outcome.FAILED, Outcome.LEFT)  # of what had begun
OF_MEDIATION = frozenset(action for _, action in MEDIATION)
MAY: dict[Stage, dict[Role, frozenset[Action]]] = {
    Stage.NONE: {Role.ADVISER: frozenset({Action.PROPOSE_MEDIATION})},
    Stage.PROPOSED: {
        Role.RESIDENT: frozenset({Action.CONSENT, Action.DECLINE_MEDIATION}),
        Role.ADVISER: frozenset({Action.DECLINE_MEDIATION}),
    },
    Stage.AWAITED: {
        Role.RESIDENT: frozenset({Action.DECLINE_MEDIATION}),
        Role.ADVISER: frozenset({Action.PARTY_CONSENTS, Action.DECLINE_MEDIATION}),
    },
    Stage.BEGUN: {
        Role.RESIDENT: frozenset({Action.DECLINE_MEDIATION}),
        Role.ADVISER: frozenset({Action.MEDIATION_DATE, Action.MEDIATION_OUTCOME}),
    },
}


def stage_of(one: Mediation | None) -> Stage:
    if one is None or one.ended_at is not None:
        return Stage.NONE
    if one.began_on is not None:
        return Stage.BEGUN
    return Stage.AWAITED if one.resident_at is not None else Stage.PROPOSED


async def of(session: AsyncSession, ids: Sequence[int]) -> Sequence[Mediation]:
    """The latest first."""
    query = select(Mediation).where(col(Mediation.ticket_id).in_(ids)).order_by(col(Mediation.id).desc())
    return (await session.exec(query)).all()


async def open_of(session: AsyncSession, ticket: Ticket) -> Mediation | None:
    return next((one for one in await of(session, [ticket.id]) if one.ended_at is None), None)


async def ruled_out(session: AsyncSession, role: Role, tickets: Sequence[Ticket]) -> dict[int, set[Action]]:
    """What the table allows and how far each ticket's mediation is rules out for the moment."""
    ids = [ticket.id for ticket in tickets if ticket.lane is Lane.LEGAL]
    if not ids or role not in (Role.ADVISER, Role.RESIDENT):
        return {}
    rows: dict[int, list[Mediation]] = {key: [] for key in ids}
    for one in await of(session, ids):
        rows[one.ticket_id].append(one)
    asked = select(Pause.ticket_id).where(
        col(Pause.ticket_id).in_(ids), col(Pause.closed_at).is_(None), ~col(Pause.of_mediation)
    )
    waits = set((await session.exec(asked)).all())
    return {key: _ruled_out(role, known, waits=key in waits) for key, known in rows.items()}


def _ruled_out(role: Role, known: Sequence[Mediation], *, waits: bool) -> set[Action]:
    stage = next((stage_of(one) for one in known if one.ended_at is None), Stage.NONE)
    found = set(OF_MEDIATION - MAY[stage].get(role, frozenset()))
    found |= {Action.PROPOSE_MEDIATION} if len(known) >= MOST else set()
    found |= {Action.REPORT_BACK} if stage in RUNS else set()
    return found | (set() if waits else {Action.REPLY})
