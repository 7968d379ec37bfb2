"""研判预警: where more is reported of an item in an area than its own past explains. Pure.

A cell is an area and an item; its counts are those of the last seven days and of the whole weeks before them, so that
every count holds each weekday once. Were nothing new, the weekly counts of a cell would be draws from one negative
binomial with shape r, and given their sum the last one is beta-binomial(sum, r, weeks * r): an exact test that need not
know the cell's mean, and says little where little is known. (With r without bound it is the binomial comparison of two
Poisson counts: Przyborowski and Wilenski 1940.) r is taken from how unevenly the past weeks of the same item fall.

Of thousands of cells some are always high by chance. Benjamini and Hochberg (1995) hold the share of such among the
alarms at LEVEL; in a week where nothing rose every alarm is one, so LEVEL bounds how often such a week has any.
Cells too seldom heard of to raise an alarm are not counted among those tried (Tarone 1990). Measured: `bench.warnings`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma
from typing import TypeVar

LEVEL = 0.02  # so that a quiet week has an alarm in one of twenty at the most, even where weeks are not alike
LEAST = 5  # reports in the last seven days: fewer are read one by one
WEEKS, LEAST_WEEKS = 8, 4  # of the past: looked at, and needed
EVEN = 1e5  # a shape as good as Poisson
PRIOR = 100.0  # reports that a kind of cells must have had for its own unevenness to count for more than that of all

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Cell:
    """`past`: the whole weeks before, in any order; `now`: the last seven days."""

    area: str
    label: str
    past: Sequence[int]
    now: int

    @property
    def total(self) -> int:
        return self.now + sum(self.past)


@dataclass(frozen=True, slots=True)
class Alarm:
    """`chance`: of so many or more, had nothing changed. `usual`: a week of the past."""

    cell: Cell
    usual: float
    chance: float


def alarms(cells: Iterable[Cell], level: float = LEVEL, least: int = LEAST) -> list[Alarm]:
    """The least explained first. Cells whose weeks together hold less than `least` may be left out beforehand."""
    tried = [cell for cell in cells if cell.total >= least]
    shape = shapes(tried)
    risen = [
        _alarm(cell, shape[cell.label, busyness(cell)]) for cell in tried if cell.now >= least and _has_risen(cell)
    ]
    ranked = sorted(risen, key=lambda alarm: (alarm.chance, -alarm.cell.now, alarm.cell.area, alarm.cell.label))
    held = [rank for rank, alarm in enumerate(ranked, 1) if alarm.chance <= level * rank / len(tried)]
    return ranked[: max(held, default=0)]


def _has_risen(cell: Cell) -> bool:
    """The others' chance is above any level."""
    return cell.now * len(cell.past) > sum(cell.past)


def _alarm(cell: Cell, shape: float) -> Alarm:
    return Alarm(cell, sum(cell.past) / len(cell.past), chance(cell.now, cell.total, len(cell.past), shape))


def chance(now: int, total: int, weeks: int, shape: float) -> float:
    """P(Y >= now), Y ~ beta-binomial(total, shape, weeks * shape)."""
    others = weeks * shape
    term = exp(
        lgamma(total + 1) - lgamma(now + 1) - lgamma(total - now + 1)
        + lgamma(now + shape) + lgamma(total - now + others) - lgamma(total + shape + others)
        + lgamma(shape + others) - lgamma(shape) - lgamma(others)
    )  # fmt: skip
    found = term
    for y in range(now, total):
        term *= (total - y) * (shape + y) / ((y + 1) * (others + total - y - 1))
        found += term
    return min(found, 1.0)


def shapes(cells: Sequence[Cell]) -> Mapping[tuple[str, int], float]:
    """r by item and busyness, whichever of the two is more uneven: of the quiet cells many are so because three
    neighbours told of one thing. Given its past's sum S over k weeks a cell's sum of y(y - 1) is expected to be
    S(S - 1)(r + 1)/(kr + 1), whatever its mean."""
    weeks = len(cells[0].past) if cells else 0
    by_item = _together((cell.label, cell) for cell in cells)
    by_busyness = _together((busyness(cell), cell) for cell in cells)
    kinds = {(cell.label, busyness(cell)) for cell in cells}
    return {(label, busy): _shape(max(by_item[label], by_busyness[busy]), weeks) for label, busy in kinds}


def busyness(cell: Cell) -> int:
    """Doubling by doubling; 5 to 7 reports in all are 3."""
    return cell.total.bit_length()


def _together(cells: Iterable[tuple[K, Cell]]) -> dict[K, float]:
    """The chance that two reports of one cell's past fall into one week, by kind; kinds of which little is known lean
    on all. Each report weighs the same, else a few busy cells would speak for the many quiet ones."""
    pairs: dict[K, float] = defaultdict(float)
    weights: dict[K, float] = defaultdict(float)
    for kind, cell in cells:
        total = sum(cell.past)
        pairs[kind] += sum(y * (y - 1) for y in cell.past) / (total - 1) if total > 1 else 0
        weights[kind] += total if total > 1 else 0
    known = sum(weights.values())
    mean = sum(pairs.values()) / known if known else 0.0
    return {kind: (pairs[kind] + PRIOR * mean) / (weights[kind] + PRIOR) for kind in pairs}


def _shape(together: float, weeks: int) -> float:
    """`together` is 1/weeks where all is even, and 1 where every cell has had but one week."""
    spread = weeks * together - 1
    return min((1 - together) / spread, EVEN) + 1 / EVEN if spread > 0 else EVEN
