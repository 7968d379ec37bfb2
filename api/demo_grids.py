"""Invented base grids (演示), as many as the district has: 1,237 综合 and 121 专属 in 171 communities.

Nothing of them is real but their number and the communities: plain rectangles, side by side on a lattice over the
district's bounding box, row after row and back again, so that each community and each street is of one piece.
"""

import csv
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from api.area_files import COLUMNS, GEOJSON, POLYGON, Row, open_rows
from api.areas import DEMO, SHIPPED

GENERAL, SPECIAL = 1237, 121  # the district's bulletin
KINDS_OF_PLACE = ("学校", "市场", "公园", "医院")
WEST, SOUTH = 120.55, 31.26
WIDE, HIGH, A_ROW = 0.003, 0.0029, 40  # degrees of a cell; cells in a row: 40 by 34 fill the box but for two
FIRST_GENERAL, FIRST_SPECIAL = 901, 991  # behind a community's code; real ones begin with 001 or 01
HOUSEHOLDS = 300
Cell = list[tuple[float, float]]


def demo_rows() -> Iterator[tuple[dict[str, str], Cell]]:
    """Each grid: its columns, and the corners of its rectangle."""
    communities, cells, places = list(open_rows(SHIPPED).rows), count(), count()
    for number, community in enumerate(communities):
        for nth in range(_share(GENERAL, number, len(communities))):
            name = f"{DEMO}综合网格{nth + 1:02d}"
            yield _columns(community, name, FIRST_GENERAL + nth, "综合", str(HOUSEHOLDS)), _cell(next(cells))
        for nth in range(_share(SPECIAL, number, len(communities))):
            name = f"{DEMO}专属网格（{KINDS_OF_PLACE[next(places) % len(KINDS_OF_PLACE)]}）"
            yield _columns(community, name, FIRST_SPECIAL + nth, "专属", ""), _cell(next(cells))


def _share(whole: int, number: int, of: int) -> int:
    """As even as whole numbers can be."""
    return whole * (number + 1) // of - whole * number // of


def _columns(community: Row, name: str, nth: int, kind: str, households: str) -> dict[str, str]:
    values = (
        community.street, community.street_code, community.community, community.code,
        name, f"{community.code}{nth}", kind, households,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _cell(number: int) -> Cell:
    row, along = divmod(number, A_ROW)
    column = along if row % 2 == 0 else A_ROW - 1 - along
    west, east = (round(WEST + WIDE * edge, 4) for edge in (column, column + 1))
    south, north = (round(SOUTH + HIGH * edge, 4) for edge in (row, row + 1))
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def write(file: Path) -> int:
    """GeoJSON or CSV, by the file's ending; returns how many. Raises FileExistsError, FileNotFoundError, ValueError."""
    if file.exists():
        raise FileExistsError(f"{file} exists already; name another file, or remove it first")
    if not file.parent.is_dir():
        raise FileNotFoundError(f"{file.parent}: no such folder")
    ending, rows = file.suffix.lower(), list(demo_rows())
    if ending not in (*GEOJSON, ".csv"):
        raise ValueError(f"{file}: neither .geojson nor .csv")
    (_write_csv if ending == ".csv" else _write_geojson)(file, rows)
    return len(rows)


def _write_csv(file: Path, rows: list[tuple[dict[str, str], Cell]]) -> None:
    with file.open("x", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, (*COLUMNS, POLYGON), lineterminator="\n")
        writer.writeheader()
        for columns, cell in rows:
            corners = ", ".join(f"{lon} {lat}" for lon, lat in cell)
            writer.writerow(columns | {POLYGON: f"POLYGON (({corners}))"})


def _write_geojson(file: Path, rows: list[tuple[dict[str, str], Cell]]) -> None:
    features = (json.dumps(_feature(columns, cell), ensure_ascii=False) for columns, cell in rows)
    with file.open("x", encoding="utf-8") as stream:
        stream.write('{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n")


def _feature(columns: dict[str, str], cell: Cell) -> dict[str, Any]:
    return {"type": "Feature", "properties": columns, "geometry": {"type": "Polygon", "coordinates": [cell]}}
