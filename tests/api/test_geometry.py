"""Borders: which are refused and why, which overlap, and who holds a point."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.geometry import BadShape, Index, as_wkt, from_geojson, from_wkt, overlaps, square_metres, stored


def square(lon: float = 120.6, lat: float = 31.3, side: float = 0.003) -> str:
    corners = [(lon, lat), (lon + side, lat), (lon + side, lat + side), (lon, lat + side), (lon, lat)]
    return f"POLYGON(({','.join(f'{x!r} {y!r}' for x, y in corners)}))"


BAD = {
    "nothing": ("", "no WKT"),
    "words": ("x", "no WKT"),
    "a point": ("POINT(120.6 31.3)", "Point is no Polygon"),
    "a line": ("LINESTRING(120.6 31.3,120.7 31.3)", "LineString is no Polygon"),
    "an empty one": ("POLYGON EMPTY", "is empty"),
    "an empty collection": ("MULTIPOLYGON EMPTY", "is empty"),
    "an open ring": ("POLYGON((120.6 31.3,120.61 31.3,120.61 31.31))", "no WKT"),
    "a bow": ("POLYGON((120.6 31.3,120.61 31.31,120.61 31.3,120.6 31.31,120.6 31.3))", "not simple: Self-inter"),
    "a hole outside": (square()[:-1] + ",(120.7 31.3,120.71 31.3,120.71 31.31,120.7 31.3))", "not simple: Hole"),
    "two that overlap": (f"MULTIPOLYGON({square()[7:]},{square(120.601)[7:]})", "not simple"),
    "exchanged": (square(31.3, 120.6), "longitude 31.3, latitude 120.6: not WGS 84"),
    "metres": (square(40508000.0, 3465000.0, 300.0), "not WGS 84"),
    "no number": ("POLYGON((120.6 31.3,120.61 31.3,120.61 nan,120.6 31.3))", "not WGS 84"),
    "no end": ("POLYGON((120.6 31.3,120.61 31.3,inf 31.31,120.6 31.3))", "not WGS 84"),
    "elsewhere": (square(116.4, 39.9), "not WGS 84 degrees in or near the district"),
    "a speck": (square(side=0.00005), "less than 100"),
    "less than a centimetre": (square(side=1e-9), ""),
}
BAD_JSON: dict[str, Any] = {
    "a list": [], "a word": "x", "a number": 5, "no type": {}, "no coordinates": {"type": "Polygon"},
    "an object of them": {"type": "Polygon", "coordinates": {}},
    "numbers": {"type": "Polygon", "coordinates": [1, 2]},
    "words in them": {"type": "Polygon", "coordinates": [[["a", 31], [120.6, 31], [120.6, 31.1], ["a", 31]]]},
    "no number": {"type": "Polygon", "coordinates": [[[float("nan"), 31], [120.6, 31], [120.6, 31.1], [1, 31]]]},
    "half points": {"type": "Polygon", "coordinates": [[[120], [121], [120.5], [120]]]},
    "nothing in them": {"type": "Polygon", "coordinates": []},
    "a point": {"type": "Point", "coordinates": [120.6, 31.3]},
    "a feature": {"type": "Feature", "geometry": None, "properties": {}},
    "another kind": {"type": "Circle", "coordinates": [120.6, 31.3]},
}  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), BAD.values(), ids=BAD.keys())
def test_refuses(text: str, reason: str) -> None:
    with pytest.raises(BadShape) as refused:
        from_wkt(text)
    assert reason in str(refused.value)


@pytest.mark.parametrize("shape", BAD_JSON.values(), ids=BAD_JSON.keys())
def test_refuses_json(shape: Any) -> None:
    with pytest.raises(BadShape):
        from_geojson(shape)


def test_a_nest_of_brackets_is_refused() -> None:
    nest: list[Any] = []
    for _ in range(100_000):
        nest = [nest]
    with pytest.raises(BadShape):
        from_geojson({"type": "Polygon", "coordinates": nest})


def test_heights_are_left_aside_and_degrees_kept_to_the_centimetre() -> None:
    corners = [[120.6, 31.3, 5.0], [120.60300000004, 31.3, 5.0], [120.603, 31.303, 5.0], [120.6, 31.3, 5.0]]
    wkt = as_wkt(from_geojson({"type": "Polygon", "coordinates": [corners]}))
    assert wkt == "POLYGON ((120.6 31.3, 120.603 31.3, 120.603 31.303, 120.6 31.3))"
    assert as_wkt(from_wkt(wkt)) == wkt


@given(st.floats(120.5, 120.7), st.floats(31.2, 31.4), st.floats(0.0005, 0.02))
def test_what_is_stored_comes_back_as_it_is(lon: float, lat: float, side: float) -> None:
    wkt = as_wkt(from_wkt(square(lon, lat, side)))
    assert as_wkt(from_wkt(wkt)) == wkt == as_wkt(stored([wkt])[0])


def test_square_metres() -> None:
    """A thousandth of a degree at 31.3° N is 110.9 m by 95.2 m on the ellipsoid."""
    assert square_metres(from_wkt(square(side=0.001))) == pytest.approx(110.9 * 95.2, rel=0.006)


# side of the second square, begun so many degrees east of the first (0.003° or 285 m wide), and whether it overlaps
BESIDE = [
    ("the same", 0.0, True),
    ("half of it", 0.0015, True),
    ("a metre", 0.003 - 1.1e-5, True),  # 333 m of border
    ("five centimetres", 0.003 - 5e-7, False),
    ("touching", 0.003, False),
    ("apart", 0.004, False),
]


@pytest.mark.parametrize(("east", "overlapping"), [row[1:] for row in BESIDE], ids=[row[0] for row in BESIDE])
def test_overlaps(east: float, overlapping: bool) -> None:
    shapes = [from_wkt(square()), from_wkt(square(120.6 + east)), from_wkt(square(120.65))]
    assert [pair[:2] for pair in overlaps(shapes)] == ([(0, 1)] if overlapping else [])


def test_one_within_the_other_overlaps() -> None:
    shapes = [from_wkt(square(side=0.01)), from_wkt(square(120.603, 31.303, 0.001))]
    assert [(one, other) for one, other, _ in overlaps(shapes)] == [(0, 1)]


def test_one_in_the_hole_of_the_other_does_not() -> None:
    around = from_wkt(square(side=0.01)[:-1] + f",{square(120.603, 31.303, 0.001)[8:]}")
    inside = from_wkt(square(120.603, 31.303, 0.001))
    assert list(overlaps([around, inside])) == []
    assert (Index([around, inside]).at(31.3035, 120.6035), Index([around, inside]).at(31.301, 120.601)) == (1, 0)


def test_holds_a_point() -> None:
    index = Index([from_wkt(square()), from_wkt(square(120.603))])
    assert [index.at(31.301, lon) for lon in (120.601, 120.604, 120.603, 120.61)] == [0, 1, 0, None]
    assert Index([]).at(31.3, 120.6) is None


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_point_is_answered(lat: float, lon: float) -> None:
    inside = 31.3 <= lat <= 31.303 and 120.6 <= lon <= 120.603
    assert Index([from_wkt(square())]).at(lat, lon) == (0 if inside else None)
