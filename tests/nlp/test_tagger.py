"""The linear chain over letters: the likeliest run of states, and the same sights alone and among others."""

from itertools import pairwise, product

import numpy as np
import pytest

from nlp.crf import learn_chain
from nlp.tagger import BEGINS, FEATURES, INSIDE, OUTSIDE, READY, likeliest


def test_the_likeliest_run_is_the_best_of_all_runs() -> None:
    chance = np.random.default_rng(1)
    moves = chance.normal(size=(3, 3)).astype(np.float32)
    moves[OUTSIDE, INSIDE] = -1e4
    for length in range(1, 6):
        votes = chance.normal(size=(length, 3)).astype(np.float32)

        def worth(run: tuple[int, ...], votes: np.ndarray = votes) -> float:
            if run[0] == INSIDE:
                return -1e9
            steps = sum(float(moves[one, other]) for one, other in pairwise(run))
            return sum(float(votes[at, state]) + READY * (state == BEGINS) for at, state in enumerate(run)) + steps

        assert tuple(likeliest(votes, moves)) == max(product(range(3), repeat=length), key=worth)


@pytest.mark.parametrize("length", [3, 8])
def test_a_chain_learns_what_it_is_shown(length: int) -> None:
    """A letter with feature 5 begins a phrase of two letters."""
    chance = np.random.default_rng(2)
    tagged = []
    for _ in range(60):
        states = np.zeros(length, np.int8)
        at = int(chance.integers(0, length - 1))
        states[at : at + 2] = [BEGINS, INSIDE]
        sights = np.tile(np.arange(100, 100 + FEATURES, dtype=np.uint64), (length, 1))
        sights[at, 0] = 5
        tagged.append((sights, states))
    chain = learn_chain(tagged)
    for sights, states in tagged[:10]:
        rows = np.minimum(np.searchsorted(chain.prints, sights), len(chain.prints) - 1)
        votes = (chain.weights[rows] * (chain.prints[rows] == sights)[..., None]).sum(axis=1)
        votes[:, BEGINS] -= READY
        assert likeliest(votes.astype(np.float32), chain.moves) == states.tolist()
