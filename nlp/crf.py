"""Trains the tagger of places: a linear-chain conditional random field, by L-BFGS over all messages at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.optimize
import scipy.sparse as sp
from numpy.typing import NDArray

from nlp.letters import Prints
from nlp.tagger import FEATURES, INSIDE, NEVER, OUTSIDE, STATES, Chain, States

SEEN = 3  # times a feature must occur
PENALTY, STEPS = 1.5, 45
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


def learn_chain(tagged: list[tuple[Prints, States]]) -> Chain:
    """`tagged`: [letters, FEATURES] and the state of each letter, of each message."""
    tagged = sorted((one for one in tagged if len(one[1])), key=lambda one: -len(one[1]))
    order, layout = _laid_out([len(states) for _, states in tagged])
    gold = np.concatenate([states for _, states in tagged])[order]
    matrix, prints = _matrix(np.concatenate([sights for sights, _ in tagged])[order])
    size = len(prints) * STATES
    found = scipy.optimize.minimize(
        _cost(matrix, gold, layout),
        np.zeros(size + STATES * STATES),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": STEPS, "maxcor": 6},
    )
    weights, moves = found.x[:size].reshape(-1, STATES), found.x[size:].reshape(STATES, STATES) + _forbidden()
    return Chain(prints, weights.astype(np.float32), moves.astype(np.float32))


def _laid_out(lengths: list[int]) -> tuple[NDArray[np.intp], Layout]:
    """(where each letter of the layout stands among the messages one after another, the layout)"""
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    long = np.array(lengths)
    rows = [starts[: int((long > step).sum())] + step for step in range(max(lengths))]
    return np.concatenate(rows), Layout(np.cumsum([0, *map(len, rows)]).tolist())


def _matrix(sights: Prints) -> tuple[sp.csr_matrix, Prints]:
    """[letters, features] of ones, and the features' fingerprints."""
    prints, columns, counts = np.unique(sights.ravel(), return_inverse=True, return_counts=True)
    kept = counts >= SEEN
    columns = np.where(kept, np.cumsum(kept) - 1, -1)[columns.ravel()].reshape(-1, FEATURES)
    there = columns >= 0
    ends = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
    values = np.ones(int(ends[-1]), dtype=np.float32)
    return sp.csr_matrix((values, columns[there], ends), shape=(len(sights), int(kept.sum()))), prints[kept]


def _forbidden() -> Doubles:
    moves = np.zeros((STATES, STATES))
    moves[OUTSIDE, INSIDE] = NEVER
    return moves


def _cost(matrix: sp.csr_matrix, gold: States, layout: Layout) -> Callable[[Doubles], tuple[float, Doubles]]:
    """(negative log-likelihood with its penalty, its gradient) as a function of weights and moves."""
    transposed = matrix.T.tocsr()
    told = np.zeros((len(gold), STATES), dtype=np.float32)
    told[np.arange(len(gold)), gold] = 1
    made = np.zeros((STATES, STATES))
    for step in range(1, layout.steps):
        np.add.at(made, (gold[layout.before(step)], gold[layout.here(step)]), 1)
    size = matrix.shape[1] * STATES

    def cost(point: Doubles) -> tuple[float, Doubles]:
        moves = point[size:].reshape(STATES, STATES)
        votes = np.asarray(matrix @ point[:size].reshape(-1, STATES).astype(np.float32), dtype=np.float64)
        total, share, moved = _expected(votes, moves + _forbidden(), layout)
        likelihood = float((votes * told).sum() + (moves * made).sum()) - total
        slope = np.asarray(transposed @ (share - told).astype(np.float32), dtype=np.float64)
        gradient = np.concatenate([slope.ravel(), (moved - made).ravel()]) + PENALTY * point
        return 0.5 * PENALTY * float(point @ point) - likelihood, gradient

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
