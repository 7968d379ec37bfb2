"""Classes of words in a location phrase, and a small grammar over them: what the tagger of places looks at."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from nlp.gazetteer import Gazetteer
from nlp.segment import Speech, Word

# Each word becomes one letter; the grammar is a regular expression over those letters.
NAME, ADMIN, NUMBER, FLOOR, SPOT, SIDE, LINK = "N", "A", "#", "u", "P", "D", "G"
TAILED = "T"  # a whole name by its ending: 人民路
TAIL, SHORT_TAIL, FACILITY = "S", "s", "F"  # the ending alone: 小区; 路; 菜场
CLOSER = "Q"  # 店, 线, 公司: close a name that has begun, begin none
FREE, SOFT, THING, BOUND = "O", "o", "t", "X"  # may be a name's part; inside one only; what reports are about; never
FIRST = "(?:O[Oo]{0,4}[SsTF]|[TF]|[NA#SuP])"  # a name must begin with a word that can be one
# Inside, a phrase may run over words of everyday speech; 路 alone does not follow a number.
NEXT = "(?:[Oot]{0,5}[STFQ]|[Oot]{1,5}s|(?<![#u])s|[NA#uPD]|O{1,3}(?=[P#]))"
TRADE = "(?:(?<=A)[Oo]{1,5})"  # after a district or a town, what follows is a name even without a known ending
PHRASE = re.compile(f"{FIRST}(?:G?{NEXT}|{TRADE})*")
ANCHORED = re.compile("[NAT#]|[Oo][SsF]|[FSP]G?[PD]|uG?P")

NUMBERED = re.compile(
    r"[a-z]?\d+(?:[-—~/]\d+)*(?:号楼|号院|单元|号|弄|幢|栋|座|室|房)|[a-z][座栋幢区]"
    r"|[一二三四五六七八九十]+(?:号楼|单元|幢|栋|弄)"
)
PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][a-z\d]{5,6}(?![a-z\d])")
LETTERED = re.compile(r"[a-z]\d*[市区县]")  # names made anonymous: A3区
HIDDEN = re.compile(r"[x某×*]{2,3}|某")  # names left out: XX路
FLOORED = re.compile(r"[一二三四五六七八九十两\d]+(?:楼|层|组|期|区|村|米|队|排)|地下[一二]?层?|负[一二三]楼")
DIGITS = frozenset("一二三四五六七八九十百第")
DIRECTIONS = ("口", "前", "面", "背后", "对过", "旁", "边", "边上", "隔壁", "附近", "侧", "头", "角", "楼下", "桥堍")
ORGANS = ("market", "school", "hospital", "park", "station", "mall", "organ")
ENDINGS = ("road", "bridge", "compound", "part")


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


class PlaceGrammar:
    def __init__(self, gazetteer: Gazetteer, speech: Speech, things: Iterable[str]) -> None:
        """`things`: what messages are about, which few places are named for."""
        self._gazetteer, self._speech = gazetteer, speech
        grammar = gazetteer.grammar
        self._classes = _classes(gazetteer, things)
        self._things = _beginning_as_a_place(things, grammar["short_tails"])
        self._admin, self._weak = tuple(grammar["admin"]), tuple(grammar["weak_tails"])
        endings = {word for word, letter in self._classes.items() if letter in (TAIL, FACILITY)}
        sides = {word for word in grammar["sides"] if len(word) > 1}
        sides |= {word for word in gazetteer.generic["spot"] if word.endswith(DIRECTIONS)}
        self.sides = re.compile("|".join(sorted(sides, key=len, reverse=True)))
        self._endings = tuple(endings - {*grammar["weak_tails"], *grammar["plain"]} | {*grammar["short_tails"]})
        self._class = lru_cache(maxsize=20_000)(self._class_of)

    def parse(self, plain: str, words: list[Word]) -> "Parsed":
        pieces = _pieces(self._gazetteer, self._things, plain, words)
        letters = "".join(piece.letter or self._class(plain[piece.start : piece.end]) for piece in pieces)
        return Parsed(pieces, letters, list(PHRASE.finditer(letters)))

    def _class_of(self, word: str) -> str:
        if letter := self._classes.get(word):
            return letter
        if not any(map(str.isalpha, word)):
            return BOUND
        if word.endswith(self._admin):
            return ADMIN
        if word in self._speech.bounds:
            return SOFT if len(word) == 1 or word[0] in DIGITS else BOUND
        known = word in self._speech.nouns
        if word.endswith(self._endings):
            return FACILITY if known else TAILED
        return TAIL if word.endswith(self._weak) and not known else FREE


class Piece(NamedTuple):
    start: int
    end: int
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A message as pieces, the class of each, and the runs of pieces that read like a location phrase."""

    pieces: list[Piece]
    letters: str
    phrases: list[re.Match[str]]

    def is_anchored(self, phrase: re.Match[str]) -> bool:
        """小区 or 门口 alone finds nothing, 小区东门 does."""
        return ANCHORED.search(self.letters, *phrase.span()) is not None


def edges_of(words: Iterable[Word]) -> set[int]:
    """Where words begin and end."""
    return {edge for word in words for edge in (word.start, word.end)}


def _beginning_as_a_place(things: Iterable[str], tails: Iterable[str]) -> re.Pattern[str]:
    """路灯, 桥面: things whose first letter closes a name. jieba may cut them there (路|灯不亮); no place ends so."""
    begun = [re.escape(thing) for thing in things if len(thing) > 1 and thing[0] in frozenset(tails)]
    return re.compile("|".join(sorted(begun, key=len, reverse=True)) or r"(?!)")


def _pieces(gazetteer: Gazetteer, things: re.Pattern[str], plain: str, words: list[Word]) -> list[Piece]:
    """Known names first, then numbers with their units, then things, then jieba's words for what is left."""
    pieces = [Piece(start, start + len(name), NAME) for start, name in gazetteer.mentions(plain, edges_of(words))]
    for pattern, letter in (
        (PLATE, BOUND),
        (LETTERED, ADMIN),
        (NUMBERED, NUMBER),
        (FLOORED, FLOOR),
        (HIDDEN, FREE),
        (things, THING),
    ):
        pieces = _merged(pieces, [Piece(*found.span(), letter) for found in pattern.finditer(plain)])
    return _merged(pieces, _leftovers(pieces, words))


def _merged(pieces: list[Piece], more: list[Piece]) -> list[Piece]:
    """Pieces in order; of `more` only those that touch none of `pieces`."""
    if not pieces or not more:
        return pieces or more
    taken = _taken(pieces)
    free = [piece for piece in more if taken.isdisjoint(range(piece.start, piece.end))]
    return sorted([*pieces, *free], key=lambda piece: piece.start)


def _leftovers(pieces: list[Piece], words: list[Word]) -> list[Piece]:
    """Words; one that a piece cuts into (平江|路边) comes as its free letters."""
    taken = _taken(pieces)
    found = []
    for word in words:
        if taken.isdisjoint(range(word.start, word.end)):
            found.append(Piece(word.start, word.end))
        else:
            found.extend(Piece(index, index + 1) for index in range(word.start, word.end) if index not in taken)
    return found


def _taken(pieces: list[Piece]) -> set[int]:
    return {index for piece in pieces for index in range(piece.start, piece.end)}


def _classes(gazetteer: Gazetteer, things: Iterable[str]) -> dict[str, str]:
    """Word -> its letter; a later table overrules an earlier one."""
    generic, grammar = gazetteer.generic, gazetteer.grammar
    tables: list[tuple[str, Iterable[str]]] = [
        (THING, things),
        (FREE, DIGITS),
        (BOUND, [*grammar["function_letters"], *grammar["people"]]),
        (FACILITY, [*grammar["facilities"], *(tail for name in ORGANS for tail in generic[name])]),
        (TAIL, [*grammar["tails"], *(tail for name in ENDINGS for tail in generic[name])]),
        (TAIL, [*grammar["plain"], *grammar["admin"]]),
        (SHORT_TAIL, grammar["short_tails"]),
        (CLOSER, grammar["closers"]),
        (LINK, grammar["links"]),
        (SIDE, grammar["sides"]),
        (SPOT, [*generic["spot"], *generic["gate"]]),
    ]
    return {word: letter for letter, words in tables for word in words}
