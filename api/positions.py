"""Chinese map coordinates -> WGS 84. Pure.

GCJ-02 (Amap, Tencent, most government maps) is shifted by up to 700 m, BD-09 (Baidu) once more. The shift is not
published; these are the formulas that the open map libraries agree on, exact to a few metres. Outside China nothing is
shifted.
"""

from collections.abc import Callable
from math import atan2, cos, hypot, pi, radians, sin, sqrt

Point = tuple[float, float]  # latitude, longitude in degrees
CHINA = ((0.8293, 55.8271), (72.004, 137.8347))  # the box of the same libraries: latitudes, longitudes
AXIS, SQUARED_ECCENTRICITY = 6378245.0, 0.00669342162296594323  # of Krassowsky's ellipsoid
BAIDU = pi * 3000.0 / 180.0
ROUNDS = 6  # each leaves a thousandth of the error


def in_china(point: Point) -> bool:
    return all(least <= degrees <= most for degrees, (least, most) in zip(point, CHINA, strict=True))


def to_gcj02(point: Point) -> Point:
    return _shifted(point) if in_china(point) else point


def _shifted(point: Point) -> Point:
    lat, lon = point
    north, east = _shift(lon - 105.0, lat - 35.0)
    curved = 1 - SQUARED_ECCENTRICITY * sin(radians(lat)) ** 2
    metres_north = AXIS * (1 - SQUARED_ECCENTRICITY) / (curved * sqrt(curved))
    metres_east = AXIS / sqrt(curved) * cos(radians(lat))
    return lat + north * 180.0 / (metres_north * pi), lon + east * 180.0 / (metres_east * pi)


def _shift(x: float, y: float) -> Point:
    """Metres to the north and to the east."""
    ripple = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (ripple + _waves(y, 20.0, 40.0) + 160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y / 30.0 * pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (ripple + _waves(x, 20.0, 40.0) + 150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    return north, east


def _waves(along: float, short: float, long: float) -> float:
    return short * sin(along * pi) + long * sin(along / 3.0 * pi)


def from_gcj02(point: Point) -> Point:
    """By trial: shifted forth again, what is missing is made good."""
    if not in_china(point):
        return point
    lat, lon = point
    for _ in range(ROUNDS):
        shifted = _shifted((lat, lon))
        lat, lon = lat + point[0] - shifted[0], lon + point[1] - shifted[1]
    return lat, lon


def from_bd09(point: Point) -> Point:
    if not in_china(point):
        return point
    y, x = point[0] - 0.006, point[1] - 0.0065
    far = hypot(x, y) - 0.00002 * sin(y * BAIDU)
    angle = atan2(y, x) - 0.000003 * cos(x * BAIDU)
    return from_gcj02((far * sin(angle), far * cos(angle)))


def _as_it_is(point: Point) -> Point:
    return point


TO_WGS84: dict[str, Callable[[Point], Point]] = {"wgs84": _as_it_is, "gcj02": from_gcj02, "bd09": from_bd09}
