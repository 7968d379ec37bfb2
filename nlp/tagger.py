"""Where a message says it is: each letter is outside, begins or goes on with a location phrase (a linear chain)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp.letters import MIX, Codes, Index, Letters, Prints, codes_of
from nlp.places import Parsed, PlaceGrammar, Span
from nlp.segment import Word

OUTSIDE, BEGINS, INSIDE = range(3)
STATES = 3
READY = 2.3  # log-odds: a phrase is told a little sooner than training says; a missed place is asked for again
NEVER = -1e4  # a phrase that goes on has begun
LEADING_OVER = re.compile("(?:另外|还有|以及|顺便|再就是|对了|还想说)(?=..)")
EDGE = 3  # letters looked at on both sides
SEAM = "\n" * EDGE  # stands before and after each message


class Around(NamedTuple):
    """Stretches around a letter, each from its left edge to before its right one. Arrays of one column."""

    lefts: NDArray[np.intp]
    rights: NDArray[np.intp]
    salts: Prints


def _around(salt: int, *edges: tuple[int, int]) -> Around:
    lefts, rights = np.array(edges, np.intp).T[:, :, None]
    return Around(lefts, rights, np.arange(salt, salt + len(edges), dtype=np.uint64)[:, None])


LETTERS = _around(1000, (0, 1), (-1, 0), (1, 2), (-1, 1), (0, 2), (-2, 0), (1, 3), (-1, 2), (-3, 0), (0, 3))
KINDS = _around(1100, (-1, 2), (0, 3), (-2, 1))
PHRASES = _around(1200, (0, 1), (-1, 2))  # of the grammar
LINES = (LETTERS, KINDS, PHRASES)  # three lines of one length: a letter, its kind, what the grammar says of it
LINE = np.repeat(np.arange(len(LINES)), [len(around.salts) for around in LINES])[:, None]
OF_LINES = Around(*(np.concatenate(parts) for parts in zip(*LINES, strict=True)))
PIECES = _around(1300, (0, 1), (-1, 1), (0, 2), (-1, 2), (-2, 1))  # of classes of pieces
NEIGHBOURS = (0, -1, 1)  # words
AT_NEIGHBOURS = np.array(NEIGHBOURS)[:, None] + EDGE
OF_NEIGHBOURS = np.array([1400 + step for step in NEIGHBOURS], dtype=np.uint64)[:, None]
FEATURES = len(OF_LINES.salts) + len(PIECES.salts) + len(NEIGHBOURS)

States = NDArray[np.int8]  # one a letter
Weights = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Chain:
    """What training leaves. `weights` [features, 3], `moves` [3, 3] from one state to the next."""

    prints: Prints  # [features], sorted
    weights: Weights
    moves: Weights

    def save(self, folder: Path) -> None:
        np.savez(folder / "places.npz", self.prints, self.weights, self.moves)


def load_chain(folder: Path) -> Chain:
    """Raises OSError or ValueError."""
    with np.load(folder / "places.npz") as saved:
        return Chain(*(saved[key] for key in saved.files))


class PlaceFinder:
    def __init__(self, grammar: PlaceGrammar, chain: Chain) -> None:
        self._grammar, self._moves = grammar, chain.moves
        self._index = Index(chain.prints)
        # The last row is for what is unknown.
        self._weights = np.vstack([chain.weights, np.zeros((1, STATES), np.float32)])

    def all(self, plain: str, words: list[Word]) -> list[Span]:
        sights = sights_of([(plain, words)], self._grammar)[0]
        rows, known = self._index.find(sights.ravel())
        rows = np.where(known, rows, len(self._weights) - 1)
        votes = self._weights[rows].reshape(len(plain), FEATURES, STATES).sum(axis=1)
        return [self._whole(plain, span) for span in _spans(likeliest(votes, self._moves))]

    def _whole(self, plain: str, span: Span) -> Span:
        """With the side that follows (12幢|前面), without the word that leads over to it (还有|2幢)."""
        start, end = span.start, span.end
        if over := LEADING_OVER.match(plain, start, end):
            start = over.end()
        while side := self._grammar.sides.match(plain, end):
            end = side.end()
        return Span(start, end)


def sights_of(messages: list[tuple[str, list[Word]]], grammar: PlaceGrammar) -> list[Prints]:
    """[letters, FEATURES] of each message: fingerprints of what a letter is and stands beside. All are read as one."""
    plain, words, starts = SEAM, _seam(0), []
    for message, told in messages:
        starts.append(len(plain))
        words += [Word(word.text, word.start + len(plain), word.end + len(plain)) for word in told]
        words += _seam(len(plain) + len(message))
        plain += message + SEAM
    sights = _sights(plain, words, grammar.parse(plain, words))
    return [sights[start : start + len(message)] for start, (message, _) in zip(starts, messages, strict=True)]


def _seam(start: int) -> list[Word]:
    return [Word("\n", at, at + 1) for at in range(start, start + EDGE)]


def _sights(plain: str, words: list[Word], parsed: Parsed) -> Prints:
    codes = codes_of(plain)
    lines = [_padded(line) for line in (codes, _kinds(codes), _phrase_codes(plain, parsed))]
    letters, at = Letters(np.concatenate(lines)), np.arange(len(plain)) + EDGE
    pieces = np.array([(piece.start, piece.end) for piece in parsed.pieces], np.intp).reshape(-1, 2)
    of_piece, spot = _membership(len(plain), pieces)
    classes = Letters(_padded(codes_of(parsed.letters)))
    bounds = np.array([(word.start, word.end) for word in words], np.intp).reshape(-1, 2)
    of_word, spot_of_word = _membership(len(plain), bounds)
    prints = _padded(letters.prints(bounds[:, 0] + EDGE, bounds[:, 1] + EDGE, 1))
    sights = (
        _stretches(letters, at + LINE * len(lines[0]), OF_LINES),
        (_stretches(classes, of_piece + EDGE, PIECES) + spot) * MIX,
        (prints[of_word + AT_NEIGHBOURS] + OF_NEIGHBOURS + spot_of_word) * MIX,
    )
    return np.ascontiguousarray(np.concatenate(sights).T)


def likeliest(votes: Weights, moves: Weights) -> list[int]:
    """The likeliest run of states (Viterbi), in plain floats: a message is too short for arrays to pay."""
    (oo, ob, _), (bo, bb, bi), (io, ib, ii) = moves.tolist()
    o, b, i = 0.0, 0.0, NEVER
    came: list[tuple[int, int, int]] = []
    for to_o, to_b, to_i in votes.tolist():
        if not came:
            came.append((0, 0, 0))
            o, b, i = o + to_o, b + to_b + READY, i + to_i
            continue
        best_o, from_o = _best(o + oo, b + bo, i + io)
        best_b, from_b = _best(o + ob, b + bb, i + ib)
        best_i, from_i = (i + ii, INSIDE) if i + ii >= b + bi else (b + bi, BEGINS)
        came.append((from_o, from_b, from_i))
        o, b, i = best_o + to_o, best_b + to_b + READY, best_i + to_i
    state = _best(o, b, i)[1]
    states = []
    for froms in reversed(came):
        states.append(state)
        state = froms[state]
    return states[::-1]


def _best(o: float, b: float, i: float) -> tuple[float, int]:
    if i >= o and i >= b:
        return i, INSIDE
    return (b, BEGINS) if b >= o else (o, OUTSIDE)


def _spans(states: list[int]) -> Iterator[Span]:
    start = None
    for index, state in enumerate([*states, OUTSIDE]):
        if start is not None and state != INSIDE:
            yield Span(start, index)
            start = None
        if state == BEGINS:
            start = index


def _stretches(letters: Letters, at: NDArray[np.intp], around: Around) -> Prints:
    """[stretches, letters]"""
    return letters.prints(at + around.lefts, at + around.rights, around.salts)


EDGES = codes_of(SEAM)


def _padded(codes: Codes) -> Codes:
    return np.concatenate([EDGES, codes, EDGES])


def _membership(length: int, bounds: NDArray[np.intp]) -> tuple[NDArray[np.intp], Codes]:
    """(the stretch each letter lies in, whether at its beginning, middle or end)."""
    starts = np.zeros(length, dtype=np.intp)
    spot = np.zeros(length, dtype=np.uint64)
    starts[bounds[:, 0]] = 1
    spot[bounds[:, 0]] += np.uint64(1)
    spot[bounds[:, 1] - 1] += np.uint64(2)
    return np.cumsum(starts) - 1, spot


def _kind_table() -> Codes:
    """[65536] digit, Latin letter, other letter, comma, full stop, the rest."""
    kinds = np.full(0x10000, 15, dtype=np.uint64)
    for code in range(0x10000):
        letter = chr(code)
        category = unicodedata.category(letter)
        if category == "Nd":
            kinds[code] = 10
        elif category[0] == "L":
            kinds[code] = 11 if code < 128 else 12
    kinds[[ord(letter) for letter in ",、"]] = 13
    kinds[[ord(letter) for letter in "。!?;\n"]] = 14
    return kinds


KIND = _kind_table()


def _kinds(codes: Codes) -> Codes:
    return KIND[np.minimum(codes, 0xFFFF).astype(np.intp)]


def _phrase_codes(plain: str, parsed: Parsed) -> Codes:
    """What the grammar says of each letter: outside a phrase, or where in one, whether anchored and how long."""
    codes = np.full(len(plain), 10, dtype=np.uint64)
    for phrase in parsed.phrases:
        first, last = parsed.pieces[phrase.start()], parsed.pieces[phrase.end() - 1]
        code = 20 + 10 * parsed.is_anchored(phrase) + 100 * (min(last.end - first.start, 20) // 5)
        codes[first.start : last.end] = code + 2
        codes[first.start] = code + 1
        codes[last.end - 1] += np.uint64(4)
    return codes
