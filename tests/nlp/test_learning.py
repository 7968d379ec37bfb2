"""A vocabulary that corrections widen."""

import numpy as np

from nlp.learning import placed, vocabulary_of, widened
from nlp.model import Planes

OWN = [np.array(prints, dtype=np.uint64) for prints in ([5, 9], [5, 9], [5, 9, 7], [5])]
MORE = [np.array(prints, dtype=np.uint64) for prints in ([7, 1], [7, 5, 3], [3], [3])]


def test_what_was_known_keeps_its_scale_and_what_is_frequent_now_comes_in() -> None:
    narrow = vocabulary_of(OWN)
    wide = widened(narrow, [*OWN, *MORE])
    assert (narrow.prints.tolist(), wide.prints.tolist()) == ([5, 9], [3, 5, 7, 9])
    assert wide.scales[[1, 3]].tolist() == narrow.scales.tolist()
    assert widened(narrow, OWN).prints.tolist() == narrow.prints.tolist()


def test_planes_are_the_same_over_the_wider_vocabulary() -> None:
    narrow = vocabulary_of(OWN)
    planes = Planes(np.array([[1.5], [-2.0]], dtype=np.float16), np.zeros(1, np.float32))
    assert placed(planes, narrow, widened(narrow, [*OWN, *MORE])).weights[:, 0].tolist() == [0, 1.5, 0, -2]
