"""Trains the tagger of places: a linear-chain conditional random field, by L-BFGS over all messages at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.optimize
import scipy.sparse as sp
from numpy.typing import NDArray

from nlp.letters import Index, Prints
from nlp.tagger import FEATURES, INSIDE, NEVER, OUTSIDE, STATES, Chain, States

SEEN = 5  # times a feature must occur
PENALTY, STEPS = 3.0, 70
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layout:
    """The letters of all messages, the longest message first: all first letters, then all second ones, and so on.
    The t-th letters lie in [edges[t], edges[t + 1])."""

    edges: list[int]

    @property
    def steps(self) -> int:
        return len(self.edges) - 1

    def here(self, step: int) -> slice:
        return slice(self.edges[step], self.edges[step + 1])

    def before(self, step: int) -> slice:
        """The letters before those of `step`, of the same messages."""
        start = self.edges[step - 1]
        return slice(start, start + self.edges[step + 1] - self.edges[step])


@dataclass(frozen=True, slots=True)
class Told:
    """Messages in a layout: [letters, FEATURES], and the state of each letter."""

    sights: Prints
    gold: States
    layout: Layout


Tagged = list[tuple[Prints, States]]  # of each message


def learn_chain(tagged: Tagged, corrected: Tagged) -> Chain:
    """From `tagged` first; then `corrected` move what was learnt, the less the surer it was."""
    told = _laid_out(tagged)
    prints = _often(told.sights)
    matrix = _matrix(told.sights, prints)
    start = np.zeros(len(prints) * STATES + STATES * STATES)
    point = _least(_cost(matrix, told, start, np.full_like(start, PENALTY)), start)
    if not corrected:
        return _chain(prints, point)
    more = _laid_out(corrected)
    every = np.union1d(prints, _often(more.sights))
    centre, firm = _placed(point, prints, every, 0.0), _placed(_firmness(matrix, told, point), prints, every, PENALTY)
    return _chain(every, _least(_cost(_matrix(more.sights, every), more, centre, firm), centre))


def _least(cost: Callable[[Doubles], tuple[float, Doubles]], start: Doubles) -> Doubles:
    options = {"maxiter": STEPS, "maxcor": 6}
    return np.asarray(scipy.optimize.minimize(cost, start, jac=True, method="L-BFGS-B", options=options).x)


def _chain(prints: Prints, point: Doubles) -> Chain:
    weights, moves = _parts(point)
    return Chain(prints, weights.astype(np.float32), (moves + _forbidden()).astype(np.float32))


def _parts(point: Doubles) -> tuple[Doubles, Doubles]:
    """([features, 3] weights, [3, 3] moves)"""
    return point[: -STATES * STATES].reshape(-1, STATES), point[-STATES * STATES :].reshape(STATES, STATES)


def _placed(point: Doubles, narrow: Prints, wide: Prints, filling: float) -> Doubles:
    """The same over more features."""
    weights, moves = _parts(point)
    placed = np.full((len(wide), STATES), filling)
    placed[np.searchsorted(wide, narrow)] = weights
    return np.concatenate([placed.ravel(), moves.ravel()])


def _firmness(matrix: sp.csr_matrix, told: Told, point: Doubles) -> Doubles:
    """How much each part resists: the curvature there, its diagonal only (a move's by its upper bound)."""
    weights, moves = _parts(point)
    votes = np.asarray(matrix @ weights.astype(np.float32), dtype=np.float64)
    share = _expected(votes, moves + _forbidden(), told.layout)[1]
    curved = np.asarray(matrix.T @ (share * (1 - share)).astype(np.float32), dtype=np.float64)
    return PENALTY + np.concatenate([curved.ravel(), np.full(STATES * STATES, len(told.gold) / 4)])


def _laid_out(tagged: Tagged) -> Told:
    tagged = sorted((one for one in tagged if len(one[1])), key=lambda one: -len(one[1]))
    lengths = np.array([len(states) for _, states in tagged])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    rows = [starts[: int((lengths > step).sum())] + step for step in range(int(lengths.max()))]
    order, layout = np.concatenate(rows), Layout(np.cumsum([0, *map(len, rows)]).tolist())
    sights, gold = (np.concatenate(parts)[order] for parts in zip(*tagged, strict=True))
    return Told(sights, gold, layout)


def _often(sights: Prints) -> Prints:
    prints, counts = np.unique(sights, return_counts=True)
    return np.asarray(prints[counts >= SEEN])


def _matrix(sights: Prints, prints: Prints) -> sp.csr_matrix:
    """[letters, features] of ones."""
    columns, there = Index(prints).find(sights.ravel())
    there = there.reshape(-1, FEATURES)
    ends = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
    values = np.ones(int(ends[-1]), dtype=np.float32)
    return sp.csr_matrix((values, columns[there.ravel()], ends), shape=(len(sights), len(prints)))


def _forbidden() -> Doubles:
    moves = np.zeros((STATES, STATES))
    moves[OUTSIDE, INSIDE] = NEVER
    return moves


def _cost(
    matrix: sp.csr_matrix, messages: Told, centre: Doubles, firm: Doubles
) -> Callable[[Doubles], tuple[float, Doubles]]:
    """(negative log-likelihood, and the penalty for leaving the centre; its gradient) as a function of a point."""
    gold, layout = messages.gold, messages.layout
    transposed = matrix.T.tocsr()
    told = np.zeros((len(gold), STATES), dtype=np.float32)
    told[np.arange(len(gold)), gold] = 1
    made = np.zeros((STATES, STATES))
    for step in range(1, layout.steps):
        np.add.at(made, (gold[layout.before(step)], gold[layout.here(step)]), 1)

    def cost(point: Doubles) -> tuple[float, Doubles]:
        weights, moves = _parts(point)
        votes = np.asarray(matrix @ weights.astype(np.float32), dtype=np.float64)
        total, share, moved = _expected(votes, moves + _forbidden(), layout)
        likelihood = float((votes * told).sum() + (moves * made).sum()) - total
        slope = np.asarray(transposed @ (share - told).astype(np.float32), dtype=np.float64)
        away = firm * (point - centre)
        gradient = np.concatenate([slope.ravel(), (moved - made).ravel()]) + away
        return 0.5 * float(away @ (point - centre)) - likelihood, gradient

    return cost


def _expected(votes: Doubles, moves: Doubles, layout: Layout) -> tuple[float, Doubles, Doubles]:
    """Forward-backward, each letter scaled to a sum of 1: (sum of the log partition functions, [letters, 3] shares of
    the states, [3, 3] moves made)."""
    turn = np.exp(moves)
    top = votes.max(axis=1, keepdims=True)
    pull = np.exp(votes - top)
    pull[layout.here(0), INSIDE] = 0
    ahead, behind = pull.copy(), np.ones_like(votes)
    scale = np.empty((len(votes), 1))
    for step in range(layout.steps):
        here = layout.here(step)
        told = (ahead[layout.before(step)] @ turn) * pull[here] if step else ahead[here]
        scale[here] = told.sum(axis=1, keepdims=True)
        ahead[here] = told / scale[here]
    moved = np.zeros((STATES, STATES))
    for step in range(layout.steps - 1, 0, -1):
        here, before = layout.here(step), layout.before(step)
        onward = pull[here] * behind[here] / scale[here]
        behind[before] = onward @ turn.T
        moved += (ahead[before].T @ onward) * turn
    return float(np.log(scale).sum() + top.sum()), ahead * behind, moved
