"""Files of grids, as an office would send them."""

import json
from pathlib import Path
from typing import Any

from api import areas
from tests.conftest import Api

HEAD = "street,streetCode,community,code,grid,gridCode,kind,households"
STREET, STREET_CODE, COMMUNITY, CODE = "金阊街道", "320508019", "彩香一村三区社区", "320508019033"
GOOD = f"{STREET},{STREET_CODE},{COMMUNITY}居委会,{CODE}"
PLACE = "彩香一村三区"  # words that name the community
OTHER_STREET, OTHER_PLACE = "平江街道", "观前街"


def cell(column: int = 0, row: int = 0, side: float = 0.003) -> list[list[float]]:
    """The ring of a square: cell (0, 0) begins at 120.6, 31.3."""
    west, south = 120.6 + 0.003 * column, 31.3 + 0.003 * row
    ring = [(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]
    return [[round(lon, 6), round(lat, 6)] for lon, lat in ring]


def middle(column: int = 0, row: int = 0) -> dict[str, float]:
    return {"lat": round(31.3015 + 0.003 * row, 6), "lon": round(120.6015 + 0.003 * column, 6)}


def feature(number: int, ring: list[list[float]] | None = None, **changes: Any) -> dict[str, Any]:
    """Grid `number` of the community."""
    properties = {
        "street": STREET, "streetCode": STREET_CODE, "community": COMMUNITY, "code": CODE, "grid": f"第{number}网格",
        "gridCode": f"{CODE}{number:02d}", "kind": "综合", "households": 310,
    }  # fmt: skip
    shape = {"type": "Polygon", "coordinates": [ring]} if ring else None
    return {"type": "Feature", "properties": properties | changes, "geometry": shape}


def geojson(folder: Path, *features: Any, name: str = "grids.geojson") -> Path:
    file = folder / name
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return file


def written(folder: Path, *rows: str, head: str = HEAD) -> Path:
    file = folder / "grids.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return file


async def imported(api: Api, file: Path, **terms: Any) -> dict[str, int]:
    async with api.db.writing() as session:
        return await areas.import_areas(session, file, areas.Terms(clock=api.clock, **terms))
