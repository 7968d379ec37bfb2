"""A text's letters as numbers, so that every stretch of it is fingerprinted at once."""

import zlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pypinyin import lazy_pinyin

Prints = NDArray[np.uint64]
Codes = NDArray[np.uint64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]

LIMIT = 1 << 18  # letters of the longest text: training reads hundreds of messages as one
BASE, MIX, HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93), np.uint64(32)
POWERS: Prints = np.cumprod(np.concatenate([[np.uint64(1)], np.full(LIMIT, BASE)]))
HEAD_BITS = 20
HEAD = np.uint64(64 - HEAD_BITS)
HAN_FIRST, HAN_END = 0x4E00, 0xA000
# Sounds that Suzhou's typists and dictation confuse: 知/资, 冷/能, 林/灵.
FOLDED_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"))


class Letters:
    """One code a letter. `prints` of equal codes and salt are equal, wherever they stand."""

    __slots__ = ("_sums", "codes")

    def __init__(self, codes: Codes) -> None:
        self.codes = codes
        self._sums = np.zeros(len(codes) + 1, dtype=np.uint64)
        np.cumsum(codes * POWERS[: len(codes)], out=self._sums[1:])

    def prints(self, starts: Places, ends: Places, salt: int | Prints) -> Prints:
        sums = (self._sums[ends] - self._sums[starts]) * POWERS[LIMIT - starts]
        mixed = (sums + np.asarray(salt, dtype=np.uint64)) * MIX
        return np.asarray(mixed ^ (mixed >> HALF), dtype=np.uint64)


class Index:
    """Rows of sorted fingerprints, found by their first bits: four times as fast as a binary search."""

    __slots__ = ("_starts", "prints")

    def __init__(self, prints: Prints) -> None:
        self.prints = np.append(prints, np.iinfo(np.uint64).max)  # one more row, for those past the end
        heads = (prints >> HEAD).astype(np.intp)
        counts = np.bincount(heads, minlength=1 << HEAD_BITS)
        self._starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int32)

    def find(self, prints: Prints) -> tuple[Places, Flags]:
        """(row, is it there) of each print."""
        rows = self._starts[(prints >> HEAD).astype(np.intp)].astype(np.intp)
        short = np.flatnonzero(self.prints[rows] < prints)
        while len(short):
            rows[short] += 1
            short = short[self.prints[rows[short]] < prints[short]]
        return rows, (rows < len(self.prints) - 1) & (self.prints[rows] == prints)


def codes_of(plain: str) -> Codes:
    return np.frombuffer(plain.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)


def fingerprint(word: str, salt: int) -> int:
    letters = Letters(codes_of(word))
    return int(letters.prints(np.array([0]), np.array([len(word)]), salt)[0])


def letter_table() -> Flags:
    """[65536] is it a letter of any script?"""
    return np.array([chr(code).isalpha() for code in range(0x10000)], dtype=np.bool_)


def sound_table() -> Codes:
    """[HAN_END - HAN_FIRST] a number for each Chinese letter's folded syllable; made once, by training."""
    return np.array([zlib.crc32(sound(chr(code)).encode()) for code in range(HAN_FIRST, HAN_END)], dtype=np.uint64)


@lru_cache(maxsize=20_000)
def sound(letter: str) -> str:
    """The letter's syllable without tone and with confusable sounds folded; '' for what has none."""
    if not HAN_FIRST <= ord(letter) < HAN_END:
        return ""
    syllable = str(lazy_pinyin(letter)[0])
    for heard, folded in FOLDED_SOUNDS:
        syllable = syllable.replace(heard, folded)
    return syllable
