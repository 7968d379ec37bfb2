"""What the model looks at: fingerprints of a message's words, letters, sounds and keywords, and where each stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nlp.letters import (
    HAN_END,
    HAN_FIRST,
    Codes,
    Flags,
    Index,
    Letters,
    Places,
    Prints,
    codes_of,
    fingerprint,
    letter_table,
)
from nlp.segment import Word
from nlp.text import WINDOW

GRAMS, SOUND_GRAMS = (1, 2, 3), (2, 3)
LONGEST_KEYWORD = 10
WORD, PAIR, GRAM, SOUND, KEYWORD, SIGN = range(1, 7)  # SIGN: a label that lists the keyword


@dataclass(frozen=True, slots=True)
class Sights:
    """What was seen: arrays of one length."""

    prints: Prints
    starts: Places
    ends: Places


def joined(parts: list[Sights]) -> Sights:
    return Sights(
        np.concatenate([part.prints for part in parts]),
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
    )


class Lexicon:
    """keyword -> the labels that list it. A hit counts less the more labels share the word."""

    def __init__(self, keywords: Mapping[str, Iterable[str]]) -> None:
        labels: dict[str, list[str]] = {}
        for label, words in keywords.items():
            for word in words:
                labels.setdefault(word, []).append(label)
        self.words = list(labels)
        known = sorted((fingerprint(word, KEYWORD), word) for word in labels if len(word) <= LONGEST_KEYWORD)
        self._index = Index(np.array([number for number, _ in known], dtype=np.uint64))
        self._signs = [np.array([fingerprint(label, SIGN) for label in labels[word]], np.uint64) for _, word in known]
        self._counts = np.array([len(one) for one in self._signs], dtype=np.intp)
        self._lengths = tuple(sorted({len(word) for _, word in known}, reverse=True))

    def hits(self, letters: Letters) -> Sights:
        """The longest keyword at each place, and a sign of each label that lists it."""
        starts, ends = windows(len(letters.codes), self._lengths)
        rows, known = self._index.find(letters.prints(starts, ends, KEYWORD))
        starts, ends, rows = starts[known], ends[known], rows[known]
        starts, longest = np.unique(starts, return_index=True)  # the first of each place: the longest stand first
        ends, rows = ends[longest], rows[longest]
        counts = self._counts[rows]
        signs = [self._signs[row] for row in rows.tolist()]
        return Sights(
            np.concatenate([self._index.prints[rows], *signs]),
            np.concatenate([starts, np.repeat(starts, counts)]),
            np.concatenate([ends, np.repeat(ends, counts)]),
        )


def windows(length: int, sizes: tuple[int, ...]) -> tuple[Places, Places]:
    """(starts, ends) of every stretch of each size in a text of that length."""
    return _windows_of_a_message(length, sizes) if length <= WINDOW else _windows(length, sizes)


@lru_cache(maxsize=2_000)
def _windows_of_a_message(length: int, sizes: tuple[int, ...]) -> tuple[Places, Places]:
    return _windows(length, sizes)


def _windows(length: int, sizes: tuple[int, ...]) -> tuple[Places, Places]:
    starts = [np.arange(max(length - size + 1, 0)) for size in sizes]
    ends = [start + size for start, size in zip(starts, sizes, strict=True)]
    return np.concatenate(starts), np.concatenate(ends)


class Eye:
    """Sees features. `sounds`: a number for each Chinese letter's syllable."""

    parts = ("words", "letters", "sounds", "keywords")  # what it looks at

    def __init__(self, lexicon: Lexicon, sounds: Codes) -> None:
        self._lexicon, self._sounds = lexicon, sounds
        self._alpha = letter_table()

    def see(self, plain: str, words: list[Word]) -> Sights:
        letters = Letters(codes_of(plain))
        heard = self._heard(letters.codes)
        readable = self._alpha[np.minimum(letters.codes, 0xFFFF).astype(np.intp)]
        looks = {
            "words": lambda: _words(letters, words),
            "letters": lambda: _grams(letters, readable, GRAMS, GRAM),
            "sounds": lambda: _grams(heard, heard.codes > 0, SOUND_GRAMS, SOUND),
            "keywords": lambda: self._lexicon.hits(letters),
        }
        return joined([looks[part]() for part in self.parts])

    def _heard(self, codes: Codes) -> Letters:
        han = (codes >= HAN_FIRST) & (codes < HAN_END)
        return Letters(np.where(han, self._sounds[np.where(han, codes - HAN_FIRST, 0).astype(np.intp)], 0))


@lru_cache(maxsize=20_000)
def is_word(letters: str) -> bool:
    return any(letter.isalpha() for letter in letters)


def _words(letters: Letters, words: list[Word]) -> Sights:
    """Each word, and each pair of neighbours."""
    told = [word for word in words if is_word(word.text)]
    starts = np.array([word.start for word in told], dtype=np.intp)
    ends = np.array([word.end for word in told], dtype=np.intp)
    left = np.flatnonzero(ends[:-1] == starts[1:])
    salts = np.repeat(np.array([WORD, PAIR], np.uint64), [len(starts), len(left)])
    starts, ends = np.concatenate([starts, starts[left]]), np.concatenate([ends, ends[left + 1]])
    return Sights(letters.prints(starts, ends, salts), starts, ends)


def _grams(letters: Letters, readable: Flags, sizes: tuple[int, ...], family: int) -> Sights:
    starts, ends = windows(len(letters.codes), sizes)
    unreadable = np.concatenate([[0], np.cumsum(~readable)])
    whole = unreadable[starts] == unreadable[ends]
    starts, ends = starts[whole], ends[whole]
    return Sights(letters.prints(starts, ends, family), starts, ends)
