"""Streets, communities and grids from CSV or GeoJSON: safe to repeat, and what is wrong is named by its place."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlmodel import col, select

from api.area_files import LARGEST_CELL, MOST_BYTES, BadGrids, open_rows
from api.areas import SHIPPED
from api.models import Area, Unit
from nlp.gazetteer import load_gazetteer
from tests.api.drawn import CODE, GOOD, HEAD, cell, feature, geojson, imported, written
from tests.conftest import Api


async def everything(api: Api) -> list[Area]:
    async with api.db.reading() as session:
        return list((await session.exec(select(Area).order_by(col(Area.code)))).all())


async def test_importing_twice_changes_nothing(api: Api) -> None:
    before = await everything(api)
    assert (await imported(api, SHIPPED))["community"] == 171
    assert await everything(api) == before
    async with api.db.reading() as session:
        stations = (await session.exec(select(Unit).where(Unit.kind == "station"))).all()
    assert len(stations) == 8


async def test_adds_grids_and_renames(api: Api, tmp_path: Path) -> None:
    grid = f"{GOOD},第一网格,32050801903301,综合,310"
    assert await imported(api, written(tmp_path, grid)) == {"street": 1, "community": 1, "grid": 1, "retired": 0}
    await imported(api, written(tmp_path, grid.replace("第一", "东")))
    found = {area.code: area for area in await everything(api)}["32050801903301"]
    assert (found.name, found.parent, found.kind, found.households) == ("东网格", "320508019033", "综合", 310)


async def test_reads_a_file_that_excel_wrote(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "excel.csv"
    file.write_bytes(f"{HEAD}\r\n{GOOD},,,,\r\n".encode("utf-8-sig"))
    assert await imported(api, file) == {"street": 1, "community": 1, "grid": 0, "retired": 0}


BAD = {
    "no street": (",320508019,彩香社区,320508019033", "line 3: 'street' is empty"),
    "a row too short": ("金阊街道,320508019", "line 3: 'community' is empty"),
    "a code elsewhere": ("金阊街道,320508019,彩香社区,320508018033", "line 3: code 320508018033 does not lie"),
    "a grid without a code": (f"{GOOD},第一网格,,综合,", "line 3: a grid needs"),
    "a grid of no kind": (f"{GOOD},第一网格,32050801903301,特别,", "line 3: a grid needs"),
    "households in words": (f"{GOOD},第一网格,32050801903301,综合,三百", "line 3: households '三百'"),
    "households squared": (f"{GOOD},第一网格,32050801903301,综合,²", "line 3: households '²'"),
    "households beyond count": (f"{GOOD},第一网格,32050801903301,综合,{'9' * 30}", "line 3: households"),
    "a name used twice": ("金阊街道,320508019,别的社区,320508019033", "line 3: code 320508019033 is already"),
    "a control character": ("金阊街道,320508019,彩\x01香,320508019034", "line 3: a control character"),
    "a cell of many lines": (f'{GOOD},"第一\n网格",32050801903301,综合,', "line 4: a control character"),
    "a grid elsewhere": (f"{GOOD},第一网格,32050801803301,综合,", "line 3: gridCode 32050801803301 does not lie in"),
    "a short street code": ("金阊街道,32050801,彩香社区,320508019034", "line 3: streetCode '32050801' is no code"),
    "letters in a code": ("金阊街道,320508019,彩香社区,3205080190x4", "line 3: code '3205080190x4' is no code"),
    "a grid's code as a community's": (f"{GOOD},第一网格,320508019033,综合,", "line 3: gridCode '320508019033' is no"),
    "a code without a grid": (f"{GOOD},,32050801903301,,", "line 3: a gridCode or a polygon without"),
    "an endless name": (f"{GOOD},{'网' * 101},32050801903301,综合,", "line 3: 'grid' is longer than 100"),
    "more cells than columns": (f"{GOOD},第一网格,32050801903301,综合,3,POLYGON((1 1,2 2", "line 3: more cells"),
}


@pytest.mark.parametrize(("row", "complaint"), BAD.values(), ids=BAD.keys())
async def test_names_the_line_and_changes_nothing(api: Api, tmp_path: Path, row: str, complaint: str) -> None:
    before = await everything(api)
    with pytest.raises(BadGrids, match=r"grids\.csv") as refused:
        await imported(api, written(tmp_path, f"{GOOD},,,,", row))
    assert complaint in str(refused.value)
    assert await everything(api) == before


FILES = {
    "no columns": (b"", "columns missing: street, streetCode"),
    "other columns": (b"a,b\n1,2\n", "columns missing"),
    "not UTF-8": (HEAD.encode() + b"\n\xff\xfe\xfa\n", "not a CSV in UTF-8"),
    "one endless cell": (HEAD.encode() + b"\n" + b"x" * (LARGEST_CELL + 1), "not a CSV"),
}


@pytest.mark.parametrize(("content", "complaint"), FILES.values(), ids=FILES.keys())
async def test_refuses_a_file(sqlite_api: Api, tmp_path: Path, content: bytes, complaint: str) -> None:
    file = tmp_path / "grids.csv"
    file.write_bytes(content)
    with pytest.raises(BadGrids, match=complaint):
        await imported(sqlite_api, file)


DRAWN = f"{HEAD},polygon"
WKT = '"POLYGON((120.6 31.3,120.603 31.3,120.603 31.303,120.6 31.303,120.6 31.3))"'


async def polygons(api: Api) -> dict[str, str]:
    return {area.code: area.polygon for area in await everything(api) if area.level == "grid"}


def test_names_are_those_of_the_gazetteer() -> None:
    """What a resident's words name is compared with what a point lies in."""
    mine = {(row.street, row.community) for row in open_rows(SHIPPED).rows}
    assert mine == {(community.street, community.name) for community in load_gazetteer().communities}


async def test_a_border_comes_as_wkt_or_as_geojson(api: Api, tmp_path: Path) -> None:
    await imported(api, written(tmp_path, f"{GOOD},第1网格,{CODE}01,综合,310,{WKT}", head=DRAWN))
    once = await everything(api)
    await imported(api, geojson(tmp_path, feature(1, cell())))
    assert await everything(api) == once
    assert (await polygons(api))[f"{CODE}01"].startswith("POLYGON ((120.6 31.3, ")


async def test_a_border_stays_where_the_file_does_not_speak_of_it(api: Api, tmp_path: Path) -> None:
    row = f"{GOOD},第1网格,{CODE}01,综合,310"
    await imported(api, geojson(tmp_path, feature(1, cell())))
    await imported(api, written(tmp_path, row))
    assert (await polygons(api))[f"{CODE}01"]
    await imported(api, written(tmp_path, f"{row},", head=DRAWN))
    assert (await polygons(api))[f"{CODE}01"] == ""


async def test_numbers_that_programs_make_of_codes_are_codes(api: Api, tmp_path: Path) -> None:
    changes = {"code": int(CODE), "streetCode": 320508019.0, "gridCode": int(f"{CODE}01"), "households": 310.0}
    assert (await imported(api, geojson(tmp_path, feature(1, None, **changes))))["grid"] == 1
    assert await polygons(api) == {f"{CODE}01": ""}


async def test_what_a_file_no_longer_names_stays_unless_it_is_replaced(api: Api, tmp_path: Path) -> None:
    other = {"community": "彩香一村一区社区", "code": "320508019031", "gridCode": "32050801903101"}
    await imported(api, geojson(tmp_path, feature(1), feature(2), feature(1, **other)))
    second = geojson(tmp_path, feature(2), feature(3))
    assert (await imported(api, second))["retired"] == 0
    assert (await imported(api, second, replaces=True))["retired"] == 1
    retired = {area.code: area.retired_at for area in await everything(api) if area.level == "grid"}
    assert {code for code, at in retired.items() if at} == {f"{CODE}01"}
    assert retired[f"{CODE}01"] == api.clock()
    assert (await imported(api, second, replaces=True))["retired"] == 0
    await imported(api, geojson(tmp_path, feature(1)))
    assert not any(area.retired_at for area in await everything(api))


async def test_a_retired_grid_leaves_its_ground(api: Api, tmp_path: Path) -> None:
    await imported(api, geojson(tmp_path, feature(1, cell())))
    again = geojson(tmp_path, feature(2, cell()))
    with pytest.raises(BadGrids, match=f"feature 1: grid {CODE}02 overlaps grid {CODE}01 by "):
        await imported(api, again)
    await imported(api, again, replaces=True)
    with pytest.raises(BadGrids, match=f"feature 1: grid {CODE}01 overlaps grid {CODE}02 by "):
        await imported(api, geojson(tmp_path, feature(1, cell())))


async def test_of_two_imports_at_once_that_overlap_one_is_refused(api: Api, tmp_path: Path) -> None:
    files = [geojson(tmp_path, feature(number, cell()), name=f"{number}.geojson") for number in (1, 2)]
    ended = await asyncio.gather(*(imported(api, file) for file in files), return_exceptions=True)
    assert sorted(type(end) for end in ended if isinstance(end, Exception)) == [BadGrids]
    assert len(await polygons(api)) == 1


BOW = [[120.6, 31.3], [120.61, 31.31], [120.61, 31.3], [120.6, 31.31], [120.6, 31.3]]
SWAPPED = [[lat, lon] for lon, lat in cell()]
BAD_FEATURES = {
    "a bow": (feature(2, BOW), "feature 2: the polygon is not simple: Self-intersection"),
    "exchanged degrees": (feature(2, SWAPPED), "feature 2: longitude 31.3, latitude 120.6: not WGS 84"),
    "on another's ground": (feature(2, cell(side=0.001)), f"feature 2: grid {CODE}02 overlaps grid {CODE}01"),
    "the same code again": (feature(1, cell(1)), f"feature 2: code {CODE}01 is already '第1网格'"),
    "the same code, named otherwise": (feature(1, cell(), grid="东网格"), f"feature 2: code {CODE}01 is already"),
    "no feature": ({"type": "Polygon"}, "feature 2: no Feature"),
    "nothing": (None, "feature 2: no Feature"),
    "no properties": ({"type": "Feature", "properties": None, "geometry": None}, "feature 2: no properties"),
    "no code": (feature(2, code=""), "feature 2: 'code' is empty"),
    "a list for a code": (feature(2, code=[CODE]), "feature 2: 'code' is neither"),
    "truth for a code": (feature(2, code=True), "feature 2: 'code' is neither"),
    "half a household": (feature(2, households=310.5), "feature 2: 'households' is neither"),
    "a code that was rounded": (feature(2, gridCode=1.5e17), "feature 2: 'gridCode' is neither"),
    "fewer than none": (feature(2, households=-1), "feature 2: households '-1'"),
    "a control character": (feature(2, grid="第\x002网格"), "feature 2: a control character"),
    "half a letter": (feature(2, grid="第\ud8002网格"), "feature 2: a control character"),
    "a point": (feature(2) | {"geometry": {"type": "Point", "coordinates": [120.6, 31.3]}}, "feature 2: Point is no"),
    "no geometry": (feature(2) | {"geometry": []}, "feature 2: the geometry is no GeoJSON"),
    "ground without a grid": (feature(2, cell(1), grid="", gridCode="", kind=""), "feature 2: a gridCode or a polygon"),
    "invented ones beside real ones": (feature(2, grid="演示网格"), "feature 2: a 演示 grid, but there are real ones"),
}


@pytest.mark.parametrize(("bad", "complaint"), BAD_FEATURES.values(), ids=BAD_FEATURES.keys())
async def test_names_the_feature_and_changes_nothing(
    sqlite_api: Api, tmp_path: Path, bad: object, complaint: str
) -> None:
    before = await everything(sqlite_api)
    with pytest.raises(BadGrids, match=r"grids\.geojson") as refused:
        await imported(sqlite_api, geojson(tmp_path, feature(1, cell()), bad))
    assert complaint in str(refused.value)
    assert await everything(sqlite_api) == before


@pytest.mark.parametrize("polygon", ["x", "POINT(120.6 31.3)", '"POLYGON((1 1,2 2,3 3,1 1))"'])
async def test_names_the_line_of_a_bad_border(sqlite_api: Api, tmp_path: Path, polygon: str) -> None:
    with pytest.raises(BadGrids, match=r"grids\.csv, line 2: "):
        await imported(sqlite_api, written(tmp_path, f"{GOOD},第1网格,{CODE}01,综合,310,{polygon}", head=DRAWN))


def collection(**more: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": [feature(1, cell())]} | more)


def crs(name: object) -> str:
    return collection(crs={"type": "name", "properties": {"name": name}})


JSON_FILES = {
    "nothing": ("", "not a GeoJSON"),
    "no JSON": ("{", "not a GeoJSON"),
    "a nest": ("[" * 200_000, "not a GeoJSON"),
    "a number of many digits": ("9" * 5000, "not a GeoJSON"),
    "a list": ("[]", "no FeatureCollection"),
    "a feature": (json.dumps(feature(1)), "no FeatureCollection"),
    "features that are none": ('{"type": "FeatureCollection", "features": {}}', "no FeatureCollection"),
    "another system": (crs("urn:ogc:def:crs:EPSG::4549"), "its crs is not WGS 84"),
    "a system without a name": (crs(None), "its crs is not WGS 84"),
    "a system that is none": (collection(crs="GCJ-02"), "its crs is not WGS 84"),
}


@pytest.mark.parametrize(("content", "complaint"), JSON_FILES.values(), ids=JSON_FILES.keys())
async def test_refuses_a_json_file(sqlite_api: Api, tmp_path: Path, content: str, complaint: str) -> None:
    file = tmp_path / "grids.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BadGrids, match=complaint):
        await imported(sqlite_api, file)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4490"])
async def test_takes_the_names_of_wgs84(sqlite_api: Api, tmp_path: Path, name: str) -> None:
    file = tmp_path / "GRIDS.GeoJSON"
    file.write_text("\ufeff" + crs(name), encoding="utf-8")
    assert (await imported(sqlite_api, file))["grid"] == 1


async def test_a_file_beyond_all_measure_is_not_read(sqlite_api: Api, tmp_path: Path) -> None:
    file = tmp_path / "grids.csv"
    with file.open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    with pytest.raises(BadGrids, match="larger than 100 MB"):
        await imported(sqlite_api, file)
