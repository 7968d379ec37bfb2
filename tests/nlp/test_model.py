"""What a message and its stretches say to the planes."""

import numpy as np

from nlp.model import Seen

SEEN = Seen(  # of a message of six letters: features [0, 2), [2, 4), [0, 2) again, [3, 6)
    rows=np.array([7, 8, 7, 9]),
    starts=np.array([0, 2, 0, 3]),
    ends=np.array([2, 4, 2, 6]),
    scales=np.array([3, 4, 3, 2], dtype=np.float32),
    weights=np.array([[1, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32),
    bias=np.array([0.5, -0.5], dtype=np.float32),
)


def test_a_message_counts_each_feature_once_and_none_within_its_place() -> None:
    whole = np.array([3 + 2, 4 + 2]) / np.sqrt(9 + 16 + 4)
    np.testing.assert_allclose(SEEN.scores(0, 0), whole + SEEN.bias, rtol=1e-6)
    np.testing.assert_allclose(SEEN.scores(2, 4), np.array([5, 2]) / np.sqrt(13) + SEEN.bias, rtol=1e-6)
    np.testing.assert_allclose(SEEN.scores(0, 6), SEEN.bias)


def test_stretches_are_judged_together_as_each_would_be_alone() -> None:
    stretches = [(2, 6), (0, 2), (4, 6), (2, 4)]
    together = SEEN.scores_within(stretches)
    assert together.shape == (4, 2)
    np.testing.assert_allclose(together[0], np.array([2, 6]) / np.sqrt(20) + SEEN.bias, rtol=1e-6)
    np.testing.assert_allclose(together[2], SEEN.bias)  # none of its features lies within
    for stretch, scores in zip(stretches, together, strict=True):
        np.testing.assert_allclose(SEEN.scores_within([stretch])[0], scores, rtol=1e-6)


def test_of_no_stretches_nothing_is_said() -> None:
    assert SEEN.scores_within([]).shape == (0, 2)
