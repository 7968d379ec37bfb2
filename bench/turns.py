"""python -m bench.turns: the weights of a turn to another matter (`nlp/matters.py`), and what they are worth.

Trains on four fifths of the utterances and looks at the clauses of the others: some two minutes."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sklearn.linear_model import LogisticRegression

from nlp.catalogue import DEFAULT_FILE
from nlp.knowledge import Facts, read_facts
from nlp.lessons import JOINTS, MATTER, SEVERAL, Lesson, parted, read_lessons, unmarked
from nlp.matters import ODDS, SHORTEST, WEIGHTS, clauses, signs
from nlp.scores import coarse
from nlp.text import read
from nlp.training import learn
from nlp.understand import Understander

PART = 5  # one of so many is held out
SHARES = (0.02, 0.05, 0.07, 0.1, 0.15, 0.2)


@dataclass(frozen=True, slots=True)
class Case:
    """A message of the held out, and where its matters begin."""

    plain: str
    starts: list[int]
    labels: list[str]  # of each matter


def main() -> None:
    console, facts = Console(), read_facts(DEFAULT_FILE)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        known, cases = _split(facts)
        with tempfile.TemporaryDirectory(prefix="turns-") as folder:
            understander = Understander(learn(facts, known, [], Path(folder), progress), Path(folder))
            told = [_turns(case, understander) for case in progress.track(cases, description="clauses")]
    given = np.array([row for rows, _ in told for row in rows])
    turned = np.array([turn for _, turns in told for turn in turns])
    curve = LogisticRegression(C=10, max_iter=1000).fit(given, turned)
    console.print(f"{len(cases):,} messages, {len(given):,} clauses, {turned.sum()} turns")
    console.print("WEIGHTS", curve.coef_[0].round(2).tolist(), "ODDS", round(float(curve.intercept_[0]), 2))
    console.print(_table(given @ WEIGHTS + ODDS, turned))


def _split(facts: Facts) -> tuple[list[Lesson], list[Case]]:
    """(the lessons to learn from, the messages to look at)"""
    files = facts.utterance_files(DEFAULT_FILE)
    lessons = read_lessons(facts.catalogue, files)
    cases = list(_several([file for file in files if file.stem == SEVERAL]))[::PART]
    told = {case.plain[start:end].lstrip(JOINTS) for case in cases for start, end in pairwise([*case.starts, None])}
    alone = [lesson for lesson in lessons if lesson.label and not lesson.near_danger][::PART]
    held = {lesson.text for lesson in alone}
    known = [one for one in lessons if one.text not in held and read(one.text).plain not in told]
    return known, [*cases, *(Case(read(lesson.text).plain, [0], [lesson.label]) for lesson in alone)]


def _several(files: list[Path]) -> Iterator[Case]:
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            if MATTER.search(line):
                labels, words = zip(*parted(line.strip()), strict=True)
                texts = [read(unmarked(some)[0]).plain for some in words]
                yield Case("".join(texts), list(accumulate(map(len, texts[:-1]), initial=0)), list(labels))


def _turns(case: Case, understander: Understander) -> tuple[list[tuple[float, ...]], list[bool]]:
    """Of each clause but the first what speaks for a turn, and whether there is one."""
    parts, reading = list(clauses(case.plain)), understander.reading(case.plain)
    matter = [sum(part.end > start for start in case.starts) - 1 for part in parts]
    given, turned = [], []
    for index in range(1, len(parts)):
        if parts[index].end - parts[index].start >= SHORTEST:
            given.append(signs(parts, index, matter.index(matter[index - 1]), reading))
            before, after = (coarse(case.labels[matter[at]]) for at in (index - 1, index))
            turned.append(before != after)
    return given, turned


def _table(odds: np.ndarray, turned: np.ndarray) -> Table:
    table = Table("chance", "turns found", "other clauses taken for one")
    for share in SHARES:
        said = odds >= np.log(share / (1 - share))
        table.add_row(f"{share:.2f}", f"{said[turned].mean():.3f}", f"{said[~turned].mean():.4f}")
    return table


if __name__ == "__main__":
    main()
