"""Times in milliseconds as p50, p95, p99 and a rate; tables of them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """`rate` is per second, of all that went on at once."""

    name: str
    times: Sequence[float]  # seconds
    rate: float

    @property
    def p50(self) -> float:
        return statistics.median(self.times) * 1000

    @property
    def p95(self) -> float:
        return self._of_hundred(95)

    @property
    def p99(self) -> float:
        return self._of_hundred(99)

    def _of_hundred(self, at: int) -> float:
        return statistics.quantiles(self.times, n=100, method="inclusive")[at - 1] * 1000

    def beside(self, reference: "Figure") -> str:
        return f"{self.p50 / reference.p50:.1f} × the time, {self.rate / reference.rate:.2f} × the rate"

    def __str__(self) -> str:
        return f"{self.name}: p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms, {self.rate:,.0f}/s"


def table(title: str, rows: Sequence[tuple[Figure, Figure | None]]) -> Table:
    """Each figure with its reference, measured in the same run."""
    found = Table(title=title, title_justify="left")
    found.add_column("")
    for heading in ("p50 ms", "p95 ms", "p99 ms", "/s", "samples"):
        found.add_column(heading, justify="right")
    found.add_column("beside its reference")
    for figure, reference in rows:
        times = (f"{found_at:.2f}" for found_at in (figure.p50, figure.p95, figure.p99))
        numbers = (f"{figure.rate:,.0f}", str(len(figure.times)))
        found.add_row(figure.name, *times, *numbers, figure.beside(reference) if reference else "")
    return found
