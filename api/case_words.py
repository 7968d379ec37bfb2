"""A matter's words without its persons: what a case may be begun from, and what must not stand in it. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.text import folded, masked

SOMEBODY, SOMEWHERE, LEFT_OUT, SOME_MONEY = "某某", "某处", "（略）", "一笔钱"
FIGURES = r"[\d零〇一二三四五六七八九十百]+"
HOUSE = re.compile(
    rf"(?:{FIGURES}\s*(?:幢|栋|号楼|弄|单元)|(?<![月日\d零〇一二三四五六七八九十百]){FIGURES}\s*号(?![文令线]|公告)|\d{{3,4}}\s*室)+(?:{FIGURES}\s*室?)?"
)
SUM = re.compile(r"(\d+(?:\.\d+)?)(\s*[元块]钱?)")
ESTATE = re.compile(r"[^\d\s，。、]{3,}")  # a place up to its first number
RUN = re.compile(r"#+")


@dataclass(frozen=True, slots=True)
class Known:
    """Who and where stands in a matter's own words."""

    names: Sequence[str] = ()
    places: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """`kind`: number, house, name or place; `words`: what leads to somebody."""

    kind: str
    words: str


def stripped(words: str, known: Known) -> str:
    """To begin from: the adviser edits what is left. The longest first, so that none is left in half."""
    for place in sorted(known.places, key=len, reverse=True):
        words = words.replace(place, SOMEWHERE)
    for name in sorted(known.names, key=len, reverse=True):
        words = words.replace(name, SOMEBODY)
    words = RUN.sub(LEFT_OUT, masked(words))
    return SUM.sub(_roughly, HOUSE.sub(SOMEWHERE, words))


def _roughly(found: re.Match[str]) -> str:
    """2350 元 tells who it was, 2000 元 does not."""
    return SOME_MONEY if len(found[1].replace(".", "").strip("0")) > 2 else found[0]


def trace(words: str, known: Known) -> Trace | None:
    """The first thing in it that leads to somebody."""
    return next(_traces(words, known), None)


def _traces(words: str, known: Known) -> Iterator[Trace]:
    plain = folded(words)
    hidden = masked(words)
    for found in RUN.finditer(hidden):
        if "#" * len(found[0]) != words[found.start() : found.end()]:
            yield Trace("number", words[found.start() : found.end()])
    yield from (Trace("name", name) for name in known.names if folded(name) in plain)
    yield from (Trace("place", place) for place in known.places if folded(place) in plain)
    yield from (Trace("house", found[0]) for found in HOUSE.finditer(plain))


def estates(place: str) -> list[str]:
    """The place itself, and what of it leads to a house: 南环一村7幢602室 and 南环一村."""
    estate = ESTATE.match(place)
    found = [place.strip(), *([estate[0]] if estate else [])]
    return list(dict.fromkeys(one for one in found if len(one) >= 3))
