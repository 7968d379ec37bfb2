"""Fits the models of what a message is about and whether it tells of danger."""

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from nlp.letters import Places, Prints
from nlp.model import Floats, Judge, Planes, Vocabulary
from nlp.vectors import Neighbours

SEEN = 3  # messages a feature must occur in
FOLDS = 3
PENALTY, TOLERANCE = 0.5, 0.1  # of the planes (LinearSVC)
ALARM_WEIGHT = 3.0  # a missed danger costs more than a false one
SAMPLED = 3  # of so many messages one teaches how far distances and neighbours may be believed
JUDGE_PENALTY, ROUNDS = 1.0, 100  # of the logistic regressions

Targets = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to learn over the vocabulary: rows of the matrix and what each should be called."""

    rows: Places
    target: Targets
    weights: dict[int, float] | None = None


def vocabulary_of(prints: Sequence[Prints]) -> Vocabulary:
    """`prints`: each message's features, each once."""
    keys, counts = np.unique(np.concatenate(prints), return_counts=True)
    kept = counts >= SEEN
    scales = np.log((1 + len(prints)) / (1 + counts[kept])) + 1
    return Vocabulary(keys[kept], scales.astype(np.float32))


def widened(vocabulary: Vocabulary, prints: Sequence[Prints]) -> Vocabulary:
    """With what occurs often enough in `prints` and is not in it yet; what is keeps its scale."""
    every = vocabulary_of(prints)
    fresh = ~np.isin(every.prints, vocabulary.prints)
    keys = np.concatenate([vocabulary.prints, every.prints[fresh]])
    order = np.argsort(keys)
    return Vocabulary(keys[order], np.concatenate([vocabulary.scales, every.scales[fresh]])[order])


def placed(planes: Planes, narrow: Vocabulary, wide: Vocabulary) -> Planes:
    """The same planes over the wider vocabulary."""
    weights = np.zeros((len(wide.prints), planes.weights.shape[1]), dtype=np.float16)
    weights[np.searchsorted(wide.prints, narrow.prints)] = planes.weights
    return Planes(weights, planes.bias)


def matrix_of(rows: Sequence[Places], vocabulary: Vocabulary) -> sp.csr_matrix:
    vectors = [vocabulary.vector(row) for row in rows]
    ends = np.cumsum([0, *(len(once) for once, _ in vectors)])
    columns = np.concatenate([once for once, _ in vectors])
    values = np.concatenate([values for _, values in vectors])
    return sp.csr_matrix((values, columns, ends), shape=(len(rows), len(vocabulary.prints)))


def folds(target: Targets) -> list[tuple[Places, Places]]:
    return list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(np.zeros(len(target)), target))


def fit_planes(matrix: sp.csr_matrix, task: Task, known: Places) -> Planes:
    """Planes from those rows of the task that `known` names. Two labels share one plane."""
    machine = LinearSVC(C=PENALTY, tol=TOLERANCE, class_weight=task.weights, random_state=0)
    machine.fit(matrix[task.rows[known]], task.target[known])
    return Planes(machine.coef_.T.astype(np.float16), machine.intercept_.astype(np.float32))


def mean_of(planes: Sequence[Planes]) -> Planes:
    weights = np.mean([one.weights.astype(np.float32) for one in planes], axis=0)
    return Planes(weights.astype(np.float16), np.mean([one.bias for one in planes], axis=0).astype(np.float32))


def distances(matrix: sp.csr_matrix, rows: Places, planes: Planes) -> Floats:
    """[rows, planes]"""
    return np.asarray(matrix[rows] @ planes.weights.astype(np.float32) + planes.bias, dtype=np.float32)


def held_out(parts: Iterable[tuple[Places, Floats]]) -> Floats:
    """[rows, planes] the folds' distances in the rows' order."""
    rows, scores = (np.concatenate(some) for some in zip(*parts, strict=True))
    return np.asarray(scores[np.argsort(rows)], dtype=np.float32)


def fit_judge(inputs: Floats, target: Targets, tilt: Floats) -> Judge:
    """`tilt` [labels]: log-odds added to each label."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # more rounds would not judge better
        curve = LogisticRegression(C=JUDGE_PENALTY, max_iter=ROUNDS, tol=1e-3).fit(inputs, target)
    weights, bias = curve.coef_.T, curve.intercept_
    if weights.shape[1] == 1:  # two labels come as one plane
        weights, bias = np.hstack([0 * weights, weights]), np.array([0.0, bias[0]])
    return Judge(weights.astype(np.float32), (bias + tilt).astype(np.float32))


def quick_judge(scores: Floats, target: Targets, tilt: Floats) -> Judge:
    return fit_judge(scores[::SAMPLED], target[::SAMPLED], tilt)


@dataclass(frozen=True, slots=True)
class Alarms:
    """What tells danger from its likeness. Arrays of one length: the rows of the points, and of each the distance from
    danger's plane, its signs, and the truth."""

    rows: Places
    given: Floats  # [rows, 1 + signs]
    target: Targets
    tilt: Floats


def deep_judges(scores: Floats, neighbours: Neighbours, tilt: Floats, alarms: Alarms) -> tuple[Judge, Judge]:
    """(of the labels, of danger): each message is asked about by the others."""
    some = np.arange(0, len(scores), SAMPLED)
    votes = [neighbours.votes(neighbours.points[row], but=row) for row in some.tolist()]
    labels = fit_judge(np.hstack([scores[some], [vote.labels for vote in votes]]), neighbours.named[some], tilt)
    both, of_alarms, of_some = np.intersect1d(alarms.rows, some, return_indices=True)
    shares = np.array([votes[row].danger for row in of_some.tolist()], dtype=np.float32).reshape(len(both), 1)
    given, target = np.hstack([alarms.given[of_alarms], shares]), alarms.target[of_alarms]
    if len(set(target.tolist())) < 2:  # none of them has a vector: the neighbours say nothing
        given, target = np.hstack([alarms.given, np.zeros((len(alarms.given), 1), np.float32)]), alarms.target
    return labels, fit_judge(given, target, alarms.tilt)
