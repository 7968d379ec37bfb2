"""Streets, communities and grids: the public codes that are shipped, and `import-grids`. Safe to repeat."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import geometry
from api.area_files import BadGrids, Row, open_rows
from api.db import alone_with
from api.models import Area, Unit
from api.office import Clock, utc_now

SHIPPED = Path(__file__).parent / "data" / "gusu_communities.csv"
DEMO = "演示"
LEVELS = ("street", "community", "grid")
OWN = ("name", "level", "parent", "kind", "households", "polygon", "demo", "retired_at")  # what a file can change
T = TypeVar("T")
Track = Callable[[Iterable[Row], int], Iterable[Row]]  # shows how far it is, of how many


def _unseen(rows: Iterable[Row], _total: int) -> Iterable[Row]:
    return rows


@dataclass(frozen=True, slots=True)
class Terms:
    """`replaces`: grids that the file does not name, of communities that it names, are retired."""

    clock: Clock = utc_now
    replaces: bool = False
    track: Track = _unseen


@dataclass(slots=True)
class Plan:
    """What a file says: areas by code, and where each is named."""

    areas: dict[str, Area] = field(default_factory=dict)
    at: dict[str, str] = field(default_factory=dict)
    undrawn: set[str] = field(default_factory=set)  # grids whose border the file does not speak of

    @property
    def grids(self) -> list[Area]:
        return [area for area in self.areas.values() if area.level == "grid"]

    def add(self, row: Row) -> None:
        """Raises BadGrids."""
        for area in _areas(row):
            known = self.areas.setdefault(area.code, area)
            if _own(known) != _own(area):
                raise BadGrids(f"{row.at}: code {area.code} is already '{known.name}'")
            self.at.setdefault(area.code, row.at)
        if row.polygon is None:
            self.undrawn.add(row.grid_code)


def _areas(row: Row) -> Iterator[Area]:
    yield Area(code=row.street_code, name=row.street, level="street")
    yield Area(code=row.code, name=row.community, level="community", parent=row.street_code)
    if row.grid:
        yield Area(
            code=row.grid_code,
            name=row.grid,
            level="grid",
            parent=row.code,
            kind=row.kind,
            households=row.households,
            polygon=row.polygon or "",
            demo=DEMO in row.grid,
        )


def _own(area: Area) -> dict[str, object]:
    return area.model_dump(include=set(OWN))


async def import_areas(session: AsyncSession, file: Path, terms: Terms | None = None) -> dict[str, int]:
    """Adds, changes and retires what the file says; returns how many of each level it names, and how many it retired.

    Raises BadGrids and changes nothing then. One import waits for the other: each may be right, and both too much.
    """
    terms = terms or Terms()
    plan = read_plan(file, terms.track)
    await alone_with(session, "area")
    known = {area.code: area for area in (await session.exec(select(Area))).all()}
    for code in plan.undrawn & known.keys() & plan.areas.keys():
        plan.areas[code].polygon = known[code].polygon
    besides = {code: area for code, area in known.items() if _is_open(area) and code not in plan.areas}
    retired = list(_giving_way(plan, besides.values(), terms.replaces))
    for area in retired:
        del besides[area.code]
    _check_kinds(plan, besides.values())
    _check_borders(plan, besides.values())
    await _write(session, plan, known, retired, terms.clock())
    counts = {level: sum(area.level == level for area in plan.areas.values()) for level in LEVELS}
    return counts | {"retired": len(retired)}


def read_plan(file: Path, track: Track = _unseen) -> Plan:
    """Raises BadGrids."""
    source, plan = open_rows(file), Plan()
    for row in track(source.rows, source.total):
        plan.add(row)
    return plan


def _is_open(area: Area) -> bool:
    return area.level == "grid" and area.retired_at is None


def _giving_way(plan: Plan, besides: Iterable[Area], replaces: bool) -> Iterator[Area]:
    """演示 grids always do so to the first real ones."""
    real = any(not grid.demo for grid in plan.grids)
    for area in besides:
        if (replaces and area.parent in plan.areas) or (real and area.demo):
            yield area


def _check_kinds(plan: Plan, besides: Iterable[Area]) -> None:
    """Raises BadGrids for 演示 grids beside real ones: residents' reports would go to invented places."""
    demo = next((grid for grid in plan.grids if grid.demo), None)
    if demo and any(not grid.demo for grid in (*plan.grids, *besides)):
        raise BadGrids(f"{plan.at[demo.code]}: a {DEMO} grid, but there are real ones")


def _check_borders(plan: Plan, besides: Iterable[Area]) -> None:
    """Raises BadGrids where two grids overlap, and names that of the file, or of two of the file the later one."""
    drawn = [grid for grid in (*besides, *plan.grids) if grid.polygon]
    for one, other, area in geometry.overlaps(geometry.stored([grid.polygon for grid in drawn])):
        its, mine = drawn[one].code, drawn[other].code
        if mine in plan.at:
            raise BadGrids(f"{plan.at[mine]}: grid {mine} overlaps grid {its} by {area:.0f} m²")


async def _write(session: AsyncSession, plan: Plan, known: dict[str, Area], retired: list[Area], now: datetime) -> None:
    """Only what changed, under the next revision: what has not is not read anew by anybody."""
    revision = ((await session.exec(select(func.max(Area.revision)))).one() or 0) + 1
    for area in plan.areas.values():
        area.revision = revision
        if area.code not in known:
            session.add(area)
        elif _own(known[area.code]) != _own(area):
            await session.merge(area)
        if area.level == "street":
            station = Unit(code=f"station-{area.code}", name=f"{area.name}联动工作站", kind="station", street=area.name)
            if await session.get(Unit, station.code) is None:  # else it is as the organisation made it
                session.add(station)
    for area in retired:
        area.retired_at, area.revision = now, revision
    await session.flush()
