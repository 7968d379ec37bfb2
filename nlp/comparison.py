"""Is a new model no worse than the old one? By how much each figure of a test set may lose, and what it lost."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nlp.corrections import Correction
from nlp.scores import Row

SLACK = 0.01
MAY_FALL = {
    "top1": 0.0,
    "top3": SLACK,
    "legal_topic": SLACK,
    "urgent_recall": 0.0,
    "place_f1": SLACK,
    "matters_recall": SLACK,
}
MAY_RISE = {
    "outside_ticketed": SLACK,
    "urgent_false": 0.005,
    "place_false": SLACK,
    "matters_false_split": SLACK,
    "calibration_error": SLACK,
}
FIGURES = (*MAY_FALL, *MAY_RISE)
# Clerks say nothing of danger, of further matters, or that there is no place; and since these messages are those that a
# model got wrong, their share of right answers is no measure of its confidence.
FIGURES_OF_CORRECTIONS = ("top1", "top3", "place_f1")
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Gold:
    """A test set, and the figures that it can tell."""

    name: str
    rows: list[Row]
    figures: tuple[str, ...] = FIGURES


@dataclass(frozen=True, slots=True)
class Line:
    figure: str
    old: float
    new: float

    @property
    def lost(self) -> float:
        return self.old - self.new if self.figure in MAY_FALL else self.new - self.old

    @property
    def is_worse(self) -> bool:
        return self.lost > (MAY_FALL | MAY_RISE)[self.figure] + ROUNDING


def gold_of(corrections: Iterable[Correction]) -> Gold:
    """Those that no model has learnt from."""
    held_out = [one for one in corrections if one.is_held_out]
    rows = [Row(text=one.text, label=one.label, place=one.place) for one in held_out]
    return Gold("corrections", rows, FIGURES_OF_CORRECTIONS)


def compared(gold: Gold, old: Mapping[str, float], new: Mapping[str, float]) -> list[Line]:
    """The figures that the test set can tell: without a message of its kind a figure is not a number."""
    lines = [Line(name, old[name], new[name]) for name in gold.figures]
    return [line for line in lines if not math.isnan(line.old) and not math.isnan(line.new)]
