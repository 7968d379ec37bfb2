"""Which time limits of the law, and which alerts, the words of a question touch. Pure.

Precision first: a warning that does not fit is worse than none. Words count together only where they stand in two
sentences that follow each other, and only for the topics that a limit names.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

SENTENCE = re.compile(r"[^。!?;\n]+")


class Signed(Protocol):
    """`signs`: words that must all be there, with spaces between; each may be one of several, "老板|公司"."""

    @property
    def topics(self) -> Sequence[str]: ...
    @property
    def signs(self) -> Sequence[str]: ...
    @property
    def but(self) -> Sequence[str]: ...


S = TypeVar("S", bound=Signed)


def touched(known: Iterable[S], plain: str) -> list[S]:
    """Whatever the topic; `plain` is as `nlp.text` makes it."""
    passages = _passages(plain)
    return [one for one in known if not any(word in plain for word in one.but) and _shown(one.signs, passages)]


def touching(known: Iterable[S], plain: str, topic: str) -> list[S]:
    """Those of `topic`, the id of a legal topic."""
    return touched((one for one in known if topic in one.topics), plain)


def _passages(plain: str) -> list[str]:
    sentences = SENTENCE.findall(plain)
    return [f"{first};{second}" for first, second in pairwise(sentences)] or sentences


def _shown(signs: Sequence[str], passages: Sequence[str]) -> bool:
    return any(_holds(sign, passage) for sign in signs for passage in passages)


def _holds(sign: str, passage: str) -> bool:
    return all(any(word in passage for word in either.split("|")) for either in sign.split(" "))
