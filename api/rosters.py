"""Who is on duty for a unit and when, kept by an admin line by line; whole rosters come by a file (`organisation`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import set_up, units
from api.actors import Actor
from api.errors import AppError, TooMany
from api.lifecycle import Role
from api.models import Shift, Staff, UnitMember

PAGE = "rosters"
ROLES = (Role.HANDLER, Role.ADVISER)  # to whom tickets are given
MOST = 200


class BadShift(AppError):
    """`why`: staff (nobody who can be on duty), twice (the line is there already)."""

    code, status, title = "bad_shift", 422, "this line of the roster cannot be kept"


async def of_unit(session: AsyncSession, unit: str) -> Sequence[Shift]:
    return (await session.exec(select(Shift).where(Shift.unit == unit).order_by(col(Shift.id)))).all()


async def who_may(session: AsyncSession, unit: str) -> tuple[list[Staff], list[Staff]]:
    """The unit's own people, then all others to whom tickets can be given."""
    query = select(Staff).where(col(Staff.role).in_(ROLES), Staff.active).order_by(col(Staff.role), col(Staff.name))
    members = set((await session.exec(select(UnitMember.staff).where(UnitMember.unit == unit))).all())
    everybody = (await session.exec(query)).all()
    own = [person for person in everybody if person.scope == unit or person.name in members]
    return own, [person for person in everybody if person not in own]


async def add(
    session: AsyncSession, actor: Actor, now: datetime, unit: str, staff: str, times: Mapping[str, Any]
) -> None:
    """`times`: days and hours as they are stored. Raises NotFound, BadShift or TooMany."""
    await units.in_use(session, unit)
    own, others = await who_may(session, unit)
    if staff not in {person.name for person in (*own, *others)}:
        raise BadShift(why="staff")
    there = await of_unit(session, unit)
    if any(shift.staff == staff and dict(times) in shift.times for shift in there):
        raise BadShift(why="twice")
    if len(there) >= MOST:
        raise TooMany(reason="shifts", most=MOST)
    session.add(Shift(unit=unit, staff=staff, times=[dict(times)]))
    set_up.record(session, PAGE, unit, actor.name, now, None, {"staff": staff, "times": [dict(times)]})
    await session.flush()


async def drop(session: AsyncSession, actor: Actor, now: datetime, unit: str, shift_id: int) -> None:
    """Twice is no mistake. Raises NotFound for a unit that is not there."""
    await units.in_use(session, unit)
    shift = await session.get(Shift, shift_id)
    if shift is not None and shift.unit == unit:
        set_up.record(session, PAGE, unit, actor.name, now, {"staff": shift.staff, "times": shift.times}, None)
        await session.delete(shift)
        await session.flush()
