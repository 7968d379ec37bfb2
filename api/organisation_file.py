"""An organisation as a YAML file says it: units, whom and what they serve, who is on duty, and the rules.

What is wrong is named with its line. Areas may be given by code or, where only one is so called, by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from api import rota
from api.marked_yaml import complaint
from api.rules import By
from nlp.catalogue import BadCatalogue, read_yaml

# 四个队 are patrol, enforcement, circle and inspection; a group is one of 三官一律
UnitKind = Literal["contractor", "station", "department", "patrol", "enforcement", "circle", "inspection", "group"]
KINDS: tuple[str, ...] = get_args(UnitKind)
CODE = r"^[^:\s\x00-\x1f\x7f][^:\x00-\x1f\x7f]{0,99}$"
GRIDS_OF_A_GROUP = (4, 5)  # the bulletin: one group to 4-5 base grids
POSTS_OF_A_GROUP = ("法官", "检察官", "民警", "律师")
Where = tuple[str | int, ...]
Wrong = Iterator[tuple[Where, str]]


class BadOrganisation(ValueError):
    """The file cannot be used; says file, line and reason."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, coerce_numbers_to_str=True)


def _listed(given: Any) -> Any:
    """One needs no list. YAML reads a bare 2026-10-01 as a date, and a code as a number."""
    return [str(one) for one in given] if isinstance(given, list) else [] if given is None else [str(given)]


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class When(Strict):
    days: Names = ()
    hours: str = ""

    @model_validator(mode="after")
    def _readable(self) -> "When":
        rota.read(self.days, self.hours)
        return self


class Member(Strict):
    post: str = Field(min_length=1, max_length=50)
    name: str = Field(min_length=1, max_length=100)
    staff: str = ""


class Duty(When):
    staff: str = Field(min_length=1)


class UnitRow(Strict):
    code: str = Field(pattern=CODE)
    name: str = Field(min_length=1, max_length=100)
    kind: UnitKind
    street: str = ""
    serves: Names = ()
    members: tuple[Member, ...] = ()
    roster: tuple[Duty, ...] = ()

    @model_validator(mode="after")
    def _a_whole_group(self) -> "UnitRow":
        if self.kind == "group":
            if len(self.serves) not in GRIDS_OF_A_GROUP:
                raise ValueError(f"a group serves 4 or 5 base grids, not {len(self.serves)}")
            if missing := set(POSTS_OF_A_GROUP) - {member.post for member in self.members}:
                raise ValueError(
                    f"a group has {'、'.join(sorted(POSTS_OF_A_GROUP))}; {'、'.join(sorted(missing))} missing"
                )
        return self


class Target(Strict):
    """Exactly one of them."""

    unit: str = ""
    staff: str = ""
    kind: str = ""
    on_duty: str = ""

    @model_validator(mode="after")
    def _one(self) -> "Target":
        if len(self.given) != 1:
            raise ValueError("exactly one of unit, staff, kind, on_duty")
        if self.kind and self.kind not in KINDS:
            raise ValueError(f"'{self.kind}' is none of {', '.join(KINDS)}")
        return self

    @property
    def given(self) -> dict[By, str]:
        every: dict[By, str] = {"unit": self.unit, "staff": self.staff, "kind": self.kind, "on_duty": self.on_duty}
        return {by: name for by, name in every.items() if name}


class RuleRow(Strict):
    name: str = Field(min_length=1, max_length=100)
    items: Names = ()
    areas: Names = ()
    when: tuple[When, ...] = ()
    urgent: bool | None = None
    to: Target
    joint: tuple[Target, ...] = ()


class Organisation(Strict):
    """`rules` None: the file does not speak of them."""

    units: tuple[UnitRow, ...] = ()
    rules: tuple[RuleRow, ...] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may name: areas (code -> (name, level)), items, and staff who handle."""

    areas: Mapping[str, tuple[str, str]]
    items: frozenset[str]
    handlers: frozenset[str]
    units: Mapping[str, str]  # code -> kind, of those that are there already

    def code_of(self, given: str) -> str:
        """Raises ValueError."""
        if given in self.areas:
            return given
        found = [code for code, (name, level) in self.areas.items() if name == given and level != "grid"]
        if len(found) != 1:
            raise ValueError(f"'{given}' is " + ("the name of several areas: give a code" if found else "no area"))
        return found[0]


def read(file: Path) -> tuple[Any, Organisation]:
    """(the root as ruamel read it, what it says). Raises BadOrganisation."""
    try:
        root = read_yaml(file)
    except BadCatalogue as error:
        raise BadOrganisation(str(error)) from None
    try:
        return root, Organisation.model_validate(root)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadOrganisation(complaint(file, root, first["loc"], first["msg"])) from None


def mistakes(said: Organisation, known: Known) -> Wrong:
    """(where, what) of everything that names what is not there. A rule that names it all may still find nobody in some
    place or hour: that is told by `organisation check`, and on the tickets."""
    units = {**known.units, **{unit.code: unit.kind for unit in said.units}}
    yield from _twins("units", "code", [unit.code for unit in said.units])
    yield from _twins("rules", "name", [rule.name for rule in said.rules or ()])
    for row, unit in enumerate(said.units):
        yield from ((("units", row, *at), what) for at, what in _of_unit(unit, known))
    for row, rule in enumerate(said.rules or ()):
        yield from ((("rules", row, *at), what) for at, what in of_rule(rule, known, units))


def _twins(section: str, key: str, names: list[str]) -> Wrong:
    for row, name in enumerate(names):
        if name in names[:row]:
            yield (section, row, key), f"'{name}' is there twice"


def _of_unit(unit: UnitRow, known: Known) -> Wrong:
    if unit.street and _level(unit.street, known) != "street":
        yield ("street",), f"'{unit.street}' is no street"
    yield from _areas("serves", unit.serves, known)
    if unit.kind == "group" and (wrong := [area for area in unit.serves if _level(area, known) != "grid"]):
        yield ("serves",), f"'{wrong[0]}' is no base grid"
    for row, duty in enumerate(unit.roster):
        if duty.staff not in known.handlers:
            yield ("roster", row, "staff"), f"'{duty.staff}' is no handler who works here"


def of_rule(rule: RuleRow, known: Known, units: Mapping[str, str]) -> Wrong:
    """(where in the rule, what) of what it names that is not there."""
    yield from _areas("areas", rule.areas, known)
    for row, item in enumerate(rule.items):
        if item not in known.items:
            yield ("items", row), f"'{item}' is no item, category or kind of a public matter"
    for at, target in (("to",), rule.to), *((("joint", row), one) for row, one in enumerate(rule.joint)):
        [(by, name)] = target.given.items()
        there = {"unit": name in units, "staff": name in known.handlers, "kind": True}
        if not there.get(by, name in units or name in KINDS):
            yield (*at, by), f"'{name}' is not there"


def _areas(field: str, given: Names, known: Known) -> Wrong:
    for row, area in enumerate(given):
        try:
            known.code_of(area)
        except ValueError as error:
            yield (field, row), str(error)


def _level(given: str, known: Known) -> str:
    try:
        return known.areas[known.code_of(given)][1]
    except ValueError:
        return ""
