"""GCJ-02 and BD-09: known points, there and back, and nothing outside China."""

from collections.abc import Callable
from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.positions import TO_WGS84, Point, from_gcj02, to_gcj02

METRE = 1 / 111_195  # degrees of latitude
# wgs lat, lon, gcj lat, lon: test values published with eviltransform, the reference of the open libraries
KNOWN = [
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
]
INLAND = st.tuples(st.floats(18, 54), st.floats(73, 136))
DISTRICT = st.tuples(st.floats(31.2, 31.4), st.floats(120.5, 120.7))
ABROAD = [(48.8584, 2.2945), (-33.9, 151.2), (0.0, 0.0), (90.0, 180.0), (-90.0, -180.0), (31.3, 139.7), (56.0, 120.0)]


def metres(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], (one[1] - other[1]) * cos(radians(one[0]))) / METRE


@pytest.mark.parametrize(("lat", "lon", "shifted_lat", "shifted_lon"), KNOWN)
def test_known_points(lat: float, lon: float, shifted_lat: float, shifted_lon: float) -> None:
    assert to_gcj02((lat, lon)) == pytest.approx((shifted_lat, shifted_lon), abs=1e-6)
    assert TO_WGS84["gcj02"]((shifted_lat, shifted_lon)) == pytest.approx((lat, lon), abs=1e-6)
    assert TO_WGS84["wgs84"]((lat, lon)) == (lat, lon)


def test_baidu_coordinates() -> None:
    """39.915, 116.404 is 39.90865673957631, 116.39762729119315 in GCJ-02 by coordtransform's own example."""
    there = TO_WGS84["bd09"]((39.915, 116.404))
    assert to_gcj02(there) == pytest.approx((39.90865673957631, 116.39762729119315), abs=1e-7)


@given(INLAND)
def test_there_and_back_within_a_centimetre(point: Point) -> None:
    assert metres(from_gcj02(to_gcj02(point)), point) < 0.01


@given(DISTRICT)
def test_in_the_district_it_is_some_hundred_metres_to_the_south_east(point: Point) -> None:
    shifted = to_gcj02(point)
    assert 300 < metres(point, shifted) < 700
    assert shifted[0] < point[0] and shifted[1] > point[1]


@given(DISTRICT, st.floats(0.0005, 0.01))
def test_what_lies_further_north_or_east_does_so_after_the_shift(point: Point, step: float) -> None:
    lat, lon = point
    shifted = to_gcj02(point)
    assert to_gcj02((lat + step, lon))[0] > shifted[0] and to_gcj02((lat, lon + step))[1] > shifted[1]


@pytest.mark.parametrize("point", ABROAD)
@pytest.mark.parametrize("convert", [to_gcj02, *TO_WGS84.values()])
def test_outside_china_nothing_is_shifted(convert: Callable[[Point], Point], point: Point) -> None:
    assert convert(point) == point
