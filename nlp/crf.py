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
    """Messages one after another, the longest first: those that have a t-th letter are the first `active[t]`."""

    starts: NDArray[np.intp]
    lengths: NDArray[np.intp]

    @property
    def active(self) -> list[int]:
        return [int((self.lengths > step).sum()) for step in range(int(self.lengths.max()))]


def learn_chain(tagged: list[tuple[Prints, States]]) -> Chain:
    """`tagged`: [letters, FEATURES] and the state of each letter, of each message."""
    tagged = sorted((one for one in tagged if len(one[1])), key=lambda one: -len(one[1]))
    gold = np.concatenate([states for _, states in tagged])
    lengths = np.array([len(states) for _, states in tagged], dtype=np.intp)
    layout = Layout(np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    matrix, prints = _matrix(np.concatenate([sights for sights, _ in tagged]))
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
    inner = np.delete(np.arange(len(gold)), layout.starts)
    np.add.at(made, (gold[inner - 1], gold[inner]), 1)
    active = layout.active
    size = matrix.shape[1] * STATES

    def cost(point: Doubles) -> tuple[float, Doubles]:
        moves = point[size:].reshape(STATES, STATES)
        votes = np.asarray(matrix @ point[:size].reshape(-1, STATES).astype(np.float32), dtype=np.float64)
        total, share, moved = _expected(votes, moves + _forbidden(), layout, active)
        likelihood = float((votes * told).sum() + (moves * made).sum()) - total
        slope = np.asarray(transposed @ (share - told).astype(np.float32), dtype=np.float64)
        gradient = np.concatenate([slope.ravel(), (moved - made).ravel()]) + PENALTY * point
        return 0.5 * PENALTY * float(point @ point) - likelihood, gradient

    return cost


def _expected(votes: Doubles, moves: Doubles, layout: Layout, active: list[int]) -> tuple[float, Doubles, Doubles]:
    """Forward-backward, each letter scaled to a sum of 1: (sum of the log partition functions, [letters, 3] shares of
    the states, [3, 3] moves made)."""
    starts, turn = layout.starts, np.exp(moves)
    top = votes.max(axis=1, keepdims=True)
    pull = np.exp(votes - top)
    pull[starts, INSIDE] = 0
    ahead, behind = pull.copy(), np.ones_like(votes)
    scale = np.empty((len(votes), 1))
    for step in range(len(active)):
        here = starts[: active[step]] + step
        told = (ahead[here - 1] @ turn) * pull[here] if step else ahead[here]
        scale[here] = told.sum(axis=1, keepdims=True)
        ahead[here] = told / scale[here]
    moved = np.zeros((STATES, STATES))
    for step in range(len(active) - 1, 0, -1):
        here = starts[: active[step]] + step
        onward = pull[here] * behind[here] / scale[here]
        behind[here - 1] = onward @ turn.T
        moved += (ahead[here - 1].T @ onward) * turn
    return float(np.log(scale).sum() + top.sum()), ahead * behind, moved
