"""A text cut where the machine's deciding words stand in it. Pure."""

from collections.abc import Sequence
from itertools import pairwise


def marked(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in order, as (part, whether it decided). Overlapping words become one part."""
    deciding = [False] * len(text)
    for word in filter(None, words):
        at = text.find(word)
        while at >= 0:
            deciding[at : at + len(word)] = [True] * len(word)
            at = text.find(word, at + 1)
    edges = [0, *(i for i in range(1, len(text)) if deciding[i] != deciding[i - 1]), len(text)]
    return [(text[begin:end], deciding[begin]) for begin, end in pairwise(edges) if end > begin]


def elsewhere(text: str, words: Sequence[str]) -> list[str]:
    """Deciding words that do not stand in the text as they are: the machine reads a normalised one."""
    return [word for word in words if word not in text]
