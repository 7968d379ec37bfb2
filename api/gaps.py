"""Where and when rules would find nobody, worked out before it happens. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.deadlines import Calendar
from api.rota import holds
from api.rules import Matter, Organisation, Rule, find

LOOKS_AHEAD = timedelta(days=7)
STEP = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """`areas`: codes of communities, `at`: the first hour of it, of `hours` in the coming week."""

    rule: str
    why: str
    areas: tuple[str, ...]
    hours: int
    at: datetime


def gaps(
    organisation: Organisation, communities: Mapping[str, Sequence[str]], calendar: Calendar, now: datetime
) -> Iterator[Gap]:
    """`communities`: by code, the codes from it upwards. A rule for grids is tried in their community."""
    begin = now.replace(minute=0, second=0, microsecond=0)
    hours = [begin + STEP * at for at in range(LOOKS_AHEAD // STEP)]
    for rule in organisation.rules:
        yield from _of(organisation, rule, communities, calendar, hours)


def _of(
    organisation: Organisation,
    rule: Rule,
    communities: Mapping[str, Sequence[str]],
    calendar: Calendar,
    hours: Sequence[datetime],
) -> Iterator[Gap]:
    inside = [code for code, up in communities.items() if not rule.areas or rule.areas & set(up) or _has(rule, code)]
    theirs = [hour for hour in hours if holds(rule.times, hour, calendar)]
    empty: dict[str, tuple[list[str], set[datetime]]] = {}
    for target in (rule.to, *rule.joint):
        looked = theirs if target.by == "on_duty" else theirs[:1]
        for code in inside:
            for hour in looked:
                matter = Matter(frozenset(), tuple(communities[code]), False, hour)
                _, why = find(organisation, target, matter, calendar)
                if why:
                    areas, at = empty.setdefault(why, ([], set()))
                    at.add(hour)
                    areas += [code] if code not in areas[-1:] else []
    for why, (areas, at) in sorted(empty.items()):
        yield Gap(rule.name, why, tuple(dict.fromkeys(areas)), len(at), min(at))


def _has(rule: Rule, community: str) -> bool:
    """Does it name a grid of the community? Codes of grids begin with their community's."""
    return any(area.startswith(community) for area in rule.areas)
