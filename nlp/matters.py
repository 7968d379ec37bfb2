"""The separate matters of one message: cut where it turns, joined again wherever its runs tell of the same thing."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nlp.model import Floats
from nlp.segment import Word
from nlp.turns import SHORTEST, Clause, Heard, Point, Reading, Turns, points_of, signs

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


Likely = tuple[Point, float]  # and the log-odds of a turn there by the words around


def clauses(plain: str) -> Iterator[Clause]:
    start = 0
    for stop in [*BREAK.finditer(plain), None]:
        end = stop.start() if stop else len(plain)
        if stop and MARK.fullmatch(plain, start, end):
            continue
        if end > start:
            yield Clause(start, end, bool(ANNOUNCED.match(plain, start, end) or NEXT.match(plain, start, end)))
            start = stop.end() if stop else end
        elif stop:
            start = max(start, stop.end())


@dataclass(frozen=True, slots=True)
class Told:
    """A run of words that tells of one thing."""

    start: int
    end: int
    heard: Heard


@dataclass(frozen=True, slots=True)
class Cutter:
    """Cuts messages. `enough`: the chance of a turn from which it cuts; `hopeless`: the log-odds by the words around
    below which nothing else is asked."""

    turns: Turns
    enough: float
    hopeless: float

    def tell_apart(self, plain: str, words: Sequence[Word], reading: Reading) -> list[Told]:
        """Its runs, neighbours telling of different things. Empty where it turns nowhere."""
        parts = list(clauses(plain))
        starts, ends = [parts[0].start] if parts else [], []
        of_clauses = list(self._likely(plain, parts, words))
        for points in of_clauses if self._turns_at_all(parts, of_clauses, reading) else ():
            for point in self._turns(parts, points, starts[-1], reading):
                ends.append(point.before)
                starts.append(point.start)
        runs: list[Told] = []
        for start, end in zip(starts, [*ends, parts[-1].end], strict=True) if ends else ():
            heard = reading.heard(start, end)
            while runs and runs[-1].heard.label == heard.label:
                start = runs.pop().start
                heard = reading.heard(start, end)
            runs.append(Told(start, end, heard))
        return runs

    def _turns_at_all(self, parts: list[Clause], of_clauses: list[list[Likely]], reading: Reading) -> bool:
        """Asks all points at once: of most messages nothing more need be asked."""
        asked = [one for points in of_clauses for one in points if one[0].before - parts[0].start >= SHORTEST]
        return bool(asked) and float(self._chances(parts, asked, parts[0].start, reading).max()) >= self.enough

    def _turns(self, parts: list[Clause], points: list[Likely], since: int, reading: Reading) -> Iterator[Point]:
        """The likeliest point of a clause, if that is likely enough, and those before and after it."""
        asked = [(point, odds) for point, odds in points if point.before - since >= SHORTEST]
        if not asked:
            return
        chances = self._chances(parts, asked, since, reading)
        best = int(chances.argmax())
        if chances[best] < self.enough:
            return
        turn, _ = asked[best]
        before = [(point, odds) for point, odds in asked[:best] if turn.before - point.start >= SHORTEST]
        yield from self._turns(parts, before, since, reading)
        yield turn
        yield from self._turns(parts, asked[best + 1 :], turn.start, reading)

    def _chances(self, parts: list[Clause], asked: list[Likely], since: int, reading: Reading) -> Floats:
        """[asked] of a turn, the matter before it having begun at `since`."""
        given = signs(parts, [point for point, _ in asked], since, reading)
        return self.turns.chances(np.column_stack([given, [odds for _, odds in asked]]))

    def _likely(self, plain: str, parts: list[Clause], words: Sequence[Word]) -> Iterator[list[Likely]]:
        """Of each clause the points that are not hopeless, and what the words around say of them."""
        of_clauses = list(points_of(parts, words))
        odds = iter(self.turns.words(plain, [point for points in of_clauses for point in points]).tolist())
        for points in of_clauses:
            yield [(point, said) for point, said in zip(points, odds, strict=False) if said > self.hopeless]


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
