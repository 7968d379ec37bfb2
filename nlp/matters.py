"""The separate matters of one message: its clauses, joined again wherever they tell of the same thing."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from nlp.model import Floats

ANNOUNCING = (
    r"另外|还有|顺便|顺带|顺嘴|再就是|再有|再说|再一个|再问|再反映|还想|还要|此外|同时|对了|其次|以及"
    r"|(?<![周期拜初再十第])(?:[二三四五六]是|[二三]来)|(?<=[,、。;:!?\s])第[二三四五六](?=[,、:\s是件])"
    r"|(?<![\da-z.#(-])\(?[2-9][.、)](?![\da-z一二三四五六七八九十])"
)
MARK = re.compile(r"第?[一二三四五六]|[1-9]")  # of a list: what stands between it and its words ends no clause
NUMERALS, UNITS = "\\d一二三四五六七八九十", "[号幢栋层路弄元个次点月米年]|楼(?![道上下梯])|单元"
NEXT = re.compile(  # 2、3号楼, 6:30 and 5 路 are no lists
    rf"[二三四五六2-9](?:[,、](?![{NUMERALS}])|[:\s]+(?!\s|[{NUMERALS}]|{UNITS}))"
)
BREAK = re.compile(rf"[。!?;\n]+|[,、\s]+|(?={ANNOUNCING})")
ANNOUNCED = re.compile(ANNOUNCING)
LEADING = re.compile(rf"{ANNOUNCING}|{NEXT.pattern}|也|又")
SHORTEST = 4  # letters that can tell of something
CERTAIN = 1e-4  # no chance is nearer to 0 or 1
# What speaks for a turn to another matter, in the order of `signs`, and the log-odds without any: fitted by
# `python -m bench.turns` to utterances that the planes had not learnt.
WEIGHTS = np.array([3.24, 0.62, -2.72, 1.42, 0.44, 1.38])
ODDS = -8.26


@dataclass(frozen=True, slots=True)
class Part:
    start: int
    end: int
    announced: bool  # opens with a word such as 另外


@dataclass(frozen=True, slots=True)
class Heard:
    """What a stretch of the message is about. `shares`: the chance of each group of labels that is a matter."""

    label: str
    confidence: float
    shares: Floats

    def apart(self, other: "Heard") -> float:
        """The chance that the two are different matters, whichever these are."""
        return float(self.shares.sum() * other.shares.sum() - self.shares @ other.shares)


@dataclass(frozen=True, slots=True)
class Told:
    """A run of clauses that tells of one thing."""

    start: int
    end: int
    heard: Heard


Reading = Callable[[int, int], Heard]  # [start, end) of the message


def clauses(plain: str) -> Iterator[Part]:
    start = 0
    for stop in [*BREAK.finditer(plain), None]:
        end = stop.start() if stop else len(plain)
        if stop and MARK.fullmatch(plain, start, end):
            continue
        if end > start:
            yield Part(start, end, bool(ANNOUNCED.match(plain, start, end) or NEXT.match(plain, start, end)))
            start = stop.end() if stop else end
        elif stop:
            start = max(start, stop.end())


def tell_apart(plain: str, reading: Reading, enough: float) -> list[Told]:
    """Runs of clauses: one opens where the chance of a turn is `enough`, and its neighbours tell of something else.
    Empty of a message of one clause."""
    parts = list(clauses(plain))
    starts = [0]
    for index in range(1, len(parts)):
        if parts[index].end - parts[index].start >= SHORTEST:
            given = signs(parts, index, starts[-1], reading)
            if _chance(float(WEIGHTS @ given) + ODDS) >= enough:
                starts.append(index)
    told: list[Told] = []
    for first, last in pairwise([*starts, len(parts)]) if len(parts) > 1 else ():
        start, end = parts[first].start, parts[last - 1].end
        heard = reading(start, end)
        while told and told[-1].heard.label == heard.label:
            start = told.pop().start
            heard = reading(start, end)
        told.append(Told(start, end, heard))
    return told


def signs(parts: list[Part], index: int, since: int, reading: Reading) -> tuple[float, ...]:
    """Of a turn at the clause `index`, the matter before it having begun at the clause `since`: a word that announces
    it; that what is told until there and from there on are different things; many clauses; a long one; much that
    follows; how clearly what came before is of one matter."""
    part = parts[index]
    before, rest = reading(parts[since].start, parts[index - 1].end), reading(part.start, parts[-1].end)
    apart = min(max(before.apart(rest), CERTAIN), 1 - CERTAIN)
    lengths = (len(parts), part.end - part.start, parts[-1].end - part.start)
    clear = float(before.shares.max())
    return (float(part.announced), math.log(apart / (1 - apart)), *map(math.log, lengths), clear)


def absorbed(told: list[Told], counts: Callable[[Told], bool]) -> list[Told]:
    """Only the runs that count, each with the words of those that do not: of the ones after it, or at the beginning
    of the ones before."""
    kept: list[Told] = []
    start = 0
    for run in told:
        if counts(run):
            kept.append(replace(run, start=start if not kept else run.start))
        elif kept:
            kept[-1] = replace(kept[-1], end=run.end)
    return kept


def opening(plain: str, told: Told) -> int:
    """Where the matter's own words begin, past the 另外 that announces them."""
    lead = LEADING.match(plain, told.start, told.end)
    return lead.end() if lead else told.start


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
