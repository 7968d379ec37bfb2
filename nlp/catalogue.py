"""intents.yaml -> frozen models: the only list of what a message can be about.

A bad file is refused with its line and the reason."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

DEFAULT_FILE = Path(__file__).parent.parent / "intents.yaml"


class BadCatalogue(Exception):
    """`intents.yaml`, or a file it names, cannot be used; says file, line and reason."""


class Kind(StrEnum):
    ITEM = "item"
    REFERRAL = "referral"
    LEGAL = "legal"
    ACT = "act"
    OTHER = "other"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limit(Frozen):
    """A promise in time. Without a `source` it is our own figure and stays `assumed`."""

    value: int = Field(gt=0, le=1000)
    unit: Literal["minute", "working_hour", "working_day", "day"]
    source: str = ""
    assumed: bool = True


class Limits(Frozen):
    filing: Limit
    dispatch: Limit
    handling: Limit
    verification: Limit


class Asks(Frozen):
    photo: bool = False
    exact_place: bool = False


class Fact(Frozen):
    """What an adviser has to know of a matter, asked of the resident in the words of `asks`; `name` stands beside the
    answer. 不清楚 is an answer to any of them."""

    key: str = Field(pattern=r"^[a-z][a-z_]*$")
    name: str = Field(min_length=1, max_length=20)
    asks: str = Field(min_length=1, max_length=60)
    kind: Literal["yes_no", "choice", "date", "text"]
    choices: tuple[str, ...] = Field((), max_length=5)

    @model_validator(mode="after")
    def _choices(self) -> "Fact":
        if (self.kind == "choice") is not bool(self.choices):
            raise ValueError("choices belong to a choice, and only there")
        return self


class Entry(Frozen):
    """One thing a message can be about. `label` is what tickets store: `street_light`, `legal:tenancy`, `act:greet`."""

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    kind: Kind
    name: str = Field(min_length=1)
    brief: str = ""
    covers: str = ""
    excludes: str = ""
    department: str = ""
    codes: tuple[str, ...] = ()
    category: str = ""
    limits: Limits | None = None
    auto_dispatch: bool = False
    hazard: bool = False
    asks: Asks = Asks()
    facts: tuple[Fact, ...] = Field((), max_length=3)
    keywords: tuple[str, ...] = ()
    utterances: tuple[str, ...] = Field(min_length=6)

    @property
    def label(self) -> str:
        return f"{self.kind}:{self.id}" if self.kind in (Kind.LEGAL, Kind.ACT) else self.id


class Category(Frozen):
    id: str
    name: str = Field(min_length=1)
    source: str = ""


class Sign(Frozen):
    """A danger to life: any of `words` alone, or all of one group of `needs` together, in one clause.

    A group of `hints` (each a choice: "河|湖|池塘") proves nothing alone: it lowers what the model must feel. What fits
    one of the patterns `outright` is an alarm whatever the model feels, unless something calms it."""

    id: str
    name: str
    numbers: tuple[str, ...] = Field(min_length=1)
    words: tuple[str, ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    hints: tuple[tuple[str, ...], ...] = ()
    outright: tuple[str, ...] = ()

    @field_validator("outright")
    @classmethod
    def _are_patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        try:
            re.compile("|".join(patterns))
        except re.error as error:
            raise ValueError(f"not a pattern: {error}") from None
        return patterns


class Urgent(Frozen):
    """`calm` quiets its own clause and those after it; `over` the whole message; `now` wakes a clause up again."""

    signs: tuple[Sign, ...] = Field(min_length=1)
    calm: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    now: tuple[str, ...] = ()


class Signed(Frozen):
    """What holds for a matter of these legal topics whose words show one of `signs` and none of `but`; how they are
    read stands in `time_limits`."""

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    topics: tuple[str, ...] = Field(min_length=1)
    signs: tuple[str, ...] = Field(min_length=1)
    but: tuple[str, ...] = ()


class TimeLimit(Signed):
    """A time within which the law wants something done, or before which it cannot be done."""

    what: str = Field(min_length=1)
    time: str = Field(min_length=1)
    since: str = Field(min_length=1)
    statute: str = Field(min_length=1)
    article: str = Field(pattern=r"^第.+条(、第.+条)*$")


class Alert(Signed):
    """What is said before anything else, and whom to ring."""

    numbers: tuple[str, ...] = Field(min_length=1)
    tells: str = Field(min_length=1)


class Catalogue(Frozen):
    categories: tuple[Category, ...]
    entries: tuple[Entry, ...]
    urgent: Urgent
    urgent_limits: Limits
    time_limits: tuple[TimeLimit, ...] = ()
    legal_alerts: tuple[Alert, ...] = ()
    utterance_files: tuple[str, ...] = ()  # relative to intents.yaml; read by `lessons`

    @cached_property
    def by_label(self) -> dict[str, Entry]:
        return {entry.label: entry for entry in self.entries}

    @cached_property
    def category_names(self) -> dict[str, str]:
        return {category.id: category.name for category in self.categories}

    def of_kind(self, kind: Kind) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind is kind]


SECTIONS: dict[str, Kind] = {
    "items": Kind.ITEM,
    "referrals": Kind.REFERRAL,
    "legal_topics": Kind.LEGAL,
    "acts": Kind.ACT,
    "others": Kind.OTHER,
}
SIGNED = ("time_limits", "legal_alerts")


def load_catalogue(file: Path = DEFAULT_FILE) -> Catalogue:
    """Raises BadCatalogue."""
    root = read_yaml(file)
    _refuse_wrong_shapes(file, root)
    limits = root.get("limits", {})
    try:
        entries = tuple(_entries(file, root, limits))
        _refuse_twins(file, root, entries)
        return Catalogue(
            categories=root.get("categories", ()),
            entries=entries,
            time_limits=root.get("time_limits") or (),
            legal_alerts=root.get("legal_alerts") or (),
            urgent=root.get("urgent") or {},
            utterance_files=root.get("utterance_files") or (),
            urgent_limits=limits.get("urgent", {}),
        )
    except ValidationError as error:
        raise BadCatalogue(_explain(file, root, error)) from None


def _entries(file: Path, root: Any, limits: Any) -> Iterator[Entry]:
    for section, kind in SECTIONS.items():
        for row in root.get(section) or ():
            yield _entry(file, row, kind, limits)


def _entry(file: Path, row: Any, kind: Kind, limits: Any) -> Entry:
    if not isinstance(row, dict):
        raise BadCatalogue(f"{file}: an entry of the {kind} list is not a mapping")
    own = dict(row) | {"kind": kind}
    if kind.value in limits:
        own["limits"] = dict(limits[kind.value]) | dict(own.get("limits") or {})
    try:
        return Entry.model_validate(own)
    except ValidationError as error:
        raise BadCatalogue(_explain(file, row, error)) from None


def read_yaml(file: Path) -> Any:
    """A mapping that remembers its lines. Raises BadCatalogue."""
    try:
        root = YAML(typ="rt").load(file.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadCatalogue(f"{file}, line {line}: {error.problem}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadCatalogue(f"{file}: cannot be read ({error})") from None
    if not isinstance(root, dict):
        raise BadCatalogue(f"{file}, line 1: a mapping is expected")
    return root


def _refuse_wrong_shapes(file: Path, root: Any) -> None:
    shapes = dict.fromkeys((*SECTIONS, *SIGNED, "categories", "utterance_files"), list)
    for key, shape in (shapes | {"limits": dict, "urgent": dict}).items():
        if key in root and not isinstance(root[key], shape):
            raise BadCatalogue(f"{file}, line {root.lc.key(key)[0] + 1}: {key}: a {shape.__name__} is expected")


def _refuse_twins(file: Path, root: Any, entries: tuple[Entry, ...]) -> None:
    labels = [entry.label for entry in entries]
    if twins := sorted({label for label in labels if labels.count(label) > 1}):
        raise BadCatalogue(f"{file}: named twice: {', '.join(twins)}")
    known = {row.get("id") for row in root.get("categories") or ()}
    for entry in entries:
        if entry.kind is Kind.ITEM and entry.category not in known:
            raise BadCatalogue(f"{file}: item {entry.id} names the unknown category '{entry.category}'")
    topics = {entry.id for entry in entries if entry.kind is Kind.LEGAL}
    for section in SIGNED:
        _refuse_unknown_topics(file, root, section, topics)


def _refuse_unknown_topics(file: Path, root: Any, section: str, topics: set[str]) -> None:
    rows: list[Any] = [row for row in root.get(section) or () if isinstance(row, dict)]
    ids = [row.get("id") for row in rows]
    for row in rows:
        if ids.count(row.get("id")) > 1:
            raise BadCatalogue(f"{file}, line {row.lc.line + 1}: {section}: named twice: {row.get('id')}")
        if unknown := {*(row.get("topics") or ())} - topics:
            raise BadCatalogue(f"{file}, line {row.lc.line + 1}: {section}: unknown topics: {', '.join(unknown)}")


def _explain(file: Path, node: Any, error: ValidationError) -> str:
    """The first complaint of pydantic, with the line that ruamel remembers for it."""
    first = error.errors()[0]
    line = node.lc.line + 1 if hasattr(node, "lc") else 1
    for key in first["loc"]:
        marks = getattr(node, "lc", None)
        try:
            line = (marks.key(key) if isinstance(node, dict) else marks.item(key))[0] + 1  # type: ignore[union-attr]
            node = node[key]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    where = ".".join(str(key) for key in first["loc"])
    return f"{file}, line {line}: {where}: {first['msg']}"
