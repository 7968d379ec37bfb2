"""A linear model as arrays: the likeliest labels with calibrated confidence, and the characters that decided."""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.features import Feature

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
KEYS, SCALES = "vocabulary.json", "scales.npy"
LEADERS = 12  # runners-up that share what confidence the first one leaves
SHARPNESS = 8.0  # how quickly a runner-up's share falls with its score


@dataclass(frozen=True, slots=True)
class Seen:
    """The known features of a message: their rows in the vocabulary, and where each was seen. Arrays of one length."""

    rows: Rows
    starts: Rows
    ends: Rows

    def within(self, start: int, end: int) -> "Seen":
        kept = (self.starts >= start) & (self.ends <= end)
        return Seen(self.rows[kept], self.starts[kept], self.ends[kept])


@dataclass(frozen=True, slots=True)
class Vocabulary:
    rows: dict[str, int]
    scales: Floats  # [rows] how much a feature's presence counts before the norm: idf x its family's weight

    def see(self, features: list[Feature]) -> Seen:
        rows = self.rows
        known = [(row, f.start, f.end) for f in features if (row := rows.get(f.key)) is not None]
        columns = np.array(known, dtype=np.intp).reshape(-1, 3)
        return Seen(columns[:, 0], columns[:, 1], columns[:, 2])

    def vector(self, rows: Rows) -> tuple[Rows, Floats]:
        """Each row once, and its value in a vector of length one."""
        once = np.unique(rows)
        values = self.scales[once]
        return once, values / max(float(np.sqrt(values @ values)), 1e-6)

    def save(self, folder: Path) -> None:
        np.save(folder / SCALES, self.scales)
        (folder / KEYS).write_text(json.dumps(list(self.rows), ensure_ascii=False), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Model:
    vocabulary: Vocabulary
    labels: tuple[str, ...]
    weights: Floats  # [rows of the vocabulary, labels]
    bias: Floats  # [labels]
    calibration: Floats  # [3] log-odds of being right = (best score, its lead, 1) · this, found by cross-validation

    def scores(self, seen: Seen) -> Floats:
        """[labels] distances from each label's plane: about 1 when sure, -1 when sure of the contrary."""
        rows, values = self.vocabulary.vector(seen.rows)
        return np.asarray(values @ self.weights[rows] + self.bias, dtype=np.float32)

    def first(self, seen: Seen) -> tuple[str, float]:
        """The likeliest label and its confidence."""
        scores = self.scores(seen)
        order = leaders(self.labels, scores, 2)
        return self.labels[order[0]], certainty(self.calibration, scores[order])

    def ranked(self, seen: Seen, count: int) -> list[tuple[int, float]]:
        """The `count` likeliest labels, one a group, with confidences that add up to 1 over the leaders."""
        scores = self.scores(seen)
        order = leaders(self.labels, scores, LEADERS)
        best = scores[order]
        sure = certainty(self.calibration, best)
        rest = np.exp(SHARPNESS * (best[1:] - best[1]))
        shares = (1 - sure) * rest / rest.sum()
        return list(zip(order, [sure, *shares.tolist()], strict=True))[:count]

    def shares(self, seen: Seen, label: int, length: int) -> Floats:
        """[length] how much each character of the message spoke for `label`."""
        _, values = self.vocabulary.vector(seen.rows)
        _, order, counts = np.unique(seen.rows, return_inverse=True, return_counts=True)
        widths = seen.ends - seen.starts
        parts = values[order] * self.weights[seen.rows, label] / counts[order] / widths
        edges = np.zeros(length + 1, dtype=np.float32)
        np.add.at(edges, seen.starts, parts)
        np.add.at(edges, seen.ends, -parts)
        return np.cumsum(edges[:-1], dtype=np.float32)

    def save(self, folder: Path, name: str) -> None:
        (folder / f"{name}.json").write_text(json.dumps(self.labels), encoding="utf-8")
        np.savez(folder / f"{name}.npz", self.weights, self.bias, self.calibration)


def load_vocabulary(folder: Path) -> Vocabulary:
    """Raises OSError or ValueError."""
    keys = json.loads((folder / KEYS).read_text(encoding="utf-8"))
    return Vocabulary({key: row for row, key in enumerate(keys)}, np.load(folder / SCALES))


def load_model(folder: Path, name: str, vocabulary: Vocabulary) -> Model:
    """Raises OSError or ValueError when the folder holds no whole model of that name."""
    labels = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    with np.load(folder / f"{name}.npz") as saved:
        return Model(vocabulary, tuple(labels), *(saved[key] for key in saved.files))


@cache
def group(label: str) -> str:
    """Legal topics stand together: that it is for the adviser is settled before about what."""
    return label.split(":")[0] if label.startswith("legal:") else label


def leaders(labels: tuple[str, ...], scores: Floats, count: int) -> list[int]:
    """The best label of each group, best first, up to `count` of them."""
    best: dict[str, int] = {}
    for index in np.argsort(-scores).tolist():
        best.setdefault(group(labels[index]), index)
        if len(best) == count:
            break
    return list(best.values())


def certainty(calibration: Floats, best: Floats) -> float:
    """The chance that the first of the leaders, with these scores, is right."""
    odds = float(calibration @ np.array([best[0], best[0] - best[1], 1.0]))
    return 1 / (1 + math.exp(-odds))
