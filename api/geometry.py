"""Borders of grids: what is a usable one, which overlap, and which holds a point. No I/O; shapely does the sums.

Degrees of WGS 84, longitude first as in WKT and GeoJSON.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

DIGITS = 7  # of a degree: a centimetre
METRES_A_DEGREE = 111_195.0  # on the sphere; exact to half a percent
# The district and 100 km around it. Elsewhere it is a slip: metres for degrees, or the two exchanged.
NEAR = ((119.5, 121.8), (30.3, 32.4))
LEAST = 100.0  # m²: less is no grid
# m²: neighbours drawn one by one miss each other by a decimetre, over 250 m of border
MAY_OVERLAP = 25.0
KINDS = ("Polygon", "MultiPolygon")


class BadShape(Exception):
    """A polygon that cannot be a grid's; says why."""


def from_wkt(text: str) -> BaseGeometry:
    """Raises BadShape."""
    try:
        with np.errstate(invalid="ignore"):
            return checked(shapely.from_wkt(text))
    except shapely.errors.ShapelyError as error:
        raise BadShape(f"the polygon is no WKT ({error})") from None


def from_geojson(geometry: Any) -> BaseGeometry:
    """Raises BadShape."""
    try:
        return checked(shapely.from_geojson(json.dumps(geometry)))
    except (shapely.errors.ShapelyError, RecursionError) as error:
        raise BadShape(f"the geometry is no GeoJSON ({error})") from None


def checked(shape: BaseGeometry) -> BaseGeometry:
    """Flat, to the centimetre. Raises BadShape."""
    if shape.geom_type not in KINDS or shape.is_empty:
        raise BadShape(f"{shape.geom_type} is no Polygon or MultiPolygon, or it is empty")
    _near(shapely.get_coordinates(shape))
    flat = shapely.transform(shapely.force_2d(shape), lambda degrees: np.round(degrees, DIGITS))
    if not flat.is_valid:
        raise BadShape(f"the polygon is not simple: {shapely.is_valid_reason(flat)}")
    if square_metres(flat) < LEAST:
        raise BadShape(f"the polygon has {square_metres(flat):.0f} m², less than {LEAST:.0f}")
    return flat


def _near(points: np.ndarray[Any, Any]) -> None:
    for axis, (least, most) in enumerate(NEAR):
        outside = points[~((points[:, axis] >= least) & (points[:, axis] <= most))]  # NaN is outside too
        if len(outside):
            lon, lat = (float(degrees) for degrees in outside[0])
            raise BadShape(f"longitude {lon:g}, latitude {lat:g}: not WGS 84 degrees in or near the district")


def as_wkt(shape: BaseGeometry) -> str:
    return str(shapely.to_wkt(shape, rounding_precision=DIGITS))


def square_metres(shape: BaseGeometry) -> float:
    lat = shape.bounds[1]
    return float(shape.area) * METRES_A_DEGREE**2 * cos(radians(lat))


def overlaps(shapes: Sequence[BaseGeometry]) -> Iterator[tuple[int, int, float]]:
    """(one, other, m²) of each pair that has more than MAY_OVERLAP in common."""
    drawn = np.array(shapes, dtype=object)
    ones, others = shapely.STRtree(drawn).query(drawn, predicate="intersects")
    for one, other in zip(ones.tolist(), others.tolist(), strict=True):
        if one < other:
            common = shapely.intersection(shapes[one], shapes[other])
            if not common.is_empty and (area := square_metres(common)) > MAY_OVERLAP:
                yield one, other, area


@dataclass(frozen=True)
class Index:
    """Which of these holds a point; of two that share a border, or nearly so, the first one."""

    shapes: Sequence[BaseGeometry]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)

    def at(self, lat: float, lon: float) -> int | None:
        found = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        return int(found.min()) if len(found) else None

    def within(self, box: tuple[float, float, float, float]) -> list[int]:
        """Those that have something in it: west, south, east, north."""
        return sorted(int(at) for at in self._tree.query(shapely.box(*box), predicate="intersects"))

    @cached_property
    def centres(self) -> list[tuple[float, float]]:
        """(latitude, longitude) of a point well inside each, to the ten metres: for who need not know it better."""
        points = shapely.get_coordinates(shapely.point_on_surface(list(self.shapes)))
        return [(round(float(lat), 4), round(float(lon), 4)) for lon, lat in points]


def stored(texts: Sequence[str]) -> list[BaseGeometry]:
    """WKT that was checked when it was stored."""
    return list(shapely.from_wkt(texts))
