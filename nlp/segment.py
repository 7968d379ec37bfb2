"""Words of a message: jieba with the domain's and the district's words, in an instance of our own."""

import logging
import marshal
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jieba

PHRASE = re.compile("[不没了得的在有太一无着被要]")  # 灯不亮 is several words: as one it would split 路灯


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: int
    end: int


class Segmenter:
    """Ready when made: jieba's dictionary is loaded at once, so that worker threads only read."""

    def __init__(self, words: Iterable[str], cache: Path) -> None:
        jieba.setLogLevel(logging.WARNING)
        cache.mkdir(parents=True, exist_ok=True)
        self._jieba = jieba.Tokenizer()
        self._jieba.tmp_dir = str(cache)  # the default, a shared temporary folder, belongs to every user
        self._jieba.cache_file = "jieba.cache"
        _initialize(self._jieba, cache / "jieba.cache")
        # In one order, the longest last: how often jieba takes a word to occur depends on those before it.
        for word in sorted(set(words), key=lambda word: (len(word), word)):
            if len(word) > 1 and not PHRASE.search(word):
                self._jieba.add_word(word)

    def cut(self, plain: str) -> list[Word]:
        return [Word(*found) for found in self._jieba.tokenize(plain, HMM=False)]


def _initialize(tokenizer: jieba.Tokenizer, cache: Path) -> None:
    """As jieba does, but its cache in one read: read piece by piece it takes 0.7 s of every start."""
    try:
        if cache.stat().st_mtime > Path(jieba.__file__).with_name("dict.txt").stat().st_mtime:
            tokenizer.FREQ, tokenizer.total = marshal.loads(cache.read_bytes())
            tokenizer.initialized = True
    except (OSError, ValueError, EOFError, TypeError):
        pass  # jieba makes a new one
    tokenizer.initialize()


BOUND_TAGS = (
    "v",
    "d",
    "p",
    "c",
    "r",
    "u",
    "t",
    "y",
    "e",
    "m",
    "q",
    "zg",
    "i",
    "l",
)  # jieba's: verbs, adverbs, particles, times …
NAME_TAGS = ("vn",)
NOUN_TAGS = ("n", "s")
OFTEN = 30  # occurrences in jieba's corpus; rarer words are as likely part of a name


@dataclass(frozen=True, slots=True)
class Speech:
    """Words of everyday speech. `bounds`: no place name runs across them; `nouns`: 理发店 is no name."""

    bounds: frozenset[str]
    nouns: frozenset[str]


def everyday_speech(endings: str) -> Speech:
    """From jieba's own dictionary (0.3 s); of its nouns those that end in one of the letters of `endings`."""
    file = Path(jieba.__file__).with_name(jieba.DEFAULT_DICT_NAME)
    rows = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    bounds = (word for word, count, tag in rows if int(count) >= OFTEN and _binds(tag))
    return Speech(
        frozenset(bounds),
        frozenset(word for word, _, tag in rows if tag in NOUN_TAGS and word.endswith(tuple(endings))),
    )


def _binds(tag: str) -> bool:
    return tag.startswith(BOUND_TAGS) and tag not in NAME_TAGS
