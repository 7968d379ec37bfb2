"""Streets, communities and grids: the public codes that are shipped, and `import-grids`. Safe to repeat."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlmodel.ext.asyncio.session import AsyncSession

from api.models import Area, Unit
from api.schemas import UNTYPABLE

SHIPPED = Path(__file__).parent / "data" / "gusu_communities.csv"
NEEDED = ("street", "streetCode", "community", "code")
KINDS = ("综合", "专属")
HOUSEHOLDS = re.compile(r"[0-9]{1,6}")


class BadGrids(Exception):
    """A file of areas that cannot be used; says the line and the reason."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    street: str
    street_code: str
    community: str
    code: str
    grid: str = ""
    grid_code: str = ""
    kind: str = ""
    households: int | None = None


def read_rows(file: Path) -> Iterator[Row]:
    """CSV with the columns street, streetCode, community, code and, for grids, grid, gridCode, kind, households."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        try:
            if missing := [name for name in NEEDED if name not in (reader.fieldnames or ())]:
                raise BadGrids(f"{file}, line 1: columns missing: {', '.join(missing)}")
            for cells in reader:
                yield _row(file, reader.line_num, cells)
        except (UnicodeDecodeError, csv.Error) as error:
            raise BadGrids(f"{file}, after line {reader.line_num}: not a CSV in UTF-8 ({error})") from None


def _row(file: Path, line: int, cells: dict[str, str | None]) -> Row:
    given = {name: (cells.get(name) or "").strip() for name in (*NEEDED, "grid", "gridCode", "kind", "households")}
    for name in NEEDED:
        if not given[name]:
            raise BadGrids(f"{file}, line {line}: '{name}' is empty")
    if not given["code"].startswith(given["streetCode"]):
        raise BadGrids(f"{file}, line {line}: code {given['code']} does not lie in street {given['streetCode']}")
    if given["grid"] and (not given["gridCode"] or given["kind"] not in KINDS):
        raise BadGrids(f"{file}, line {line}: a grid needs a gridCode and a kind (综合 or 专属)")
    households = given["households"]
    if any(UNTYPABLE.search(cell) for cell in given.values()):
        raise BadGrids(f"{file}, line {line}: a control character")
    if households and not HOUSEHOLDS.fullmatch(households):
        raise BadGrids(f"{file}, line {line}: households '{households}' is not a number")
    community = given["community"].removesuffix("居委会")
    return Row(
        line, given["street"], given["streetCode"], community, given["code"],
        given["grid"], given["gridCode"], given["kind"], int(households) if households else None,
    )  # fmt: skip


async def import_areas(session: AsyncSession, file: Path) -> dict[str, int]:
    """Adds or renames what the file holds; returns how many of each level. Raises BadGrids and changes nothing then."""
    found: dict[str, Area] = {}
    for row in read_rows(file):
        for area in _areas(row):
            if area.code in found and found[area.code] != area:
                raise BadGrids(f"{file}, line {row.line}: code {area.code} is already '{found[area.code].name}'")
            found[area.code] = area
    for area in found.values():
        await session.merge(area)
        if area.level == "street":
            await session.merge(
                Unit(code=f"station-{area.code}", name=f"{area.name}联动工作站", kind="station", street=area.name)
            )
    return {level: sum(area.level == level for area in found.values()) for level in ("street", "community", "grid")}


def _areas(row: Row) -> Iterator[Area]:
    yield Area(code=row.street_code, name=row.street, level="street")
    yield Area(code=row.code, name=row.community, level="community", parent=row.street_code)
    if row.grid:
        yield Area(
            code=row.grid_code, name=row.grid, level="grid", parent=row.code, kind=row.kind, households=row.households
        )
