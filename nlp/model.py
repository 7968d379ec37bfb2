"""Linear models as arrays: what a message is about with calibrated confidence, and the characters that decided."""

from collections.abc import Sequence
from dataclasses import Field, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.features import Sights
from nlp.letters import Index, Places, Prints
from nlp.vectors import Halves, Net, Space, Vectors

Floats = NDArray[np.float32]
# How much the meaning counts beside the words, which fit the utterances better than they fit what others write; and how
# much surer the two together sound than they are.
MEANT, BOLD = 0.25, 1.4
HEARD = (-2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    prints: Prints  # [rows], sorted
    scales: Floats  # [rows] how much a feature's presence counts before the norm: its idf

    def vector(self, rows: Places) -> tuple[Places, Floats]:
        """Each row once, and its value in a vector of length one."""
        once = np.unique(rows)
        values = self.scales[once]
        return once, values / _norm(values)


@dataclass(frozen=True, slots=True)
class Planes:
    """Over the vocabulary, one for each thing to be told: a distance is about 1 when sure, -1 when sure it is not."""

    weights: Halves  # [rows, planes]
    bias: Floats  # [planes]


@dataclass(frozen=True, slots=True)
class Seen:
    """The known features of a message: where each stands, how much it counts and what it says. Arrays of one length."""

    rows: Places
    starts: Places
    ends: Places
    scales: Floats
    weights: Floats  # [features, planes]
    bias: Floats  # [planes]

    def scores(self, start: int, end: int) -> Floats:
        """[planes] distances by all features but those within [start, end), each feature once."""
        kept = np.flatnonzero((self.starts < start) | (self.ends > end)) if start < end else np.arange(len(self.rows))
        _, first = np.unique(self.rows[kept], return_index=True)
        once = kept[first]
        values = self.scales[once]
        return np.asarray(values @ self.weights[once] / _norm(values) + self.bias, dtype=np.float32)

    def scores_within(self, stretches: Sequence[tuple[int, int]]) -> Floats:
        """[stretches, planes] distances by the features of each stretch [start, end)."""
        edges = np.array(stretches, dtype=np.intp).reshape(-1, 2, 1)
        values = ((self.starts >= edges[:, 0]) & (self.ends <= edges[:, 1])) * self.scales
        norms = np.maximum(np.sqrt((values * values).sum(axis=1, keepdims=True)), 1e-6)
        return np.asarray(values @ self.weights / norms + self.bias, dtype=np.float32)


def _norm(values: Floats) -> float:
    return max(float(np.sqrt(values @ values)), 1e-6)


@dataclass(frozen=True, slots=True)
class Judge:
    """Distances, and signs, -> chances: a logistic regression over held-out distances."""

    weights: Floats  # [inputs, labels]
    bias: Floats  # [labels]

    def chances(self, given: Floats) -> Floats:
        """[…, labels], adding up to 1."""
        odds = given @ self.weights + self.bias
        shares = np.exp(odds - odds.max(axis=-1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=-1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True)
class Model:
    labels: tuple[str, ...]
    vocabulary: Vocabulary
    planes: Planes  # one a label, and the last: danger to life now
    quick: Judge  # of the distances from the labels' planes
    space: Space
    meant: Net  # what a point is about
    feared: Net  # whether it tells of danger: (calm, urgent)
    alarm: Judge  # of the distance from danger's plane and the signs: (calm, urgent)
    doubt: Judge  # of that distance, the signs and what its point tells: (calm, urgent)

    @cached_property
    def groups(self) -> NDArray[np.intp]:
        """[labels] the group of each. Legal topics are one: that it is for the adviser is settled before about what."""
        names = [_group(label) for label in self.labels]
        order = {name: index for index, name in enumerate(dict.fromkeys(names))}
        return np.array([order[name] for name in names], dtype=np.intp)

    @cached_property
    def membership(self) -> Floats:
        """[labels, groups] 1 where the label is of the group."""
        return np.eye(int(self.groups.max()) + 1, dtype=np.float32)[self.groups]

    def chances(self, scores: Floats, point: Vectors | None = None) -> Floats:
        """[labels] by the distances, and where the message was embedded by its point too."""
        chances = self.quick.chances(scores)
        if point is None:
            return chances
        told = chances * np.exp(MEANT * self.meant.odds(point))
        evened = (told / told.max()) ** (1 / BOLD)
        return np.asarray(evened / evened.sum(), dtype=np.float32)

    def see(self, sights: Sights) -> Seen:
        rows, known = self._index.find(sights.prints)
        rows = rows[known]
        weights, scales = self.planes.weights[rows].astype(np.float32), self.vocabulary.scales[rows]
        return Seen(rows, sights.starts[known], sights.ends[known], scales, weights, self.planes.bias)

    @cached_property
    def _index(self) -> Index:
        return Index(self.vocabulary.prints)

    def chances_within(self, seen: Seen, stretches: Sequence[tuple[int, int]]) -> Floats:
        """[stretches, labels] what each stretch of the message would be about alone, by its words."""
        return self.quick.chances(seen.scores_within(stretches)[:, : len(self.labels)])

    def danger_at_most(self, score: float) -> float:
        """The chance of danger if every sign were for it: most messages need not be searched for them."""
        return self.danger_of(score, self._alarming)

    @cached_property
    def _alarming(self) -> tuple[float, ...]:
        lift = self.alarm.weights[1:, 1] - self.alarm.weights[1:, 0]
        return tuple((lift > 0).astype(float).tolist())

    def danger_of(self, score: float, signs: tuple[float, ...], point: Vectors | None = None) -> float:
        """The chance that the message tells of danger to life now."""
        judge, more = (self.alarm, ()) if point is None else (self.doubt, (fear(self.feared, point),))
        return float(judge.chances(np.array([score, *signs, *more], dtype=np.float32))[1])

    def first(self, chances: Floats) -> tuple[int, float]:
        """The likeliest group: its best label, and the group's chance."""
        totals = chances @ self.membership
        group = int(totals.argmax())
        return self._leader(group, chances), float(totals[group])

    def ranked(self, chances: Floats, count: int) -> list[tuple[int, float]]:
        """The `count` likeliest groups: the best label of each, and the group's chance."""
        totals = chances @ self.membership
        order = np.argsort(-totals, kind="stable")[:count].tolist()
        return [(self._leader(group, chances), float(totals[group])) for group in order]

    def _leader(self, group: int, chances: Floats) -> int:
        members = self._members[group]
        return members[0] if len(members) == 1 else members[int(chances[members].argmax())]

    @cached_property
    def _members(self) -> list[list[int]]:
        return [np.flatnonzero(column).tolist() for column in self.membership.T]

    def shares(self, seen: Seen, label: int, length: int) -> Floats:
        """[length] how much each character of the message spoke for `label`."""
        parts = seen.scales * seen.weights[:, label] / (seen.ends - seen.starts)
        edges = np.bincount(seen.starts, parts, length + 1) - np.bincount(seen.ends, parts, length + 1)
        return np.cumsum(edges[:-1], dtype=np.float32)


def fear(feared: Net, points: Vectors) -> Vectors:
    """[…] log-odds of danger against calm; bounded, as some points are unlike all that was learnt."""
    odds = feared.odds(points)
    return np.asarray(np.clip(odds[..., 1] - odds[..., 0], *HEARD), dtype=np.float32)


def _group(label: str) -> str:
    return label.split(":")[0] if label.startswith("legal:") else label


def save_model(folder: Path, model: Model) -> None:
    np.savez(
        folder / "model.npz",
        labels=np.array(model.labels),
        middle=model.space.middle,
        basis=model.space.basis,
        vocabulary=model.vocabulary.prints,
        scales=model.vocabulary.scales,
        **{f"{name}_{part.name}": getattr(getattr(model, name), part.name) for name in PARTS for part in _arrays(name)},
    )


PARTS: dict[str, type] = {
    "planes": Planes,
    "quick": Judge,
    "alarm": Judge,
    "doubt": Judge,
    "meant": Net,
    "feared": Net,
}


def _arrays(name: str) -> tuple[Field[Any], ...]:
    return fields(PARTS[name])


def load_model(folder: Path) -> Model:
    """Raises OSError, ValueError or KeyError when the folder holds no whole model."""
    with np.load(folder / "model.npz") as saved:
        return Model(
            labels=tuple(saved["labels"].tolist()),
            vocabulary=Vocabulary(saved["vocabulary"], saved["scales"]),
            space=Space(saved["middle"], saved["basis"]),
            **{name: shape(*(saved[f"{name}_{part.name}"] for part in _arrays(name))) for name, shape in PARTS.items()},
        )
