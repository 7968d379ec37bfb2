"""The record of what was changed on the set-up pages: written with the change, never edited."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.models import SetUpChange

SHOWS_AT_MOST = 30
A_FILE = ""  # as `by`: it was changed by a command
Row = Mapping[str, Any]


def record(
    session: AsyncSession, page: str, about: str, by: str, now: datetime, before: Row | None, after: Row | None
) -> None:
    """`before`, `after`: as JSON takes them; None: it was not there, it is gone."""
    was, would = (dict(row) if row is not None else None for row in (before, after))
    session.add(SetUpChange(page=page, about=about, by=by, at=now, before=was, after=would))


async def recent(session: AsyncSession, page: str, about: str = "") -> Sequence[SetUpChange]:
    """The newest first; `about` "": of everything on the page."""
    query = select(SetUpChange).where(SetUpChange.page == page, *([SetUpChange.about == about] if about else []))
    return (await session.exec(query.order_by(col(SetUpChange.id).desc()).limit(SHOWS_AT_MOST))).all()
