"""Who handles what, as the database has it: read for routing, taken from a file, and written as one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import rota
from api.db import alone_with
from api.lifecycle import Role
from api.marked_yaml import complaint
from api.models import Area, RoutingRule, Shift, Staff, Unit, UnitArea, UnitMember
from api.office import PUBLIC
from api.organisation_file import BadOrganisation, Known, RuleRow, UnitRow, When, mistakes, read
from api.organisation_file import Organisation as Said
from api.rules import By, Organisation, Rule
from api.rules import Target as To
from nlp.catalogue import Catalogue


async def load(session: AsyncSession) -> Organisation:
    units = (await session.exec(select(Unit).where(col(Unit.retired_at).is_(None)).order_by(col(Unit.code)))).all()
    areas = (await session.exec(select(UnitArea).order_by(col(UnitArea.unit)))).all()
    streets = select(Area.name, Area.code).where(Area.level == "street")
    codes = {name: code for name, code in (await session.exec(streets)).all()}
    shifts = (await session.exec(select(Shift).order_by(col(Shift.id)))).all()
    rules = (await session.exec(select(RoutingRule).order_by(col(RoutingRule.place)))).all()
    on_duty: dict[str, list[tuple[str, Sequence[rota.Times]]]] = defaultdict(list)
    for shift in shifts:
        on_duty[shift.unit].append((shift.staff, times_of(shift.times)))
    return Organisation(
        kinds={unit.code: unit.kind for unit in units},
        serving=_serving(units, areas, codes),
        handlers=frozenset(await _handlers(session)),
        shifts=on_duty,
        rules=[rule_of(row) for row in rules],
    )


def _serving(units: Sequence[Unit], listed: Sequence[UnitArea], streets: Mapping[str, str]) -> dict[str, list[str]]:
    """What a unit lists; else its street; else everything."""
    own: dict[str, list[str]] = defaultdict(list)
    for row in listed:
        own[row.unit].append(row.area)
    found: dict[str, list[str]] = defaultdict(list)
    for unit in units:
        for area in own.get(unit.code) or [streets.get(unit.street, "")]:
            found[area].append(unit.code)
    return found


async def _handlers(session: AsyncSession) -> Sequence[str]:
    return (await session.exec(select(Staff.name).where(Staff.role == Role.HANDLER, Staff.active))).all()


def rule_of(row: RoutingRule) -> Rule:
    return Rule(
        name=row.name,
        to=_target(row.to),
        items=frozenset(row.items),
        areas=frozenset(row.areas),
        times=times_of(row.times),
        urgent=row.urgent,
        joint=tuple(_target(one) for one in row.joint),
    )


def _target(stored: Mapping[str, str]) -> To:
    [(by, name)] = stored.items()
    return To(cast(By, by), name)


def times_of(stored: Sequence[Mapping[str, Any]]) -> tuple[rota.Times, ...]:
    return tuple(rota.read(one["days"], one["hours"]) for one in stored)


async def communities(session: AsyncSession) -> Sequence[Area]:
    query = select(Area).where(Area.level == "community", col(Area.retired_at).is_(None)).order_by(col(Area.code))
    return (await session.exec(query)).all()


def upwards(communities: Iterable[Area]) -> dict[str, tuple[str, str]]:
    """By community, the codes from it upwards, as `gaps` reads them."""
    return {area.code: (area.code, area.parent) for area in communities}


async def known(session: AsyncSession, catalogue: Catalogue) -> Known:
    entries = [entry for entry in catalogue.entries if entry.kind in PUBLIC]
    items = {word for entry in entries for word in (entry.label, entry.category, entry.kind.value) if word}
    areas = (await session.exec(select(Area).where(col(Area.retired_at).is_(None)))).all()
    units = (await session.exec(select(Unit.code, Unit.kind).where(col(Unit.retired_at).is_(None)))).all()
    return Known(
        areas={area.code: (area.name, area.level) for area in areas},
        items=frozenset(items),
        handlers=frozenset(await _handlers(session)),
        units=dict(units),
    )


async def checked(session: AsyncSession, catalogue: Catalogue, file: Path) -> tuple[Said, Known]:
    """What the file says, once all that it names is there. Raises BadOrganisation with the first that is not."""
    root, said = read(file)
    there = await known(session, catalogue)
    for where, what in mistakes(said, there):
        raise BadOrganisation(complaint(file, root, where, what))
    return said, there


async def take(session: AsyncSession, catalogue: Catalogue, file: Path) -> dict[str, int]:
    """Units that the file names are added or made as it says, others stay; rules, where it has any, are all replaced.

    Returns how many of each. Raises BadOrganisation, and changes nothing then.
    """
    said, there = await checked(session, catalogue, file)
    for unit in said.units:
        await _write_unit(session, unit, there)
    if said.rules is not None:
        await alone_with(session, "routing_rule")
        await session.exec(delete(RoutingRule))
        session.add_all(rule_row(place, rule, there) for place, rule in enumerate(said.rules, 1))
    await session.flush()
    return {"units": len(said.units), "rules": len(said.rules or ())}


async def _write_unit(session: AsyncSession, row: UnitRow, there: Known) -> None:
    street = there.areas[there.code_of(row.street)][0] if row.street else ""
    before = await session.get(Unit, row.code)
    demo = before is not None and before.demo
    await session.merge(Unit(code=row.code, name=row.name, kind=row.kind, street=street, demo=demo))
    await session.flush()
    for table in (UnitArea, UnitMember, Shift):
        await session.exec(delete(table).where(col(table.unit) == row.code))
    codes = dict.fromkeys(map(there.code_of, row.serves))
    session.add_all(UnitArea(unit=row.code, area=code) for code in codes)
    session.add_all(UnitMember(unit=row.code, **member.model_dump()) for member in row.members)
    session.add_all(Shift(unit=row.code, staff=duty.staff, times=[_when(duty)]) for duty in row.roster)


def _when(when: When) -> dict[str, Any]:
    return {"days": list(when.days), "hours": when.hours}


def rule_row(place: int, rule: RuleRow, there: Known) -> RoutingRule:
    """Raises ValueError where it names an area that is not there."""
    return RoutingRule(
        place=place,
        name=rule.name,
        items=list(rule.items),
        areas=[there.code_of(area) for area in rule.areas],
        times=[_when(when) for when in rule.when],
        urgent=rule.urgent,
        to=cast(dict[str, str], rule.to.given),
        joint=[cast(dict[str, str], target.given) for target in rule.joint],
    )


async def written(session: AsyncSession) -> dict[str, Any]:
    """All of it in the shape that `take` reads."""
    units = (await session.exec(select(Unit).where(col(Unit.retired_at).is_(None)).order_by(col(Unit.code)))).all()
    areas = (await session.exec(select(UnitArea).order_by(col(UnitArea.area)))).all()
    members = (await session.exec(select(UnitMember).order_by(col(UnitMember.id)))).all()
    shifts = (await session.exec(select(Shift).order_by(col(Shift.id)))).all()
    rules = (await session.exec(select(RoutingRule).order_by(col(RoutingRule.place)))).all()
    rows = [
        {
            "code": unit.code, "name": unit.name, "kind": unit.kind, "street": unit.street,
            "serves": [row.area for row in areas if row.unit == unit.code],
            "members": [_said(row, "post", "name", "staff") for row in members if row.unit == unit.code],
            "roster": [
                {"staff": row.staff} | _filled(when) for row in shifts if row.unit == unit.code for when in row.times
            ],
        }
        for unit in units
    ]  # fmt: skip
    return {"units": [_filled(row) for row in rows], "rules": [_rule_said(row) for row in rules]}


def _rule_said(row: RoutingRule) -> dict[str, Any]:
    said = _said(row, "name", "items", "areas", "to", "joint") | {"when": [_filled(when) for when in row.times]}
    return said | ({} if row.urgent is None else {"urgent": row.urgent})


def _said(row: Any, *fields: str) -> dict[str, Any]:
    return _filled({field: getattr(row, field) for field in fields})


def _filled(row: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in row.items() if value not in ("", [], None)}
