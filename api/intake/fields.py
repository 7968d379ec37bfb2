"""What a source sent, read by its map: theirs -> ours, or every complaint at once. Pure: no clock, no database."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from api.errors import Malformed
from api.intake.maps import Codes, Flag, Moment, Named, Piece, Position, SourceMap
from api.intake.moments import read_moment
from api.positions import TO_WGS84
from api.schemas import VISIBLE, plain

ID = re.compile(rf"{VISIBLE}+")
ROUNDED = re.compile(r"\d+(\.\d+)?[Ee]\+\d+")  # what a spreadsheet makes of a long number: no id any more
MOST_WORDS, MOST_PLACE = 4000, 300  # as in schemas.Report
CHINA = ((3.0, 54.0), (73.0, 136.0))  # latitudes, longitudes: elsewhere it is a slip, e.g. the two exchanged
Words = dict[str, str]  # by the field's own name


@dataclass(frozen=True, slots=True)
class Given:
    """A report as its source gave it. `reporter` is still the source's own key: it may be a telephone."""

    id: str
    text: str
    place: str = ""
    reported_at: datetime | None = None
    lat: float | None = None
    lon: float | None = None
    urgent: bool = False
    reporter: str = ""
    label: str | None = None
    confirmed: bool = False

    @property
    def digest(self) -> str:
        """The same for the same report: what the map does not name does not make another one of it."""
        return hashlib.sha256(json.dumps(asdict(self), default=str, sort_keys=True).encode()).hexdigest()


def read(its: SourceMap, sent: Mapping[str, Any]) -> Given:
    """Raises Malformed: `errors` has a row {at, is} for each field that cannot be used, by the source's own name."""
    words, wrong = _words(its, sent)
    given = _given(its, words, wrong)
    if wrong:
        raise Malformed(errors=[{"at": at, "is": reason} for at, reason in wrong.items()])
    return given


def _given(its: SourceMap, words: Words, wrong: Words) -> Given:
    lat, lon = _position(its.position, words, wrong)
    text, place = _text(its.text, words), "".join(words.get(piece.name, "") for piece in its.place)
    _measure(its, text, place, wrong)
    return Given(
        id=_id(its.id, words, wrong),
        text=text,
        place=place,
        reported_at=_moment(its.reported_at, words, wrong),
        lat=lat,
        lon=lon,
        urgent=_raised(its.urgent, words),
        reporter=words.get(its.reporter.name, "") if its.reporter else "",
        label=_label(its.category, words),
        confirmed=bool(its.category and its.category.confirmed and _label(its.category, words)),
    )


def _words(its: SourceMap, sent: Mapping[str, Any]) -> tuple[Words, Words]:
    """(what was given, what cannot be read), by the fields' own names."""
    words: Words = {}
    wrong: Words = {}
    needed = {its.id.name}
    for _, field in its.fields():
        try:
            words[field.name] = _one(field, sent)
        except ValueError as reason:
            wrong[field.name] = str(reason)
            continue
        if not words[field.name] and (field.required or field.name in needed):
            wrong[field.name] = "missing"
    return words, wrong


def _one(field: Named, sent: Mapping[str, Any]) -> str:
    """The field's value under whichever of its names; "" if none was given."""
    given = {text for name in field.names if (text := _as_text(sent.get(name)))}
    if len(given) > 1:
        raise ValueError("given_twice")
    text = given.pop() if given else ""
    if len(text) > field.most:
        raise ValueError("too_long")
    return text


def _as_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return str(plain(value)).strip()
        case int():
            return str(value)
        case float() if isfinite(value):
            return str(int(value)) if value.is_integer() else repr(value)
        case _:
            raise ValueError("not_a_word")


def _id(field: Named, words: Words, wrong: Words) -> str:
    text = words.get(field.name, "")
    if text and ROUNDED.fullmatch(text):
        wrong[field.name] = "rounded_by_a_spreadsheet"
    elif text and not ID.fullmatch(text):
        wrong[field.name] = "not_an_id"
    return text


def _text(pieces: Sequence[Piece], words: Words) -> str:
    """In order; a piece that another one holds already adds nothing."""
    said = [(piece.says, text) for piece in pieces if (text := words.get(piece.name, ""))]
    return "\n".join(
        f"{says}：{text}" if says else text
        for at, (says, text) in enumerate(said)
        if not _is_held(at, [t for _, t in said])
    )


def _is_held(at: int, texts: Sequence[str]) -> bool:
    """By another one; of two that are equal the first stays."""
    others = (text for i, text in enumerate(texts) if i != at and (text != texts[at] or i < at))
    return any(texts[at] in other for other in others)


def _measure(its: SourceMap, text: str, place: str, wrong: Words) -> None:
    """The pieces may each be short enough and all of them together too long."""
    if len(text) > MOST_WORDS:
        wrong[its.text[0].name] = "too_long"
    if its.place and len(place) > MOST_PLACE:
        wrong[its.place[0].name] = "too_long"


def _moment(field: Moment | None, words: Words, wrong: Words) -> datetime | None:
    written = words.get(field.name, "") if field else ""
    if not field or not written:
        return None
    found = read_moment(written, field.formats, field.zone)
    if found is None:
        wrong[field.name] = "not_a_time"
    return found


def _position(field: Position | None, words: Words, wrong: Words) -> tuple[float | None, float | None]:
    """In WGS 84. Nothing, and 0/0, which devices send that do not know, is no position; half of one is wrong."""
    if not field or {field.lat.name, field.lon.name} & wrong.keys():
        return None, None
    written = (words[field.lat.name], words[field.lon.name])
    if written == ("", ""):
        return None, None
    try:
        lat, lon = float(written[0]), float(written[1])
    except ValueError:
        lat, lon = float("nan"), float("nan")
    if lat == lon == 0:
        return None, None
    if not all(least <= of <= most for of, (least, most) in zip((lat, lon), CHINA, strict=True)):
        wrong[field.lat.name] = "not_a_position"
        return None, None
    lat, lon = TO_WGS84[field.system]((lat, lon))
    return round(lat, 6), round(lon, 6)


def _raised(field: Flag | None, words: Words) -> bool:
    return field is not None and words.get(field.name, "").casefold() in {value.casefold() for value in field.values}


def _label(field: Codes | None, words: Words) -> str | None:
    return field.labels.get(words.get(field.name, "")) if field else None
