"""法治宣传 by subscription: at most a case a week, on a working day in daytime, never twice the same, until 退订."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import case_offers, cases, residents
from api.actors import Actor
from api.db import Database
from api.deadlines import SHANGHAI
from api.errors import UnknownLabel
from api.figures.period import today
from api.models import CaseSent, LegalCase, Notice, Resident, Subscription
from api.office import Office
from nlp.catalogue import Kind

KIND = "cases.weekly"
ENDED = "unsubscribed"  # why a notice never arrives
APART = timedelta(days=7)
FROM, UNTIL = time(9), time(17)
A_SWEEP = 200


def topics(office: Office) -> dict[str, str]:
    """label -> what it is called."""
    return {entry.label: entry.name for entry in office.catalogue.of_kind(Kind.LEGAL)}


async def labels(session: AsyncSession, actor: Actor) -> set[str]:
    query = select(Subscription.label).where(Subscription.resident_id == actor.name)
    return set((await session.exec(query)).all())


async def begin(session: AsyncSession, office: Office, actor: Actor, topic: str) -> str:
    """By its label or what it is called; again is harmless. Its label. Raises UnknownLabel."""
    label = next((one for one, name in topics(office).items() if topic in (one, name)), None)
    if label is None:
        raise UnknownLabel()
    who = await residents.enrolled(session, actor.channel, actor.address)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"resident_id": who, "label": label, "since_at": office.clock()}
    await session.exec(insert(Subscription).values(**row).on_conflict_do_nothing())
    return label


async def end(session: AsyncSession, who: str) -> None:
    """Of every topic, and at once: what is on its way stays there. Of whom nothing else is kept is forgotten."""
    await _end(session, who)
    await residents.forget(session, [who])


async def _end(session: AsyncSession, who: str) -> None:
    await session.exec(delete(Subscription).where(col(Subscription.resident_id) == who))
    waiting = col(Notice.sent_at).is_(None), col(Notice.failed) == "", col(Notice.kind) == KIND
    await session.exec(update(Notice).where(col(Notice.address) == who, *waiting).values(failed=ENDED))


async def erase(session: AsyncSession, who: str) -> None:
    """With what they were sent."""
    await _end(session, who)
    await session.exec(delete(CaseSent).where(col(CaseSent.resident_id) == who))


async def export(session: AsyncSession, who: str) -> dict[str, Any]:
    subscribed = select(Subscription).where(Subscription.resident_id == who).order_by(Subscription.label)
    sent = select(CaseSent).where(CaseSent.resident_id == who).order_by(col(CaseSent.at))
    return {
        "subscriptions": [
            {"topic": one.label, "since": one.since_at.isoformat()} for one in await session.exec(subscribed)
        ],
        "cases": [{"case": one.case_id, "at": one.at.isoformat()} for one in await session.exec(sent)],
    }


# --- the clock


async def send(db: Database, office: Office) -> int:
    """What is due this week, a transaction each; safe to repeat, and safe on many machines. How many."""
    now = office.clock()
    if not _is_daytime(office, now):
        return 0
    async with db.reading() as session:
        due = await _due(session, now)
    sent = 0
    for who in due:
        async with db.writing() as session:
            sent += await _send(session, office, who, now)
    return sent


def _is_daytime(office: Office, now: datetime) -> bool:
    local = now.astimezone(SHANGHAI)
    return office.calendar.works_on(local.date()) and FROM <= local.time() < UNTIL


def _unsent(now: datetime) -> Any:
    """(resident, the case that has stood longest) of everybody who had none this week."""
    had = select(CaseSent.case_id).where(
        CaseSent.resident_id == Subscription.resident_id, CaseSent.case_id == LegalCase.id
    )
    this_week = select(CaseSent.case_id).where(
        CaseSent.resident_id == Subscription.resident_id, col(CaseSent.at) > now - APART
    )
    query = select(Subscription.resident_id, func.min(LegalCase.id)).join(
        LegalCase, col(LegalCase.label) == col(Subscription.label)
    )
    query = query.where(cases.offered(today(now)), ~had.exists(), ~this_week.exists())
    return query.group_by(col(Subscription.resident_id))


async def _due(session: AsyncSession, now: datetime) -> Sequence[str]:
    return [who for who, _ in (await session.exec(_unsent(now).limit(A_SWEEP))).all()]


async def _send(session: AsyncSession, office: Office, who: str, now: datetime) -> int:
    """Looked at again under the resident's lock: of two sweeps the second finds it sent."""
    resident = (await session.exec(select(Resident).where(Resident.id == who).with_for_update())).first()
    found = (await session.exec(_unsent(now).where(Subscription.resident_id == who))).first()
    if resident is None or found is None:
        return 0
    case = await session.get_one(LegalCase, found[1])
    facts = {"topic": topics(office).get(case.label, ""), "case": case_offers.as_told(case).model_dump(mode="json")}
    session.add(CaseSent(resident_id=who, case_id=case.id, at=now))
    session.add(
        Notice(kind=KIND, channel=resident.channel, address=who, facts=facts, created_at=now, not_before_at=now)
    )
    return 1
