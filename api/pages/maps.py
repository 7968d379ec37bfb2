"""A ticket's grid as a drawing: its border, those of its neighbours, and the point the report gives.

Degrees of WGS 84 come in, pixels of a picture go out; nothing is asked of another host.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

import shapely
from shapely.geometry.base import BaseGeometry

from api.atlas import Chart
from api.geometry import METRES_A_DEGREE
from api.whereabouts import Grid

WIDTH, HEIGHT = 560.0, 320.0
MARGIN = 0.12  # of the grid's own extent, on each side
LEAST = 150.0  # metres across: a point alone still shows where it lies
BARS = (20, 50, 100, 200, 500, 1000, 2000, 5000)  # metres; the longest that takes no more than a third of the width
NAMED_FROM = 2000.0  # square pixels: a smaller piece of a neighbour carries no name

Box = tuple[float, float, float, float]  # west, south, east, north
Spot = tuple[float, float]  # longitude, latitude


@dataclass(frozen=True, slots=True)
class Outline:
    """`path`: of an SVG. `at`: where its name stands, None where there is no room for it."""

    path: str
    name: str
    at: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Map:
    """`spot` None: no point is known, or it lies outside the picture. `away`: metres from the grid's border to the
    point, 0 inside, None where one of the two is not known."""

    own: Outline | None
    around: Sequence[Outline]
    spot: tuple[float, float] | None
    away: int | None
    bar: int
    bar_width: float
    width: int = int(WIDTH)
    height: int = int(HEIGHT)


@dataclass(frozen=True, slots=True)
class Frame:
    """What of the world is in the picture; a degree of longitude is shorter than one of latitude."""

    box: Box

    @property
    def metres(self) -> float:
        """Across."""
        west, south, east, _ = self.box
        return (east - west) * METRES_A_DEGREE * cos(radians(south))

    def at(self, spot: Spot) -> tuple[float, float]:
        west, south, east, north = self.box
        x = (spot[0] - west) / (east - west) * WIDTH
        return round(x, 1), round((north - spot[1]) / (north - south) * HEIGHT, 1)

    def holds(self, spot: Spot) -> bool:
        west, south, east, north = self.box
        return west <= spot[0] <= east and south <= spot[1] <= north


def drawn(chart: Chart, code: str, street: str, community: str, lat: float | None, lon: float | None) -> Map | None:
    """None: no border is known there. Without a border of its own the grids around the point are shown, or those of
    its community."""
    spot = None if lat is None or lon is None else (lon, lat)
    own = next((at for at, grid in enumerate(chart.drawn) if grid.code == code), None)
    frame = _frame(chart, own, street, community, spot)
    if frame is None:
        return None
    around = [at for at in chart.index.within(frame.box) if at != own]
    if own is None and not around:
        return None
    shape = chart.index.shapes[own] if own is not None else None
    bar = _bar(frame)
    return Map(
        own=_outline(frame, chart.drawn[own], shape) if own is not None and shape is not None else None,
        around=[_outline(frame, chart.drawn[at], chart.index.shapes[at]) for at in around],
        spot=frame.at(spot) if spot and frame.holds(spot) else None,
        away=_away(shape, spot),
        bar=bar,
        bar_width=round(bar / frame.metres * WIDTH, 1),
    )


def _frame(chart: Chart, own: int | None, street: str, community: str, spot: Spot | None) -> Frame | None:
    if own is not None:
        return _around([chart.index.shapes[own]])
    if spot is not None:
        return _around([shapely.Point(spot)])
    codes = {grid.code for grid in chart.in_community.get((street, community), ())} if community else set()
    known = [shape for grid, shape in zip(chart.drawn, chart.index.shapes, strict=True) if grid.code in codes]
    return _around(known) if known else None


def _around(shapes: Iterable[BaseGeometry]) -> Frame:
    """All of them in the middle, nothing stretched."""
    west, south, east, north = shapely.total_bounds(list(shapes))
    lon, lat, shrink = (west + east) / 2, (south + north) / 2, cos(radians((south + north) / 2))
    grow = 1 + 2 * MARGIN
    least = LEAST / METRES_A_DEGREE
    high = max((north - south) * grow, (east - west) * shrink * grow * HEIGHT / WIDTH, least)
    wide = high * WIDTH / HEIGHT / shrink
    return Frame((lon - wide / 2, lat - high / 2, lon + wide / 2, lat + high / 2))


def _outline(frame: Frame, grid: Grid, shape: BaseGeometry) -> Outline:
    """Cut at the picture's edge; without what is smaller than a pixel."""
    west, _, east, _ = frame.box
    seen = shapely.clip_by_rect(shape, *frame.box).simplify((east - west) / WIDTH)
    pixels = [ring for part in shapely.get_parts(seen) if part.geom_type == "Polygon" for ring in _rings(frame, part)]
    path = " ".join(f"M{' '.join(f'{x:g},{y:g}' for x, y in ring)}Z" for ring in pixels)
    is_large = seen.area / _area(frame) * WIDTH * HEIGHT >= NAMED_FROM
    return Outline(path, grid.name, frame.at(_inside(seen)) if is_large else None)


def _rings(frame: Frame, part: BaseGeometry) -> Iterable[list[tuple[float, float]]]:
    for ring in (part.exterior, *part.interiors):
        yield [frame.at((float(lon), float(lat))) for lon, lat in shapely.get_coordinates(ring)[:-1]]


def _area(frame: Frame) -> float:
    west, south, east, north = frame.box
    return (east - west) * (north - south)


def _inside(shape: BaseGeometry) -> Spot:
    point = shapely.point_on_surface(shape)
    return float(point.x), float(point.y)


def _away(shape: BaseGeometry | None, spot: Spot | None) -> int | None:
    if shape is None or spot is None:
        return None
    near, _ = shapely.get_coordinates(shapely.shortest_line(shape, shapely.Point(spot)))
    east = float(near[0] - spot[0]) * cos(radians(spot[1]))
    return round(hypot(east, float(near[1] - spot[1])) * METRES_A_DEGREE)


def _bar(frame: Frame) -> int:
    return max((bar for bar in BARS if bar <= frame.metres / 3), default=BARS[0])
