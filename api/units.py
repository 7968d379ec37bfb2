"""Whom tickets are given to, kept by an admin one by one; whole organisations come by a file (`organisation`)."""

import re

from sqlalchemy.exc import IntegrityError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import people
from api.errors import NotFound
from api.models import Staff, Unit
from api.office import Clock
from api.organisation_file import CODE, KINDS
from api.people import BadUnit

GROUP = "group"  # of four officers and 4-5 grids: only a file can say it whole
ONE_BY_ONE = tuple(kind for kind in KINDS if kind != GROUP)


async def add(session: AsyncSession, code: str, name: str, kind: str, street: str) -> Unit:
    """A ticket lies with a unit's code or a person's name: the two must differ. Raises BadUnit."""
    if not re.match(CODE, code):
        raise BadUnit(reason=f"'{code}' cannot be a code", why="code")
    theirs = (await session.exec(select(Staff.id).where(Staff.name == code))).first()
    if theirs is not None or await session.get(Unit, code) is not None:
        raise BadUnit(reason=f"'{code}' is already there", why="taken")
    if kind not in ONE_BY_ONE:
        raise BadUnit(reason=f"kind must be one of {', '.join(ONE_BY_ONE)}", why="kind")
    unit = await people.new_unit(session, code, name, kind, street)
    try:
        async with session.begin_nested():
            session.add(unit)
    except IntegrityError:  # of two at once, the second
        raise BadUnit(reason=f"'{code}' is already there", why="taken") from None
    return unit


async def change(session: AsyncSession, code: str, name: str, street: str) -> None:
    """Raises NotFound or BadUnit."""
    unit = await in_use(session, code)
    people.check_unit_name(name)
    unit.name, unit.street = name, await people.street_called(session, street) if street else ""
    await session.flush()


async def retire(session: AsyncSession, clock: Clock, code: str) -> None:
    """Raises NotFound or BadUnit (open tickets lie with it)."""
    await in_use(session, code)
    await people.remove_unit(session, clock, code)


async def in_use(session: AsyncSession, code: str) -> Unit:
    """Locked until the transaction ends. Raises NotFound."""
    unit = await session.get(Unit, code, with_for_update=True)
    if unit is None or unit.retired_at is not None:
        raise NotFound(unit=code)
    return unit
