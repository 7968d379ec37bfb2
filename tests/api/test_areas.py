"""Streets, communities and grids from a CSV: safe to repeat, and a bad row is named by its line."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from api import areas
from api.area_files import LARGEST_CELL, BadGrids
from api.areas import SHIPPED
from api.models import Area, Unit
from tests.conftest import Api

HEAD = "street,streetCode,community,code,grid,gridCode,kind,households"
GOOD = "金阊街道,320508019,彩香一村三区社区居委会,320508019033"


def written(folder: Path, *rows: str, head: str = HEAD) -> Path:
    file = folder / "grids.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return file


async def imported(api: Api, file: Path) -> dict[str, int]:
    async with api.db.writing() as session:
        return await areas.import_areas(session, file)


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
