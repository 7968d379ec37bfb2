"""The linear chain over letters: the likeliest run of states, and the same sights alone and among others."""

from itertools import pairwise, product

import numpy as np
import pytest

from nlp.crf import learn_chain
from nlp.tagger import BEGINS, FEATURES, INSIDE, OUTSIDE, READY, Chain, likeliest


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


def shown(begins: int, length: int, many: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Messages in which a letter with the feature `begins` begins a phrase of two letters."""
    chance = np.random.default_rng(2)
    tagged = []
    for _ in range(many):
        states = np.zeros(length, np.int8)
        at = int(chance.integers(0, length - 1))
        states[at : at + 2] = [BEGINS, INSIDE]
        sights = np.tile(np.arange(100, 100 + FEATURES, dtype=np.uint64), (length, 1))
        sights[at, 0] = begins
        tagged.append((sights, states))
    return tagged


def found(chain: Chain, sights: np.ndarray) -> list[int]:
    rows = np.minimum(np.searchsorted(chain.prints, sights), len(chain.prints) - 1)
    votes = (chain.weights[rows] * (chain.prints[rows] == sights)[..., None]).sum(axis=1)
    votes[:, BEGINS] -= READY
    return list(likeliest(votes.astype(np.float32), chain.moves))


@pytest.mark.parametrize("length", [3, 8])
def test_a_chain_learns_what_it_is_shown(length: int) -> None:
    tagged = shown(5, length, 60)
    chain = learn_chain(tagged, [])
    assert [found(chain, sights) for sights, _ in tagged] == [states.tolist() for _, states in tagged]


def test_corrections_teach_a_chain_and_what_it_was_sure_of_stays() -> None:
    tagged, corrected = shown(5, 8, 300), shown(6, 8, 20)
    before, after = learn_chain(tagged, []), learn_chain(tagged, corrected)
    told = [states.tolist() for _, states in corrected]
    assert [found(before, sights) for sights, _ in corrected] != told
    assert [found(after, sights) for sights, _ in corrected] == told
    assert [found(after, sights) for sights, _ in tagged] == [states.tolist() for _, states in tagged]
    assert np.abs(after.moves - before.moves)[before.moves > -100].max() < 0.1
