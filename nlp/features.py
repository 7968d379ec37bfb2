"""What the model looks at in a message, each with the characters it was seen in."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pypinyin import lazy_pinyin

from nlp.segment import Word
from nlp.text import Text

GRAMS = (1, 2, 3)
LONGEST_KEYWORD = 10
# Sounds that Suzhou's typists and dictation confuse: 知/资, 冷/能, 林/灵.
FOLDED_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"))


class Feature(NamedTuple):  # a thousand a message: a tuple is made twice as fast as a frozen dataclass
    key: str
    start: int
    end: int


class Lexicon:
    """keyword -> the labels that list it. A hit counts less the more labels share the word."""

    def __init__(self, keywords: Mapping[str, Iterable[str]]) -> None:
        self._labels: dict[str, list[str]] = {}
        for label, words in keywords.items():
            for word in words:
                self._labels.setdefault(word, []).append(label)

    @property
    def words(self) -> list[str]:
        return list(self._labels)

    def hits(self, plain: str) -> Iterator[Feature]:
        """The longest keyword at each place."""
        start = 0
        while start < len(plain):
            for end in range(min(start + LONGEST_KEYWORD, len(plain)), start, -1):
                if labels := self._labels.get(plain[start:end]):
                    yield from (Feature(f"l{label}", start, end) for label in labels)
                    yield Feature(f"k{plain[start:end]}", start, end)
                    break
            start += 1


def features(text: Text, words: list[Word], lexicon: Lexicon) -> list[Feature]:
    plain = text.plain
    told = [word for word in words if is_word(word.text)]
    return [*_words(told), *_grams(plain), *_sounds(plain), *lexicon.hits(plain)]


def is_word(letters: str) -> bool:
    return any(letter.isalpha() for letter in letters)


def _words(words: list[Word]) -> Iterator[Feature]:
    for word in words:
        yield Feature(f"w{word.text}", word.start, word.end)
    for left, right in pairwise(words):
        if left.end == right.start:
            yield Feature(f"b{left.text}/{right.text}", left.start, right.end)


def _grams(plain: str) -> Iterator[Feature]:
    for size in GRAMS:
        for start in range(len(plain) - size + 1):
            letters = plain[start : start + size]
            if letters.isalpha():
                yield Feature(f"c{letters}", start, start + size)


def _sounds(plain: str) -> Iterator[Feature]:
    sounds = [sound(letter) for letter in plain]
    for size in (2, 3):
        for start in range(len(plain) - size + 1):
            part = sounds[start : start + size]
            if all(part):
                yield Feature("p" + " ".join(part), start, start + size)


@lru_cache(maxsize=20_000)
def sound(letter: str) -> str:
    """The letter's syllable without tone and with confusable sounds folded; '' for what has none."""
    if not "一" <= letter <= "鿿":
        return ""
    syllable = str(lazy_pinyin(letter)[0])
    for heard, folded in FOLDED_SOUNDS:
        syllable = syllable.replace(heard, folded)
    return syllable
