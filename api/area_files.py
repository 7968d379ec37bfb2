"""Files of streets, communities and grids, CSV or GeoJSON, into rows: whatever is wrong is named by its place."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api import geometry
from api.geometry import BadShape
from api.schemas import UNTYPABLE

NEEDED = ("street", "streetCode", "community", "code")
OF_GRIDS = ("grid", "gridCode", "kind", "households")
COLUMNS = (*NEEDED, *OF_GRIDS)
POLYGON = "polygon"
KINDS = ("综合", "专属")
GEOJSON = (".geojson", ".json")
CODES = {  # of GB/T 10114 and its kin: each level adds its own digits
    "streetCode": re.compile(r"[0-9]{9}"), "code": re.compile(r"[0-9]{12}"), "gridCode": re.compile(r"[0-9]{14,17}"),
}  # fmt: skip
HOUSEHOLDS = re.compile(r"[0-9]{1,6}")
MOST_BYTES = 100 * 1024 * 1024
MOST_LETTERS = 100  # of a name or a code
LARGEST_CELL = 5_000_000  # letters of WKT
EXACT = 2.0**53  # a JSON number with a point holds no larger code
WGS84 = re.compile(r"(CRS84|EPSG:+(4326|4490))$")  # 4490: CGCS2000, the same within a metre


class BadGrids(Exception):
    """A file of areas that cannot be used; says the line or the feature, and the reason."""


@dataclass(frozen=True, slots=True)
class Row:
    """`polygon`: WKT, "" where the file says that there is none, None where it does not speak of it."""

    at: str
    street: str
    street_code: str
    community: str
    code: str
    grid: str = ""
    grid_code: str = ""
    kind: str = ""
    households: int | None = None
    polygon: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """`total`: about how many rows there will be."""

    rows: Iterator[Row]
    total: int


def open_rows(file: Path) -> Source:
    """Raises BadGrids, also while the rows are read."""
    if file.stat().st_size > MOST_BYTES:
        raise BadGrids(f"{file}: larger than {MOST_BYTES // 1024**2} MB")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        what = "GeoJSON" if file.suffix.lower() in GEOJSON else "CSV"
        raise BadGrids(f"{file}: not a {what} in UTF-8 ({error})") from None
    if file.suffix.lower() in GEOJSON:
        features = _features(file, text)
        return Source(_of_geojson(file, features), len(features))
    return Source(_of_csv(file, text), text.count("\n"))


def _of_csv(file: Path, text: str) -> Iterator[Row]:
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        columns = reader.fieldnames or ()
        if missing := [name for name in NEEDED if name not in columns]:
            raise BadGrids(f"{file}, line 1: columns missing: {', '.join(missing)}")
        for cells in reader:
            at = f"{file}, line {reader.line_num}"
            if any(cells.get(None) or ()):  # what has no column
                raise BadGrids(f"{at}: more cells than columns; a polygon stands in quotes")
            words = {name: cells.get(name) or "" for name in COLUMNS}
            yield _row(at, words, _wkt_of(at, cells[POLYGON] or "") if POLYGON in columns else None)
    except csv.Error as error:
        raise BadGrids(f"{file}, after line {reader.line_num}: not a CSV ({error})") from None


def _wkt_of(at: str, text: str) -> str:
    try:
        return geometry.as_wkt(geometry.from_wkt(text)) if text.strip() else ""
    except BadShape as error:
        raise BadGrids(f"{at}: {error}") from None


def _features(file: Path, text: str) -> list[Any]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadGrids(f"{file}: not a GeoJSON ({error})") from None
    features = given.get("features") if isinstance(given, dict) else None
    if not isinstance(features, list) or given.get("type") != "FeatureCollection":
        raise BadGrids(f"{file}: no FeatureCollection")
    if not _is_wgs84(given.get("crs")):
        raise BadGrids(f"{file}: its crs is not WGS 84")
    return features


def _is_wgs84(crs: Any) -> bool:
    """None, as RFC 7946 has it, or one of the names that programs still write."""
    named = crs.get("properties") if isinstance(crs, dict) else None
    return crs is None or (isinstance(named, dict) and bool(WGS84.search(str(named.get("name")))))


def _of_geojson(file: Path, features: list[Any]) -> Iterator[Row]:
    for number, feature in enumerate(features, 1):
        at = f"{file}, feature {number}"
        if not (isinstance(feature, dict) and feature.get("type") == "Feature"):
            raise BadGrids(f"{at}: no Feature")
        properties = feature.get("properties")
        if not isinstance(properties, dict):
            raise BadGrids(f"{at}: no properties")
        words = {name: _cell(at, name, properties.get(name)) for name in COLUMNS}
        yield _row(at, words, _wkt_of_feature(at, feature.get("geometry")))


def _cell(at: str, name: str, value: Any) -> str:
    """Programs write codes and households as numbers."""
    match value:
        case None:
            return ""
        case str():
            return value
        case int() if not isinstance(value, bool):
            return str(value)
        case float() if value.is_integer() and abs(value) < EXACT:
            return str(int(value))
        case _:
            raise BadGrids(f"{at}: '{name}' is neither a text nor a whole number")


def _wkt_of_feature(at: str, shape: Any) -> str:
    try:
        return "" if shape is None else geometry.as_wkt(geometry.from_geojson(shape))
    except BadShape as error:
        raise BadGrids(f"{at}: {error}") from None


def _row(at: str, words: Mapping[str, str], polygon: str | None) -> Row:
    given = {name: word.strip() for name, word in words.items()}
    if reason := next(_wrong(given, polygon), ""):
        raise BadGrids(f"{at}: {reason}")
    return Row(
        at, given["street"], given["streetCode"], _short(given["community"]), given["code"],
        given["grid"], given["gridCode"], given["kind"], int(given["households"]) if given["households"] else None,
        polygon,
    )  # fmt: skip


def _wrong(given: Mapping[str, str], polygon: str | None) -> Iterator[str]:
    yield from (f"'{name}' is empty" for name in NEEDED if not given[name])
    yield from (f"'{name}' is longer than {MOST_LETTERS}" for name, cell in given.items() if len(cell) > MOST_LETTERS)
    if any(UNTYPABLE.search(cell) or "\n" in cell or "\r" in cell for cell in given.values()):
        yield "a control character"
    if not given["code"].startswith(given["streetCode"]):
        yield f"code {given['code']} does not lie in street {given['streetCode']}"
    if given["grid"] and (not given["gridCode"] or given["kind"] not in KINDS):
        yield "a grid needs a gridCode and a kind (综合 or 专属)"
    if not given["grid"] and (given["gridCode"] or polygon):
        yield "a gridCode or a polygon without the name of a grid"
    if given["grid"] and not given["gridCode"].startswith(given["code"]):
        yield f"gridCode {given['gridCode']} does not lie in community {given['code']}"
    for name, pattern in CODES.items():
        if given[name] and not pattern.fullmatch(given[name]):
            yield f"{name} '{given[name]}' is no code: a street has 9 digits, a community 12, a grid 14 to 17"
    if given["households"] and not HOUSEHOLDS.fullmatch(given["households"]):
        yield f"households '{given['households']}' is not a number"


def _short(community: str) -> str:
    """As people say it: without the committee."""
    return community.removesuffix("委会") if community.endswith("村委会") else community.removesuffix("居委会")
