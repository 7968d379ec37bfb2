"""Learns where messages turn to another matter (`python -m nlp.turning`): some seven minutes, from the utterances told
of several matters and from `utterances/turns.txt`: messages of several, and of one that sound like several. The planes
do not learn those, whose matters are told in snatches. What is learnt is shipped (`utterances/turns.npz`).

A third of the utterances at a time is left out of a training, then the points of those of several matters and of each
second one about one thing are looked at: what their words are about is as uncertain there as in a message of today."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sklearn.linear_model import LogisticRegression

from nlp.catalogue import DEFAULT_FILE
from nlp.knowledge import read_facts
from nlp.lessons import JOINTS, MATTER, Lesson, parted, read_lessons, unmarked
from nlp.letters import Flags, Places, Prints
from nlp.matters import clauses
from nlp.model import Floats
from nlp.scores import coarse
from nlp.text import read
from nlp.training import learn
from nlp.turns import SHORTEST, TURNS_FILE, Turns, crossed, points_of, signs, surroundings
from nlp.understand import Understander

LINES_FILE = TURNS_FILE.with_suffix(".txt")
FOLDS = 3
ALONE = 2  # of so many utterances about one thing one is looked at
SEEN = 30  # times that a stretch of letters occurs
WORDS_FREEDOM, SIGNS_FREEDOM, ROUNDS = 0.3, 10.0, 3000  # C of the logistic regressions
WITHIN = -2  # which sign says that a point is within a clause
SPLITS = (0.01, 0.02, 0.03, 0.04)  # messages about one thing that are cut


@dataclass(frozen=True, slots=True)
class Case:
    """A message, and where its matters begin."""

    plain: str
    starts: list[int]
    labels: list[str]  # of each matter


@dataclass(frozen=True, slots=True)
class Looked:
    """The points of a case."""

    given: list[tuple[float, ...]]  # their signs, without what the words around say
    turned: list[bool]
    prints: Prints  # of the stretches around them
    owners: Places  # the point of each stretch


def main() -> None:
    console, facts = Console(), read_facts(DEFAULT_FILE)
    files = facts.utterance_files(DEFAULT_FILE)
    lessons, told = (read_lessons(facts.catalogue, some) for some in (files, [*files, LINES_FILE]))
    several = [case for file in (*files, LINES_FILE) for case in _several(file)]
    within = {words for case in several for words in _matters(case)}  # these are looked at where they were told
    alone = [one for one in told if one.label and not one.near_danger and _words_of(one) not in within]
    folds: list[list[Looked]] = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for fold in progress.track(range(FOLDS), description="trainings"):
            cases, others = several[fold::FOLDS], alone[fold::FOLDS]
            with tempfile.TemporaryDirectory(prefix="turning-") as folder:
                known = _without(lessons, cases, others)
                understander = Understander(learn(facts, known, [], Path(folder), progress), Path(folder))
                some = [*cases, *(Case(read(lesson.text).plain, [0], [lesson.label]) for lesson in others[::ALONE])]
                folds.append([_look(case, understander) for case in progress.track(some, description="points")])
    turns, odds = _learnt(folds)
    turns.save()
    console.print(_table([looked for fold in folds for looked in fold], odds))
    console.print(f"{len(turns.prints):,} stretches of letters, in {TURNS_FILE}")


def _several(file: Path) -> Iterator[Case]:
    for line in filter(MATTER.search, file.read_text(encoding="utf-8").splitlines()):
        labels, words = zip(*parted(line.strip()), strict=True)
        texts = [read(unmarked(some)[0]).plain for some in words]
        yield Case("".join(texts), list(accumulate(map(len, texts[:-1]), initial=0)), list(labels))


def _matters(case: Case) -> list[str]:
    """The words of each alone."""
    return [case.plain[start:end].lstrip(JOINTS) for start, end in pairwise([*case.starts, None])]


def _words_of(lesson: Lesson) -> str:
    return read(lesson.text).plain.lstrip(JOINTS)


def _without(lessons: list[Lesson], cases: list[Case], others: list[Lesson]) -> list[Lesson]:
    held = {lesson.text for lesson in others}
    told = {words for case in cases for words in _matters(case)}
    return [lesson for lesson in lessons if lesson.text not in held and _words_of(lesson) not in told]


def _look(case: Case, understander: Understander) -> Looked:
    parts = list(clauses(case.plain))
    words, reading = understander.reading(case.plain)
    points = [point for some in points_of(parts, words) for point in some]
    turns = _turns(case, [point.start for point in points])
    begun = [max(start for start in (parts[0].start, *turns) if start < point.start) for point in points]
    told = [(point, since) for point, since in zip(points, begun, strict=True) if point.before - since >= SHORTEST]
    prints, owners = surroundings(case.plain, [point for point, _ in told])
    given = [tuple(signs(parts, [point], since, reading)[0].tolist()) for point, since in told]
    return Looked(given, [point.start in turns for point, _ in told], prints, owners)


def _turns(case: Case, points: list[int]) -> set[int]:
    """Where matters begin that are another than the one before: at the first point from there on."""
    kinds = [coarse(label) for label in case.labels]
    told = [start for start, (before, after) in zip(case.starts[1:], pairwise(kinds), strict=True) if before != after]
    return {min(later) for start in told if (later := [point for point in points if point >= start])}


def _learnt(folds: list[list[Looked]]) -> tuple[Turns, Floats]:
    """(what was learnt of all, [points] the log-odds of each by what was learnt of the other folds)"""
    looked = [one for fold in folds for one in fold]
    fold = np.repeat(np.arange(len(folds)), [sum(len(one.turned) for one in some) for some in folds])
    turned = np.array([turn for one in looked for turn in one.turned])
    given = np.array([row for one in looked for row in one.given], dtype=np.float32)
    prints, table = _stretches(looked)
    by_words, odds = np.zeros((2, len(turned)), dtype=np.float32)
    for one in range(len(folds)):
        by_words[fold == one] = _by_words(table[fold != one], turned[fold != one]).decision_function(table[fold == one])
    given = np.column_stack([given, by_words])
    middle, spread = given.mean(axis=0), given.std(axis=0)
    every = crossed((given - middle) / spread)
    for one in range(len(folds)):
        odds[fold == one] = _by_signs(every[fold != one], turned[fold != one]).decision_function(every[fold == one])
    words, weighed = _by_words(table, turned), _by_signs(every, turned)
    bias = np.concatenate([words.intercept_, weighed.intercept_])
    arrays = (words.coef_[0], middle, spread, weighed.coef_[0], bias)
    return Turns(prints, *(array.astype(np.float32) for array in arrays)), odds


def _stretches(looked: list[Looked]) -> tuple[Prints, sp.csr_matrix]:
    """(those that occur often enough, sorted; [points, stretches] how often each does)"""
    offsets = np.cumsum([0, *(len(one.turned) for one in looked)])
    owners = np.concatenate([one.owners + offset for one, offset in zip(looked, offsets, strict=False)])
    prints, columns, counts = np.unique(
        np.concatenate([one.prints for one in looked]), return_inverse=True, return_counts=True
    )
    table = sp.csr_matrix((np.ones(len(owners), np.float32), (owners, columns)), (offsets[-1], len(prints)))
    return prints[counts >= SEEN], table[:, counts >= SEEN]


def _by_words(table: sp.csr_matrix, turned: Flags) -> LogisticRegression:
    return LogisticRegression(C=WORDS_FREEDOM, solver="liblinear").fit(table, turned)


def _by_signs(every: Floats, turned: Flags) -> LogisticRegression:
    return LogisticRegression(C=SIGNS_FREEDOM, max_iter=ROUNDS).fit(every, turned)


def _table(looked: list[Looked], odds: Floats) -> Table:
    """Of each share of messages about one thing that are cut, the chance that cuts them and the turns that it finds."""
    owner = np.repeat(np.arange(len(looked)), [len(one.turned) for one in looked])
    turned = np.concatenate([one.turned for one in looked]).astype(bool)
    one_thing = np.array([not any(one.turned) for one in looked])
    highest = np.full(len(looked), -np.inf)
    np.maximum.at(highest, owner, odds)
    highest = np.sort(highest[one_thing])[::-1]
    inside = np.array([row[WITHIN] for one in looked for row in one.given]) > 0
    table = Table("messages cut", "chance", "turns found", "within a clause")
    for share in SPLITS:
        least = highest[int(share * len(highest))]
        found = odds >= least
        shares = (1 / (1 + np.exp(-least)), found[turned].mean(), found[turned & inside].mean())
        table.add_row(f"{share:.2f}", *(f"{one:.3f}" for one in shares))
    return table


if __name__ == "__main__":
    main()
