"""Where a message may turn to another matter, and what speaks for it: the words around, and what the stretches before
and after are about. What was learnt of both is shipped (`utterances/turns.npz`); `python -m nlp.turning` learns it."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np

from nlp.letters import Letters, Places, Prints, codes_of
from nlp.model import Floats
from nlp.segment import Word

TURNS_FILE = Path(__file__).with_name("utterances") / "turns.npz"
SHORTEST = 3  # letters that can tell of something
INSIDE = 4  # letters of its clause on either side of a point within it: dictated messages have no stops
CERTAIN = 1e-4  # no chance is nearer to 0 or 1
ENDED, BEGUN = 0, 1  # anchors: where the words before a point end, and where those after it begin
# Stretches of letters around a point: (family, from an anchor, so many letters on, to an anchor, so many letters on).
AROUND = np.array(
    [
        *((1, BEGUN, 0, BEGUN, size) for size in (1, 2, 3, 4)),
        *((2, BEGUN, at, BEGUN, at + size) for at in (1, 2, 3, 4) for size in (1, 2, 3)),
        *((3, BEGUN, at, BEGUN, at + 2) for at in range(5, 11)),
        *((4, ENDED, -size, ENDED, 0) for size in (1, 2, 3)),
        *((5, ENDED, -at - 2, ENDED, -at) for at in range(1, 7)),
        *((6, ENDED, 0, BEGUN, size) for size in range(5)),
    ]
)


@dataclass(frozen=True, slots=True)
class Clause:
    start: int
    end: int
    announced: bool  # opens with a word such as 另外


@dataclass(frozen=True, slots=True)
class Point:
    """Where the next matter could begin: at a clause, or at a word within it."""

    before: int  # where the words before it end
    start: int
    clause: Clause


Stretches = Sequence[tuple[int, int]]  # [start, end) of the message


@dataclass(frozen=True, slots=True)
class Heard:
    """What a stretch of the message is about alone."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """How stretches of one message are read."""

    shares: Callable[[Stretches], Floats]  # [stretches, groups] the chance of each group of labels that is a matter
    heard: Callable[[int, int], Heard]  # of the stretch [start, end)


@dataclass(frozen=True, slots=True)
class Turns:
    """What was learnt: of the words around a turn, and how these and the signs are weighed."""

    prints: Prints  # [stretches], sorted
    worths: Floats  # [stretches] log-odds
    middle: Floats  # [signs]
    spread: Floats  # [signs]
    weights: Floats  # [signs and their products]
    bias: Floats  # [2] of the words, of all

    def words(self, plain: str, points: Sequence[Point]) -> Floats:
        """[points] the log-odds of a turn by the words around it."""
        prints, owners = surroundings(plain, points)
        rows = np.minimum(np.searchsorted(self.prints, prints), len(self.prints) - 1)
        worths = np.where(self.prints[rows] == prints, self.worths[rows], 0)
        return np.asarray(np.bincount(owners, worths, len(points)) + self.bias[0], dtype=np.float32)

    def chances(self, given: Floats) -> Floats:
        """[points] of a turn, by [points, signs]: the last sign is what the words around say."""
        odds = crossed((given - self.middle) / self.spread) @ self.weights + self.bias[1]
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float32)

    def save(self, file: Path = TURNS_FILE) -> None:
        np.savez_compressed(file, **{part.name: getattr(self, part.name) for part in fields(self)})


@cache
def load_turns(file: Path = TURNS_FILE) -> Turns:
    """Once a process: what is adopted later answers with those that it started with."""
    with np.load(file) as kept:
        return Turns(**kept)


def points_of(clauses: Sequence[Clause], words: Sequence[Word]) -> Iterator[list[Point]]:
    """Of each clause those it has, in order."""
    for before, clause in zip([None, *clauses], clauses, strict=False):
        first = [Point(before.end, clause.start, clause)] if before and clause.end - clause.start >= SHORTEST else []
        inner = (word.start for word in words if clause.start + INSIDE <= word.start <= clause.end - INSIDE)
        yield first + [Point(start, start, clause) for start in inner]


def surroundings(plain: str, points: Sequence[Point]) -> tuple[Prints, Places]:
    """(fingerprints of the stretches around the points, the point that each is of)"""
    anchors = np.array([(point.before, point.start) for point in points], dtype=np.intp).reshape(-1, 2)
    family, start, more, end, still = AROUND.T
    starts, ends = anchors[:, start] + more, anchors[:, end] + still
    owners, kinds = np.nonzero((starts >= 0) & (ends <= len(plain)))
    prints = Letters(codes_of(plain)).prints(
        starts[owners, kinds], ends[owners, kinds], family[kinds].astype(np.uint64)
    )
    return prints, owners


def signs(clauses: Sequence[Clause], points: Sequence[Point], since: int, reading: Reading) -> Floats:
    """[points, signs] of a turn at each, the matter before it having begun at `since`: that what is told until there
    and from there on, or in the clause alone, are different things, whichever these are; how clear each is, and whether
    it is any matter; how many clauses there are; how long what comes before is, what follows, and the clause; whether
    the point is within a clause; whether a word announces it."""
    end = clauses[-1].end
    stretches = [
        stretch
        for point in points
        for stretch in ((since, point.before), (point.start, end), (point.start, point.clause.end))
    ]
    shares = reading.shares(stretches).reshape(len(points), 3, -1)
    sums, lengths = shares.sum(axis=2), np.diff(np.array(stretches)).reshape(-1, 3)
    inside = [point.start > point.clause.start for point in points]
    announced = [point.start == point.clause.start and point.clause.announced for point in points]
    told = (
        _odds(sums[:, :1] * sums[:, 1:] - np.einsum("pg,pag->pa", shares[:, 0], shares[:, 1:])),
        shares.max(axis=2),
        sums,
        np.full((len(points), 1), math.log(len(clauses))),
        np.log(lengths),
        np.array([inside, announced]).T,
    )
    return np.concatenate(told, axis=1, dtype=np.float32)


def crossed(given: Floats) -> Floats:
    """[…, signs] with every product of two."""
    one, other = _pairs(given.shape[-1])
    return np.concatenate([given, given[..., one] * given[..., other]], axis=-1)


@cache
def _pairs(size: int) -> tuple[Places, Places]:
    one, other = np.triu_indices(size)
    return one, other


def _odds(chances: Floats) -> Floats:
    bounded = np.clip(chances, CERTAIN, 1 - CERTAIN)
    return np.asarray(np.log(bounded / (1 - bounded)))
