"""What the code that somebody is bound to stands for: a street, a community, a grid, or what a unit serves."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.models import Area, Unit, UnitArea

Names = tuple[str, ...]


async def names_of(session: AsyncSession, scope: str) -> tuple[Names, Names, Names]:
    """`streets`, `communities` and `beside` of an Actor; empty for the whole district. Of a grid its community, for
    that is what tickets say when no point is known."""
    if not scope:
        return (), (), ()
    unit = await session.get(Unit, scope)
    codes = [scope] if unit is None else await _listed(session, unit)
    areas = await _with_parents(session, codes)
    communities = [_up_to("community", areas, code) for code in codes]
    inside = [community for community in communities if community is not None]
    streets = {areas[code].name for code in codes if code in areas and areas[code].level == "street"}
    beside = {areas[community.parent].name for community in inside}
    return tuple(sorted(streets)), tuple(sorted({community.name for community in inside})), tuple(sorted(beside))


async def _listed(session: AsyncSession, unit: Unit) -> Sequence[str]:
    """What it serves: see `models.Unit`."""
    own = (await session.exec(select(UnitArea.area).where(UnitArea.unit == unit.code))).all()
    its_street = select(Area.code).where(Area.level == "street", Area.name == unit.street)
    return own or (await session.exec(its_street)).all()


async def _with_parents(session: AsyncSession, codes: Sequence[str]) -> dict[str, Area]:
    found: dict[str, Area] = {}
    while missing := set(codes) - found.keys():
        areas = (await session.exec(select(Area).where(col(Area.code).in_(missing)))).all()
        if not areas:
            break
        found |= {area.code: area for area in areas}
        codes = [area.parent for area in areas if area.parent]
    return found


def _up_to(level: str, areas: dict[str, Area], code: str) -> Area | None:
    area = areas.get(code)
    while area is not None and area.level != level:
        area = areas.get(area.parent)
    return area
