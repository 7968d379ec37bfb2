"""Who a matter goes to: rules read from the top, the first that holds and can apply. Pure.

A rule whose turn it was and that could not apply is told with its reason, and the next is read: nobody is passed over
in silence, and nothing stays without an owner, for what no rule takes waits with triage."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.deadlines import Calendar
from api.rota import Times, holds

By = Literal["unit", "staff", "kind", "on_duty"]
WHY = ("no_such_unit", "no_such_staff", "no_place", "no_unit_here", "nobody_on_duty")


@dataclass(frozen=True, slots=True)
class Target:
    """`unit` and `staff` are named; `kind`: the unit of this kind that serves the place; `on_duty`: who is on duty for
    the unit of this code or kind."""

    by: By
    name: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What is empty (or None) holds for everything. `items`: labels, categories or kinds; `areas`: codes of any level.
    `to` leads (主办), `joint` works with it (协办)."""

    name: str
    to: Target
    items: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    times: tuple[Times, ...] = ()
    urgent: bool | None = None
    joint: tuple[Target, ...] = ()

    def is_for(self, matter: "Matter", calendar: Calendar) -> bool:
        return (
            (not self.items or not self.items.isdisjoint(matter.items))
            and (not self.areas or not self.areas.isdisjoint(matter.areas))
            and self.urgent in (None, matter.urgent)
            and holds(self.times, matter.at, calendar)
        )


LAST = Rule("街道的承包单位", Target("kind", "contractor"))  # the bulletin: streets tender the items to a company


@dataclass(frozen=True, slots=True)
class Matter:
    """`items`: its label, category and kind. `areas`: the codes of grid, community and street, the nearest first, as
    far as they are known."""

    items: frozenset[str]
    areas: tuple[str, ...]
    urgent: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Organisation:
    """`serving`: by area code, "" for the whole district, the units that serve it. `shifts`: by unit."""

    kinds: Mapping[str, str]
    serving: Mapping[str, Sequence[str]]
    handlers: frozenset[str]
    shifts: Mapping[str, Sequence[tuple[str, Sequence[Times]]]]
    rules: Sequence[Rule]

    def of_kind(self, kind: str, areas: Sequence[str]) -> str:
        """The unit of this kind nearest to the place, "" if none serves it."""
        near = (code for area in (*areas, "") for code in self.serving.get(area, ()))
        return next((code for code in near if self.kinds.get(code) == kind), "")

    def here(self, areas: Sequence[str]) -> list[str]:
        """All that serve the place, the nearest first."""
        return list(dict.fromkeys(code for area in (*areas, "") for code in self.serving.get(area, ())))

    def on_duty(self, unit: str, at: datetime, calendar: Calendar) -> Iterator[str]:
        return (staff for staff, times in self.shifts.get(unit, ()) if holds(times, at, calendar))


@dataclass(frozen=True, slots=True)
class Route:
    """`to`: a unit's code or a handler's name, "" when no rule took it. `unusable`: (rule, why) of those passed over;
    a joint unit that could not be found is told there as well, of the very rule that applied."""

    to: str = ""
    rule: str = ""
    joint: tuple[str, ...] = ()
    unusable: tuple[tuple[str, str], ...] = ()


def route(organisation: Organisation, matter: Matter, calendar: Calendar) -> Route:
    unusable: list[tuple[str, str]] = []
    for rule in (*organisation.rules, LAST):
        if not rule.is_for(matter, calendar):
            continue
        to, why = find(organisation, rule.to, matter, calendar)
        if why:
            unusable += [(rule.name, why)] if rule is not LAST else []  # a street without a company is no mistake
            continue
        found = [find(organisation, target, matter, calendar) for target in rule.joint]
        unusable += [(rule.name, why) for _, why in found if why]
        joint = dict.fromkeys(name for name, why in found if not why and name != to)
        return Route(to, rule.name, tuple(joint), tuple(unusable))
    return Route(unusable=tuple(unusable))


def find(organisation: Organisation, target: Target, matter: Matter, calendar: Calendar) -> tuple[str, str]:
    """(who, "") or ("", why not)."""
    match target.by:
        case "unit":
            return (target.name, "") if target.name in organisation.kinds else ("", "no_such_unit")
        case "staff":
            return (target.name, "") if target.name in organisation.handlers else ("", "no_such_staff")
        case "kind":
            unit = organisation.of_kind(target.name, matter.areas)
            return (unit, "") if unit else ("", "no_unit_here" if matter.areas else "no_place")
        case "on_duty":
            by: By = "unit" if target.name in organisation.kinds else "kind"
            unit, why = find(organisation, Target(by, target.name), matter, calendar)
            there = (name for name in organisation.on_duty(unit, matter.at, calendar) if name in organisation.handlers)
            person = next(there, "")
            return (person, "") if person else ("", why or "nobody_on_duty")
