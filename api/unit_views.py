"""Units as staff see them: whom they consist of, who is on duty, and which of them serve a place."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import organisation
from api.answers import MemberOut, UnitOut
from api.errors import NotFound
from api.models import Area, Unit, UnitMember
from api.office import Office
from api.rules import Organisation


async def serving(session: AsyncSession, office: Office, code: str) -> list[UnitOut]:
    """The nearest first: those of the grid, of its community, of its street, of the district. Raises NotFound."""
    areas = await upwards(session, code)
    if not areas:
        raise NotFound(area=code)
    there = await organisation.load(session)
    return await shown(session, office, there, there.here(areas))


async def upwards(session: AsyncSession, code: str) -> list[str]:
    """The codes from here up to the street; none for an unknown code."""
    found: list[str] = []
    area = await session.get(Area, code)
    while area is not None:
        found.append(area.code)
        area = await session.get(Area, area.parent) if area.parent else None
    return found


async def shown(session: AsyncSession, office: Office, there: Organisation, codes: Sequence[str]) -> list[UnitOut]:
    """In this order."""
    now = office.clock()
    units = {unit.code: unit for unit in await session.exec(select(Unit).where(col(Unit.code).in_(codes)))}
    members = await session.exec(select(UnitMember).where(col(UnitMember.unit).in_(codes)).order_by(col(UnitMember.id)))
    of: dict[str, list[MemberOut]] = {}
    for member in members:
        of.setdefault(member.unit, []).append(MemberOut(post=member.post, name=member.name))
    return [
        UnitOut(
            **units[code].model_dump(include={"code", "name", "kind", "street", "demo"}),
            members=of.get(code, []),
            has_roster=code in there.shifts,
            on_duty=list(dict.fromkeys(there.on_duty(code, now, office.calendar))),
        )
        for code in codes
        if code in units
    ]
