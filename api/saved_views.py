"""Views of the queue that a member of staff keeps under a name of their own."""

from collections.abc import Sequence

from sqlmodel import col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.actors import Actor
from api.errors import TooMany
from api.models import SavedView

MOST = 12


async def of(session: AsyncSession, actor: Actor) -> Sequence[SavedView]:
    return (
        await session.exec(select(SavedView).where(SavedView.staff == actor.name).order_by(col(SavedView.id)))
    ).all()


async def save(session: AsyncSession, actor: Actor, name: str, wanted: str) -> None:
    """Under a name that is used already, instead of what was kept there. Raises TooMany."""
    theirs = SavedView.staff == actor.name
    known = (await session.exec(select(SavedView).where(theirs, SavedView.name == name))).first()
    if known is not None:
        known.wanted = wanted
        return
    if (await session.exec(select(func.count()).select_from(SavedView).where(theirs))).one() >= MOST:
        raise TooMany(reason="views", most=MOST)
    session.add(SavedView(staff=actor.name, name=name, wanted=wanted))
    await session.flush()


async def forget(session: AsyncSession, actor: Actor, name: str) -> None:
    await session.exec(delete(SavedView).where(col(SavedView.staff) == actor.name, col(SavedView.name) == name))
