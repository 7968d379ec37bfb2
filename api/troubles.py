"""Rules whose turn it was and that could not apply: kept until they are looked at."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.models import RuleTrouble

SHOWS_AT_MOST = 200


async def note(
    session: AsyncSession, number: str, area: str, unusable: Iterable[tuple[str, str]], now: datetime
) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for rule, why in sorted(set(unusable)):  # in one order, so that two of them cannot wait in a ring
        seen = insert(RuleTrouble).values(
            rule=rule, why=why, area=area, times=1, number=number, first_at=now, last_at=now
        )
        again = {"times": RuleTrouble.times + 1, "number": number, "last_at": now}
        await session.exec(seen.on_conflict_do_update(index_elements=["rule", "why", "area"], set_=again))


async def since(session: AsyncSession, moment: datetime) -> Sequence[RuleTrouble]:
    """The newest first."""
    query = select(RuleTrouble).where(RuleTrouble.last_at >= moment).order_by(col(RuleTrouble.last_at).desc())
    return (await session.exec(query.limit(SHOWS_AT_MOST))).all()
