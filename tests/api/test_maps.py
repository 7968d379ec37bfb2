"""A ticket's grid drawn on its page: the border, the neighbours, the point; in words where nothing is drawn."""

import re
from pathlib import Path

import pytest

from api.atlas import Chart
from api.lifecycle import Role
from api.models import Area
from api.pages.maps import BARS, HEIGHT, LEAST, WIDTH, Map, drawn
from tests.api.browsing import TENANCY, browser, report
from tests.api.drawn import CODE, COMMUNITY, PLACE, STREET, cell, feature, geojson, imported, middle
from tests.conftest import Api

SQUARE = "POLYGON((120.6 31.3,120.603 31.3,120.603 31.303,120.6 31.303,120.6 31.3))"
BESIDE = "POLYGON((120.603 31.3,120.606 31.3,120.606 31.303,120.603 31.303,120.603 31.3))"
HOLED = f"{SQUARE[:-1]},(120.601 31.301,120.602 31.301,120.602 31.302,120.601 31.301))"
FAR = "POLYGON((121.0 31.6,121.003 31.6,121.003 31.603,121.0 31.603,121.0 31.6))"
LIGHT = {"text": f"{PLACE}门口的路灯不亮了", "label": "street_light", "place": PLACE}


def chart(**polygons: str) -> Chart:
    """Grids of one community, by code."""
    above = [Area(code="s", name="街", level="street"), Area(code="c", name="社", level="community", parent="s")]
    grids = [Area(code=code, name=code, level="grid", parent="c", polygon=text) for code, text in polygons.items()]
    return Chart.of(1, [*above, *grids])


def of(chart: Chart, code: str = "a", lat: float | None = None, lon: float | None = None) -> Map:
    found = drawn(chart, code, "街", "社", lat, lon)
    assert found is not None
    return found


def corners(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([-\d.]+),([-\d.]+)", path)]


def test_the_grid_lies_in_the_middle_with_its_neighbour_cut_at_the_edge() -> None:
    found = of(chart(a=SQUARE, b=BESIDE, z=FAR))
    assert found.own is not None and [one.name for one in found.around] == ["b"]
    xs, ys = zip(*corners(found.own.path), strict=True)
    assert len(xs) == 4 and abs(sum(xs) / 4 - WIDTH / 2) < 1 and abs(sum(ys) / 4 - HEIGHT / 2) < 1
    assert min(ys) > 0 and max(ys) < HEIGHT, "with a margin"
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    assert abs(wide / high - 0.8545) < 0.01, "a degree of longitude is shorter here: cos 31.3°"
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in corners(found.around[0].path))


def test_north_is_above_and_east_is_right() -> None:
    north_east = of(chart(a=SQUARE), lat=31.3029, lon=120.6029).spot
    south_west = of(chart(a=SQUARE), lat=31.3001, lon=120.6001).spot
    assert north_east and south_west and north_east[0] > south_west[0] and north_east[1] < south_west[1]


@pytest.mark.parametrize(
    ("lat", "lon", "away", "is_seen"),
    [(31.3015, 120.6015, 0, True), (31.3033, 120.6015, 33, True), (31.33, 120.6015, 3002, False)],
)
def test_how_far_the_point_is_from_the_border(lat: float, lon: float, away: int, is_seen: bool) -> None:
    found = of(chart(a=SQUARE), lat=lat, lon=lon)
    assert found.away is not None and abs(found.away - away) <= 1
    assert (found.spot is not None) == is_seen


def test_a_bar_is_as_long_as_it_says() -> None:
    found = of(chart(a=SQUARE))
    assert found.own is not None and found.bar in BARS and found.bar_width <= WIDTH / 3 + 0.1
    xs = [x for x, _ in corners(found.own.path)]
    assert abs((max(xs) - min(xs)) / found.bar_width * found.bar - 285) < 2, "0.003° of longitude are 285 m here"


def test_a_hole_is_drawn_and_a_tiny_grid_is_not_blown_up() -> None:
    holed = of(chart(a=HOLED))
    assert holed.own is not None and holed.own.path.count("M") == 2
    tiny = "POLYGON((120.6 31.3,120.6001 31.3,120.6001 31.3001,120.6 31.3001,120.6 31.3))"
    found = of(chart(a=tiny))
    assert found.own is not None and max(y for _, y in corners(found.own.path)) < HEIGHT * 0.6, f"{LEAST} m at least"


def test_without_a_border_of_its_own_its_neighbours_are_shown() -> None:
    by_point = drawn(chart(a="", b=BESIDE), "a", "街", "社", 31.3015, 120.6029)
    by_community = drawn(chart(a="", b=BESIDE), "", "街", "社", None, None)
    for found in (by_point, by_community):
        assert found is not None and found.own is None and [one.name for one in found.around] == ["b"]


@pytest.mark.parametrize(
    ("community", "lat", "lon"), [("社", None, None), ("", None, None), ("", 31.3, 120.6), ("x", 31.3, 120.6)]
)
def test_where_nothing_is_drawn_there_is_no_map(community: str, lat: float | None, lon: float | None) -> None:
    assert drawn(chart(a=""), "a", "街", community, lat, lon) is None
    assert drawn(chart(z=FAR), "", "街", community if community == "x" else "", lat, lon) is None


async def two_grids(api: Api, folder: Path) -> None:
    await imported(api, geojson(folder, feature(1, cell()), feature(2, cell(1), grid="<b>第2网格</b>")))


async def test_the_page_shows_the_grid_and_tells_it_in_words(api: Api, tmp_path: Path) -> None:
    await two_grids(api, tmp_path)
    triage = await browser(api, Role.TRIAGE)
    page = await triage.open(f"/tickets/{await report(api, **LIGHT, **middle())}")  # type: ignore[arg-type]
    assert page.html.count("<svg") == 1 and 'class="own"' in page.html and 'class="spot"' in page.html
    assert f"第1网格，{COMMUNITY}。圆点是居民发的定位，在这个网格里。" in page.words
    assert "<b>第2网格" not in page.html and "style=" not in page.html
    assert "第1网格" in page.words and f"{CODE}01" in page.words and STREET in page.words


async def test_where_no_border_is_known_the_page_says_so(api: Api, tmp_path: Path) -> None:
    await imported(api, geojson(tmp_path, feature(1)))
    triage = await browser(api, Role.TRIAGE)
    page = await triage.open(f"/tickets/{await report(api, **LIGHT)}")
    assert "<svg" not in page.html and "第1网格还没有画网格边界，不能显示在图上。" in page.words
    assert f"{STREET} · {COMMUNITY}" in page.words
    nowhere = await triage.open(f"/tickets/{await report(api, text='路灯不亮', label='street_light', place='老地方')}")
    assert "网格边界" not in nowhere.words and "还不知道" in nowhere.words


async def test_a_legal_matter_is_on_no_map(api: Api, tmp_path: Path) -> None:
    await two_grids(api, tmp_path)
    adviser, triage = await browser(api, Role.ADVISER, "顾律师"), await browser(api, Role.TRIAGE)
    number = await report(api, **TENANCY, place=PLACE, **middle())  # type: ignore[arg-type]
    for reader in (adviser, triage):
        page = await reader.open(f"/tickets/{number}")
        assert page.status == 200 and "<svg" not in page.html and "网格边界" not in page.words
