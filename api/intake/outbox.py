"""The callbacks among the notices: the first of each line only, so that a source hears of a ticket in order."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import notices
from api.intake.verdicts import GONE
from api.models import Intake, Notice
from api.schemas import Acknowledgement

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # so that no later look at what is due passes over what has failed


def _first_of_its_line(source: str, now: datetime) -> ColumnElement[bool]:
    before = aliased(Notice)
    earlier = (
        select(before.id)
        .where(col(before.channel) == col(Notice.channel), col(before.address) == col(Notice.address))
        .where(col(before.sent_at).is_(None), col(before.failed) == "", col(before.id) < col(Notice.id))
    )
    unsent = and_(col(Notice.sent_at).is_(None), col(Notice.failed) == "")
    return and_(unsent, col(Notice.channel) == source, col(Notice.not_before_at) <= now, ~earlier.exists())


async def waiting(session: AsyncSession, source: str, now: datetime) -> bool:
    return (await session.exec(select(Notice.id).where(_first_of_its_line(source, now)).limit(1))).first() is not None


async def claim(
    session: AsyncSession, worker: str, source: str, limit: int, now: datetime, lease: timedelta
) -> Sequence[Notice]:
    """Danger first. Nobody else gets them before the lease ends, nor what comes after them in their lines."""
    query = (
        select(Notice)
        .where(_first_of_its_line(source, now))
        .order_by(col(Notice.urgent).desc(), col(Notice.id))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Notice)
    )
    found = (await session.exec(query)).all()
    for notice in found:
        notice.claimed_by, notice.attempts, notice.not_before_at = worker, notice.attempts + 1, now + lease
    return found


async def settle(session: AsyncSession, notice: Notice, answer: Acknowledgement, now: datetime) -> None:
    settled = await notices.acknowledge(session, notice.id, answer, now)
    if settled.failed:
        settled.not_before_at = NEVER
    if answer.failed == GONE:
        await _stop(session, settled, now)


async def _stop(session: AsyncSession, notice: Notice, now: datetime) -> None:
    """For ever: neither what waits already nor what would come."""
    line = and_(col(Notice.channel) == notice.channel, col(Notice.address) == notice.address)
    await session.exec(
        update(Notice)
        .where(line, col(Notice.sent_at).is_(None), col(Notice.failed) == "")
        .values(failed=GONE, not_before_at=NEVER)
    )
    one = and_(col(Intake.source) == notice.channel, col(Intake.their_id) == notice.address)
    await session.exec(update(Intake).where(one).values(stopped_at=now))
