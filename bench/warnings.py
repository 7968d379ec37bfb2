"""python -m bench.warnings: how often 研判预警 cries wolf, and what it hears, on simulated districts (演示数据).

Reports are drawn day by day, with quiet weekends, in communities and items of which most hardly ever meet; then put
together as the board does. False alarms: the share of weeks in which nothing had risen and yet an alarm was raised.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from api.early_warning import LEAST, LEVEL, WEEKS, Cell, alarms

AREAS, ITEMS = 171, 27
DAYS = np.array([1.2, 1.1, 1.0, 1.0, 1.1, 0.7, 0.6]) / 6.7  # Monday to Sunday
Counts = np.ndarray
Rates = Callable[[np.random.Generator, Counts], Counts]


@dataclass(frozen=True, slots=True)
class District:
    """`rates`: from the means (cells) to the rates of each week (cells, weeks + 1)."""

    name: str
    rates: Rates


def _same(chance: np.random.Generator, means: Counts) -> Counts:
    return np.repeat(means[:, None], WEEKS + 1, axis=1)


def _gamma(shape: float) -> Rates:
    """Good and bad weeks of each cell by itself: negative binomial, variance mean + mean²/shape."""
    return lambda chance, means: _same(chance, means) * chance.gamma(shape, 1 / shape, (len(means), WEEKS + 1))


def _proportional(chance: np.random.Generator, means: Counts) -> Counts:
    """Variance twice the mean, in quiet cells and in busy ones (quasi-Poisson): not the form that the test assumes."""
    return chance.gamma(np.maximum(_same(chance, means), 1e-9), 1.0)


def _drifting(chance: np.random.Generator, means: Counts) -> Counts:
    """Weeks resemble those before them: not the independence that the test assumes."""
    steps = [chance.normal(0, 0.3, len(means))]
    for _ in range(WEEKS):
        steps.append(0.6 * steps[-1] + chance.normal(0, 0.3 * 0.8, len(means)))
    return means[:, None] * np.exp(np.stack(steps, axis=1))


def _growing(chance: np.random.Generator, means: Counts) -> Counts:
    """Everything by two in a hundred a week, as when more people learn of the bot."""
    return _gamma(4)(chance, means) * 1.02 ** np.arange(WEEKS + 1)


QUIET = (
    District("even weeks (Poisson)", _same),
    District("uneven weeks (negative binomial, r = 4)", _gamma(4)),
    District("very uneven weeks (r = 1)", _gamma(1)),
    District("variance twice the mean", _proportional),
    District("weeks that resemble each other", _drifting),
    District("everything grows 2 % a week", _growing),
)


def means_of(chance: np.random.Generator, a_week: float) -> Counts:
    """Of each cell a week: a few busy, most near nothing. `a_week`: reports of the whole district."""
    means = chance.gamma(0.15, 1.0, AREAS * ITEMS)
    return means * a_week / means.sum()


def counted(chance: np.random.Generator, rates: Counts) -> Counts:
    """(cells, weeks + 1), the present week last: drawn by days, and summed over seven that begin on any weekday."""
    days = np.roll(DAYS, chance.integers(7))
    return chance.poisson(rates[:, :, None] * days).sum(axis=2)


def cells_of(counts: Counts) -> list[Cell]:
    return [
        Cell(str(key // ITEMS), str(key % ITEMS), tuple(map(int, row[:-1])), int(row[-1]))
        for key, row in enumerate(counts)
        if row.sum() >= LEAST
    ]


def false_alarms(district: District, weeks: int, a_week: float, seed: int) -> Sequence[int]:
    """How many alarms each of so many weeks had in which nothing rose."""
    chance = np.random.default_rng(seed)
    means = means_of(chance, a_week)
    return [len(alarms(cells_of(counted(chance, district.rates(chance, means))))) for _ in range(weeks)]


def heard(of: Rates, usual: float, times: float, weeks: int, seed: int, a_week: float = 2000) -> float:
    """The share of rises found: one cell with `usual` reports a week has `times` as many in the last."""
    chance, found = np.random.default_rng(seed), 0
    means = means_of(chance, a_week)
    means[0] = usual
    for _ in range(weeks):
        rates = of(chance, means)
        rates[0, -1] = usual * times  # so many were to be expected, in a week neither good nor bad
        raised = alarms(cells_of(counted(chance, rates)))
        found += any((alarm.cell.area, alarm.cell.label) == ("0", "0") for alarm in raised)
    return found / weeks


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--weeks", type=int, default=1000)
    weeks, console = asked.parse_args().weeks, Console()
    table = Table("a district in which nothing rises", "500 reports a week", "2,000", "10,000")
    for district in track(QUIET, "false alarms", console=console, transient=True):
        runs = [false_alarms(district, weeks, a_week, 7) for a_week in (500, 2000, 10_000)]
        table.add_row(district.name, *(f"{sum(map(bool, run)) / weeks:.1%}" for run in runs))
    console.print(f"Weeks with any false alarm, of {weeks}; by its theory {LEVEL:.0%} at the most in the first three")
    console.print(table)
    for name, rates in (("even weeks", _same), ("uneven weeks, r = 4", _gamma(4))):
        power = Table("usual, a week", "x 2", "x 3", "x 5", "x 10")
        for usual in track((0.5, 1.0, 2.0, 5.0, 10.0), "rises", console=console, transient=True):
            power.add_row(str(usual), *(f"{heard(rates, usual, times, weeks // 10, 8):.0%}" for times in (2, 3, 5, 10)))
        console.print(f"Rises of one community and item that are found ({name}; 2,000 reports a week)")
        console.print(power)


if __name__ == "__main__":
    main()
