"""The separate matters of one message: its clauses, joined again wherever they tell of the same thing."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from nlp.model import Floats

ANNOUNCING = (
    r"另外|还有|顺便|顺带|再就是|再有|再说|再一个|再问|再反映|还想|还要|此外|同时|对了"
    r"|第二|二是|二来|其次|以及|②|2[.、)]"
)
BREAK = re.compile(rf"[。!?;\n]+|[,、\s]+|(?={ANNOUNCING})")
TURN = re.compile(rf"(?:{ANNOUNCING}|也|又)")
SHORTEST, ALONE = 4, 5  # letters that can tell of something: where it is announced, and where it is not


@dataclass(frozen=True, slots=True)
class Part:
    start: int
    end: int
    turns: bool  # opens with a word that announces another matter


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
        if end > start:
            yield Part(start, end, bool(TURN.match(plain[start:end])))
            start = stop.end() if stop else end
        elif stop:
            start = max(start, stop.end())


def tell_apart(plain: str, reading: Reading, announced: float, unannounced: float) -> list[Told]:
    """A clause opens a new matter when it is about something else than what came before, as sure as that; less
    sureness is asked for where a word such as 另外 announces it."""
    parts = list(clauses(plain))
    told: list[Told] = []
    for part in parts if len(parts) > 1 else ():
        if told and part.end - part.start < (SHORTEST if part.turns else ALONE):
            told[-1] = _joined(told[-1], part, reading)
            continue
        heard = reading(part.start, part.end)
        if told and not _new(told[-1].heard, heard, announced if part.turns else unannounced):
            told[-1] = _joined(told[-1], part, reading)
        else:
            told.append(Told(part.start, part.end, heard))
    return told


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
    turn = TURN.match(plain, told.start, told.end)
    return turn.end() if turn else told.start


def _new(before: Heard, heard: Heard, enough: float) -> bool:
    return heard.label != before.label and before.apart(heard) >= enough


def _joined(before: Told, part: Part, reading: Reading) -> Told:
    return Told(before.start, part.end, reading(before.start, part.end))
