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
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from nlp.letters import Places, Prints
from nlp.model import Floats, Judge, Planes, Vocabulary, fear
from nlp.vectors import KEPT, Net

SEEN = 3  # messages a feature must occur in
FOLDS = 3
PENALTY, TOLERANCE = 0.5, 0.1  # of the planes (LinearSVC)
ALARM_WEIGHT = 3.0  # a missed danger costs more than a false one
JUDGE_PENALTY, ROUNDS = 1.0, 300  # of the logistic regressions
HIDDEN = 1024  # units of the nets over points
NET_PENALTY, PACE, BATCH, ROUNDS_OF_A_NET = 1e-3, 2e-3, 256, 6
SPREAD = 4.0  # a net learns points at this length in the same rounds as other numbers of its size
KINDS = (np.float16, np.float32, np.float16, np.float32)

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


def side_by_side(one: Planes, other: Planes) -> Planes:
    return Planes(np.hstack([one.weights, other.weights]), np.concatenate([one.bias, other.bias]))


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


@dataclass(frozen=True, slots=True)
class Alarms:
    """What tells danger from its likeness. Arrays of one length: of each message its point and whether it has one, the
    distance from danger's plane, its signs, and the truth."""

    points: Floats  # [n, KEPT]
    known: NDArray[np.bool_]
    given: Floats  # [n, 1 + signs]
    target: Targets
    tilt: Floats


def new_net() -> MLPClassifier:
    return MLPClassifier((HIDDEN,), alpha=NET_PENALTY, batch_size=BATCH, learning_rate_init=PACE, random_state=0)


def taught(
    net: MLPClassifier, points: Floats, target: Targets, labels: int, rounds: int = ROUNDS_OF_A_NET
) -> MLPClassifier:
    """`labels`: how many there are; not each need be in `target`."""
    for _ in range(rounds if len(points) else 0):
        net.partial_fit(points * SPREAD, target, classes=np.arange(labels))
    return net


def net_of(net: MLPClassifier, labels: int) -> Net:
    """What it learnt. One that was taught nothing holds all for equally likely."""
    if not hasattr(net, "coefs_"):
        sizes = ((KEPT, 1), (1,), (1, labels), (labels,))
        return Net(*(np.zeros(size, kind) for size, kind in zip(sizes, KINDS, strict=True)))
    (inner, outer), (inner_bias, outer_bias) = net.coefs_, net.intercepts_
    if outer.shape[1] < labels:  # two labels come as one
        outer, outer_bias = np.hstack([0 * outer, outer]), np.array([0.0, outer_bias[0]])
    arrays = (inner * SPREAD, inner_bias, outer, outer_bias)
    return Net(*(array.astype(kind) for array, kind in zip(arrays, KINDS, strict=True)))


def doubts(alarms: Alarms) -> tuple[Net, Judge]:
    """(danger by the point, danger by all): a message is judged by a net that never saw it."""
    felt, net = np.zeros((len(alarms.target), 1), dtype=np.float32), new_net()
    rows = np.flatnonzero(alarms.known)
    points, target = alarms.points[rows], alarms.target[rows]
    if len(set(target.tolist())) < 2:  # none of them has a point: they say nothing
        return net_of(net, 2), fit_judge(np.hstack([alarms.given, felt]), alarms.target, alarms.tilt)
    for seen, unseen in folds(target):
        made = net_of(taught(new_net(), points[seen], target[seen], 2), 2)
        felt[rows[unseen], 0] = fear(made, points[unseen])
    judge = fit_judge(np.hstack([alarms.given, felt])[rows], target, alarms.tilt)
    return net_of(taught(net, points, target, 2), 2), judge
