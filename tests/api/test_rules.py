"""The first rule that holds and finds somebody; every one that found nobody on the way is told."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from api.calendar import district_calendar
from api.deadlines import SHANGHAI
from api.gaps import gaps
from api.organisation_file import KINDS
from api.pages.words import UNIT_KINDS, WHY_UNUSABLE
from api.rota import read
from api.rules import LAST, WHY, Matter, Organisation, Rule, Target, find, route

MONDAY = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
GRID, COMMUNITY, STREET = "32050801903301", "320508019033", "320508019"
CALENDAR = district_calendar()
TOWN = Organisation(
    kinds={"con": "contractor", "sta": "station", "far": "station", "dep": "department", "pat": "patrol"},
    serving={STREET: ["con", "pat"], COMMUNITY: ["sta"], "320508024001": ["far"], "": ["dep"]},
    handlers=frozenset({"hans", "hank"}),
    shifts={"pat": [("gone", [read()]), ("hank", [read(["mon"], "08:00-20:00")])]},
    rules=[],
)
LAMP = Matter(frozenset({"street_light", "infrastructure", "item"}), (GRID, COMMUNITY, STREET), False, MONDAY)
NOWHERE = replace(LAMP, areas=())
TARGETS = [
    (Target("unit", "con"), LAMP, ("con", "")),
    (Target("unit", "left"), LAMP, ("", "no_such_unit")),
    (Target("staff", "hans"), LAMP, ("hans", "")),
    (Target("staff", "gone"), LAMP, ("", "no_such_staff")),
    (Target("kind", "station"), LAMP, ("sta", "")),
    (Target("kind", "station"), replace(LAMP, areas=(STREET,)), ("", "no_unit_here")),
    (Target("kind", "department"), NOWHERE, ("dep", "")),
    (Target("kind", "contractor"), NOWHERE, ("", "no_place")),
    (Target("on_duty", "pat"), LAMP, ("hank", "")),
    (Target("on_duty", "patrol"), LAMP, ("hank", "")),
    (Target("on_duty", "pat"), replace(LAMP, at=MONDAY + timedelta(days=1)), ("", "nobody_on_duty")),
    (Target("on_duty", "circle"), LAMP, ("", "no_unit_here")),
]


@pytest.mark.parametrize(("target", "matter", "found"), TARGETS)
def test_targets(target: Target, matter: Matter, found: tuple[str, str]) -> None:
    assert find(TOWN, target, matter, CALENDAR) == found


def by(*rules: Rule) -> Organisation:
    return replace(TOWN, rules=rules)


HOLDS = [
    (Rule("r", Target("unit", "dep")), True),
    (Rule("r", Target("unit", "dep"), items=frozenset({"street_light"})), True),
    (Rule("r", Target("unit", "dep"), items=frozenset({"infrastructure"})), True),
    (Rule("r", Target("unit", "dep"), items=frozenset({"noise"})), False),
    (Rule("r", Target("unit", "dep"), areas=frozenset({GRID})), True),
    (Rule("r", Target("unit", "dep"), areas=frozenset({STREET})), True),
    (Rule("r", Target("unit", "dep"), areas=frozenset({"320508024"})), False),
    (Rule("r", Target("unit", "dep"), urgent=True), False),
    (Rule("r", Target("unit", "dep"), times=(read(["tue"]),)), False),
]


@pytest.mark.parametrize(("rule", "holds"), HOLDS)
def test_a_rule_is_for_what_it_names(rule: Rule, holds: bool) -> None:
    assert route(by(rule), LAMP, CALENDAR).rule == ("r" if holds else LAST.name)


def test_the_first_wins_and_who_was_passed_over_is_told() -> None:
    found = route(
        by(
            Rule("one", Target("unit", "left")),
            Rule("two", Target("kind", "group")),
            Rule("three", Target("kind", "patrol"), joint=(Target("kind", "station"), Target("unit", "left"))),
            Rule("four", Target("unit", "dep")),
        ),
        LAMP,
        CALENDAR,
    )
    assert (found.to, found.rule, found.joint) == ("pat", "three", ("sta",))
    assert found.unusable == (("one", "no_such_unit"), ("two", "no_unit_here"), ("three", "no_such_unit"))


def test_who_leads_does_not_join_and_nobody_joins_twice() -> None:
    rule = Rule(
        "r",
        Target("unit", "con"),
        joint=(Target("kind", "contractor"), Target("unit", "sta"), Target("kind", "station")),
    )
    assert route(by(rule), LAMP, CALENDAR).joint == ("sta",)


def test_without_rules_the_streets_company_has_it_and_else_nobody() -> None:
    assert route(TOWN, LAMP, CALENDAR).to == "con"
    nothing = route(TOWN, replace(LAMP, areas=("320508024",)), CALENDAR)
    assert (nothing.to, nothing.unusable) == ("", ()), "a street without a company is no mistake"


def test_gaps_are_found_before_they_are_met() -> None:
    communities = {COMMUNITY: (COMMUNITY, STREET), "320508024001": ("320508024001", "320508024")}
    town = by(
        Rule("stations", Target("kind", "station")),
        Rule("night", Target("on_duty", "pat"), areas=frozenset({STREET})),
        Rule("company", Target("kind", "contractor")),
        Rule("a grid", Target("kind", "group"), areas=frozenset({GRID})),
    )
    found = {gap.rule: gap for gap in gaps(town, communities, CALENDAR, MONDAY)}
    assert set(found) == {"night", "company", "a grid"}
    assert (found["night"].why, found["night"].hours, found["night"].areas) == (
        "nobody_on_duty",
        7 * 24 - 12,
        (COMMUNITY,),
    )
    assert found["night"].at == MONDAY.replace(hour=20)
    assert (found["company"].why, found["company"].areas) == ("no_unit_here", ("320508024001",))
    assert found["a grid"].areas == (COMMUNITY,)


def test_every_reason_and_every_kind_has_a_word() -> None:
    assert set(WHY_UNUSABLE) == set(WHY) and set(UNIT_KINDS) == set(KINDS)
