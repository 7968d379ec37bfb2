"""Fingerprints: equal for equal letters wherever they stand, and found again among thousands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.features import windows
from nlp.letters import Index, Letters, codes_of, fingerprint, sound

WORDS = st.text(st.characters(min_codepoint=1), min_size=1, max_size=12)


@given(before=WORDS, word=WORDS, after=WORDS)
def test_a_stretch_has_the_fingerprint_of_the_same_letters_alone(before: str, word: str, after: str) -> None:
    letters = Letters(codes_of(before + word + after))
    at = np.array([len(before)])
    assert int(letters.prints(at, at + len(word), 7)[0]) == fingerprint(word, 7)


def test_other_letters_another_order_or_another_salt_are_another_fingerprint() -> None:
    made = [fingerprint(*one) for one in [("路灯", 1), ("灯路", 1), ("路灯", 2), ("路", 1), ("路灯灯", 1)]]
    assert len(set(made)) == len(made)


@given(st.sets(st.integers(0, 2**64 - 1), max_size=300), st.lists(st.integers(0, 2**64 - 1), max_size=50))
def test_an_index_finds_what_is_there_and_nothing_else(known: set[int], asked: list[int]) -> None:
    table = sorted(known)
    wanted = [*asked, *table]
    rows, there = Index(np.array(table, np.uint64)).find(np.array(wanted, np.uint64))
    assert there.tolist() == [one in known for one in wanted]
    assert [table[row] for row, known_ in zip(rows.tolist(), there, strict=True) if known_] == [
        one for one in wanted if one in known
    ]


@pytest.mark.parametrize("length", [0, 1, 2, 5, 5_000])
def test_windows_are_all_stretches_of_each_size(length: int) -> None:
    starts, ends = windows(length, (1, 3))
    assert len(starts) == max(length, 0) + max(length - 2, 0)
    assert set((ends - starts).tolist()) <= {1, 3}


@pytest.mark.parametrize(("one", "other"), [("知", "资"), ("冷", "能"), ("林", "灵"), ("该", "盖")])
def test_what_is_confused_in_hearing_sounds_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other) != ""


@pytest.mark.parametrize("letter", ["a", "1", "。", "\ud800"])
def test_what_is_no_chinese_letter_has_no_sound(letter: str) -> None:
    assert sound(letter) == ""
