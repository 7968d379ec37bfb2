"""The invented grids: as many as the district has, clearly named, and good enough for every check."""

import json
from collections import Counter
from pathlib import Path

import pytest
import shapely
from sqlmodel import select

from api import demo_grids
from api.area_files import BadGrids, open_rows
from api.areas import SHIPPED
from api.geometry import stored
from api.models import Area
from tests.api.drawn import CODE, PLACE, cell, feature, geojson, imported
from tests.api.life import ok
from tests.conftest import Api

COUNTS = {"street": 8, "community": 171, "grid": 1358, "retired": 0}
BOX = shapely.box(120.55, 31.26, 120.67, 31.36)


async def grids(api: Api) -> list[Area]:
    async with api.db.reading() as session:
        return list((await session.exec(select(Area).where(Area.level == "grid"))).all())


@pytest.fixture(params=["grids.geojson", "grids.csv"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    written: Path = tmp_path / request.param
    assert demo_grids.write(written) == 1358
    return written


async def test_they_are_imported_whole_and_find_themselves(api: Api, file: Path) -> None:
    assert await imported(api, file) == COUNTS
    found = await grids(api)
    assert Counter(area.kind for area in found) == {"综合": 1237, "专属": 121}
    assert all("演示" in area.name and area.demo for area in found)
    async with api.db.reading() as session:
        communities = (await session.exec(select(Area.code).where(Area.level == "community"))).all()
        chart = await api.office.atlas.chart(session)
    assert {area.parent for area in found} == {*communities}
    for area, shape in zip(found, stored([area.polygon for area in found]), strict=True):
        spot = chart.at(shape.centroid.y, shape.centroid.x)
        assert spot is not None and spot.code == area.code


async def test_importing_them_again_changes_nothing(sqlite_api: Api, file: Path) -> None:
    await imported(sqlite_api, file)
    before = await grids(sqlite_api)
    assert await imported(sqlite_api, file, replaces=True) == COUNTS
    assert await grids(sqlite_api) == before


def test_both_kinds_of_file_say_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one.geojson", "two.geojson", "one.csv", "two.csv"):
        demo_grids.write(tmp_path / name)
    for ending in ("geojson", "csv"):
        assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()
    features = json.loads((tmp_path / "one.geojson").read_text(encoding="utf-8"))["features"]
    rows = list(open_rows(tmp_path / "one.csv").rows)
    assert [row.grid_code for row in rows] == [one["properties"]["gridCode"] for one in features]


def test_communities_and_streets_are_of_one_piece_within_the_district(tmp_path: Path) -> None:
    demo_grids.write(tmp_path / "grids.csv")
    rows = list(open_rows(tmp_path / "grids.csv").rows)
    for level in ("street_code", "code"):
        parts: dict[str, list[shapely.Polygon]] = {}
        for row in rows:
            parts.setdefault(getattr(row, level), []).append(shapely.from_wkt(row.polygon))
        for shapes in parts.values():
            whole = shapely.union_all(shapes)
            assert whole.geom_type == "Polygon" and BOX.covers(whole)


async def test_they_give_way_to_the_first_real_ones_and_do_not_come_back(api: Api, tmp_path: Path) -> None:
    demo_grids.write(tmp_path / "demo.geojson")
    await imported(api, tmp_path / "demo.geojson")
    real = geojson(tmp_path, feature(5, cell(0)))
    assert await imported(api, real) == {"street": 1, "community": 1, "grid": 1, "retired": 1358}
    assert [area.code for area in await grids(api) if area.retired_at is None] == [f"{CODE}05"]
    with pytest.raises(BadGrids, match="演示 grid, but there are real ones"):
        await imported(api, tmp_path / "demo.geojson")
    found = await api.client.get("/api/v1/grids", params={"place": PLACE}, headers=api.bot())
    assert ok(found)["code"] == f"{CODE}05"


async def test_streets_and_communities_alone_leave_them(sqlite_api: Api, tmp_path: Path) -> None:
    demo_grids.write(tmp_path / "demo.csv")
    await imported(sqlite_api, tmp_path / "demo.csv")
    assert (await imported(sqlite_api, SHIPPED))["retired"] == 0
    assert (await imported(sqlite_api, SHIPPED, replaces=True))["retired"] == 1358
    assert (await imported(sqlite_api, tmp_path / "demo.csv")) == COUNTS
    assert all(area.retired_at is None for area in await grids(sqlite_api))
