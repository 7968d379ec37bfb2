"""data/intake.yaml -> frozen models: what each source calls its fields, and what we make of them.

A bad file is refused with its line, the key and the reason."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from api.intake.sources import SOURCES
from api.marked_yaml import complaint
from nlp.catalogue import BadCatalogue, read_yaml

DEFAULT_FILE = Path(__file__).parent.parent / "data" / "intake.yaml"
FORMATS = ("iso", "epoch_s", "epoch_ms")  # or what `strptime` takes


class BadMap(Exception):
    """The map cannot be used; says file, line, key and reason."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Frozen):
    names: tuple[str, ...] = Field(min_length=1)
    most: int = Field(default=200, gt=0, le=4000)
    required: bool = False

    @property
    def name(self) -> str:
        """What it is called in complaints, and in JSON."""
        return self.names[0]


class Id(Named):
    most: int = Field(default=100, gt=0, le=100)  # people's addresses are no longer either


class Piece(Named):
    says: str = ""


class Moment(Named):
    formats: tuple[str, ...] = Field(min_length=1)
    zone: str = Field(pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$")

    @field_validator("formats")
    @classmethod
    def _usable(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in formats:
            if pattern not in FORMATS:
                datetime.strptime(datetime(2026, 11, 23, tzinfo=UTC).strftime(pattern), pattern)  # noqa: DTZ007
                if "%Y" not in pattern or "%d" not in pattern:
                    raise ValueError(f"'{pattern}' names no day: {', '.join(FORMATS)} or as strptime takes it")
        return formats


class Position(Frozen):
    lat: Named
    lon: Named
    system: Literal["wgs84", "gcj02", "bd09"]


class Flag(Named):
    values: tuple[str, ...] = Field(min_length=1)


class Codes(Named):
    labels: dict[str, str] = Field(min_length=1)
    confirmed: bool = False


class SourceMap(Frozen):
    name: str = Field(min_length=1)
    id: Id
    text: tuple[Piece, ...] = Field(min_length=1)
    place: tuple[Named, ...] = ()
    reported_at: Moment | None = None
    position: Position | None = None
    urgent: Flag | None = None
    reporter: Named | None = None
    category: Codes | None = None

    def fields(self) -> Iterator[tuple[str, Named]]:
        """(what it is to us, theirs), all of them."""
        yield "id", self.id
        yield from (("text", piece) for piece in self.text)
        yield from (("place", piece) for piece in self.place)
        if self.position:
            yield from (("lat", self.position.lat), ("lon", self.position.lon))
        singles: dict[str, Named | None] = {
            "reported_at": self.reported_at,
            "urgent": self.urgent,
            "reporter": self.reporter,
            "category": self.category,
        }
        yield from ((ours, field) for ours, field in singles.items() if field)

    @model_validator(mode="after")
    def _no_name_twice(self) -> "SourceMap":
        names = [name for _, field in self.fields() for name in field.names]
        if twins := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"named twice: {', '.join(twins)}")
        return self

    @model_validator(mode="after")
    def _has_words(self) -> "SourceMap":
        if not any(piece.required for piece in self.text):
            raise ValueError("no piece of the text is required")
        return self


class Maps(Frozen):
    assumed: bool
    sources: dict[str, SourceMap]


@cache
def shipped(labels: frozenset[str] | None) -> Maps:
    """Those of the package, read once in a process."""
    return load_maps(labels)


def load_maps(labels: Collection[str] | None = None, file: Path = DEFAULT_FILE) -> Maps:
    """`labels`: those a ticket may carry, where they are known. Raises BadMap."""
    try:
        root = read_yaml(file)
    except BadCatalogue as error:
        raise BadMap(str(error)) from None
    try:
        maps = Maps.model_validate(root)
    except ValidationError as error:
        first = error.errors()[0]
        raise _bad(file, root, first["loc"], first["msg"]) from None
    _refuse_unknown(file, root, maps, labels)
    return maps


def _refuse_unknown(file: Path, root: Any, maps: Maps, labels: Collection[str] | None) -> None:
    if wrong := sorted(set(maps.sources) ^ set(SOURCES)):
        raise _bad(file, root, ("sources",), f"{', '.join(wrong)}: there are {', '.join(SOURCES)}, each once")
    for source, its in maps.sources.items():
        for code, label in (its.category.labels if its.category else {}).items():
            if labels is not None and label not in labels:
                where = ("sources", source, "category", "labels", code)
                raise _bad(file, root, where, f"the catalogue has no '{label}' for tickets")


def _bad(file: Path, node: Any, loc: Collection[int | str], reason: str) -> BadMap:
    return BadMap(complaint(file, node, loc, reason))
