"""研判预警: the test is exact, cries wolf as seldom as promised on simulated districts, and hears what has risen."""

from collections.abc import Sequence
from itertools import product
from math import comb

import pytest

from api.early_warning import EVEN, LEAST, LEVEL, WEEKS, Alarm, Cell, alarms, chance, shapes
from bench import warnings

PROMISED = 0.05  # weeks in which nothing rose and yet an alarm was raised


def cell(*past: int, now: int, area: str = "竹辉社区", label: str = "street_light") -> Cell:
    return Cell(area, label, past, now)


def background(weeks: int = WEEKS) -> list[Cell]:
    """What the other communities have: two a week, evenly."""
    return [cell(*[2] * weeks, now=2, area=f"社区{number}") for number in range(50)]


@pytest.mark.parametrize(("now", "total", "weeks"), [(0, 0, 8), (0, 9, 8), (3, 5, 8), (5, 5, 4), (7, 40, 8)])
def test_without_unevenness_it_compares_two_poisson_counts(now: int, total: int, weeks: int) -> None:
    share = 1 / (weeks + 1)
    exact = sum(comb(total, y) * share**y * (1 - share) ** (total - y) for y in range(now, total + 1))
    assert chance(now, total, weeks, EVEN) == pytest.approx(exact, rel=2e-3)


def test_with_unevenness_it_is_what_counting_all_ways_gives() -> None:
    """r = 1: every way to share out so many reports among the weeks is as likely as any other."""
    weeks, total = 3, 6
    ways = [way for way in product(range(total + 1), repeat=weeks + 1) if sum(way) == total]
    for now in range(total + 1):
        assert chance(now, total, weeks, 1.0) == pytest.approx(sum(way[0] >= now for way in ways) / len(ways))


def test_a_rise_is_told_and_the_least_explained_comes_first() -> None:
    small, great = cell(*[1] * WEEKS, now=12, area="甲"), cell(*[1] * WEEKS, now=20, area="乙")
    found = alarms([*background(), small, great])
    assert [alarm.cell for alarm in found] == [great, small]
    assert found[0].usual == 1.0 and found[0].chance < found[1].chance < LEVEL


@pytest.mark.parametrize(
    "quiet",
    [
        cell(*[0] * WEEKS, now=LEAST - 1),
        cell(*[9] * WEEKS, now=0),
        cell(*[9] * WEEKS, now=9),
        cell(0, 30, 0, 0, 30, 0, 0, 30, now=30),
    ],
)
def test_what_is_rare_or_usual_or_always_fitful_is_no_alarm(quiet: Cell) -> None:
    fitful = [cell(0, 20, 0, 0, 20, 0, 0, 20, now=0, area=f"社区{number}") for number in range(30)]
    assert alarms([*background(), *fitful, quiet]) == []


@pytest.mark.parametrize("cells", [[], [cell(0, 0, 0, 0, now=0)], [cell(*[0] * WEEKS, now=LEAST)]])
def test_little_is_known(cells: Sequence[Cell]) -> None:
    found: list[Alarm] = alarms(cells)
    assert all(alarm.chance <= LEVEL for alarm in found)


def test_cells_too_seldom_heard_of_may_be_left_out() -> None:
    seldom = [cell(0, 1, 0, 0, 1, 0, 1, 0, now=1, area=f"远{number}") for number in range(500)]
    risen = [*background(), cell(*[1] * WEEKS, now=12)]
    assert alarms(risen) == alarms([*seldom, *risen])


def test_unevenness_is_read_from_the_past_alone() -> None:
    even, burst = shapes(background()), shapes([*background(), cell(*[2] * WEEKS, now=500)])
    assert burst["street_light", 5] == pytest.approx(even["street_light", 5])


@pytest.mark.parametrize("district", warnings.QUIET, ids=lambda district: district.name)
def test_quiet_weeks_have_no_alarm_but_one_in_twenty(district: warnings.District) -> None:
    """Seeded. Zero-heavy cells, quiet weekends, weeks uneven in ways that the test assumes and in others."""
    runs = warnings.false_alarms(district, weeks=80, a_week=2000, seed=1)
    assert sum(map(bool, runs)) / len(runs) <= PROMISED


def test_what_rose_tenfold_is_heard() -> None:
    assert warnings.heard(warnings.QUIET[0].rates, usual=2.0, times=10, weeks=20, seed=2) >= 0.8
    assert warnings.heard(warnings.QUIET[1].rates, usual=5.0, times=10, weeks=20, seed=2) >= 0.7
