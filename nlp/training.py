"""Trains the models, in a process of its own (`python -m nlp.training`): scikit-learn stays out of all the others."""

import math
import multiprocessing
import os
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import scipy.sparse as sp
import typer
from rich.console import Console
from rich.progress import Progress
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from nlp import learning
from nlp.catalogue import DEFAULT_FILE, BadCatalogue, Kind
from nlp.corrections import BadCorrections, kept_corrections, lessons_of, read_corrections
from nlp.crf import learn_chain
from nlp.examples import Example, Reader
from nlp.knowledge import Facts, Knowledge, corrections_of, read_facts, save
from nlp.learning import FOLDS, Alarms, Targets, Task
from nlp.lessons import Lesson, read_lessons
from nlp.letters import Flags, Index, Places, Prints, sound_table
from nlp.model import Floats, Model, Planes, Vocabulary
from nlp.tagger import Chain, States
from nlp.vectors import Space, embedder, load_learnt

PROCESSES = 2
CHUNK = 200  # lessons read at once by one process
UNPLACED = 6  # the tagger is shown all messages with a place, and one of so many without
# Log-odds of a kind or a label. Where an item and a referral both fit, the item goes first (labelling rule 3: either is
# right, and it is the one with a quick answer): most of all before the works (planning_works) that brought the matter
# about. Small talk is not made a ticket.
TILT: dict[str, float] = {Kind.ITEM: 0.8, Kind.OTHER: 1.2, Kind.ACT: 0.9, "planning_works": -1.2}

CALM = 5  # of so many lessons that are nowhere near danger the alarm's judge hears one …
CALM_TILT = np.array([math.log(CALM), 0.0], dtype=np.float32)  # … and knows it


@dataclass
class Bench:
    """What the forked processes work on: they see it as it is when their pool is made."""

    reader: Reader
    lessons: list[Lesson]
    corrected: list[Lesson]
    tagged: list[tuple[Prints, States]] = field(default_factory=list)
    matrix: sp.csr_matrix = field(init=False)
    tasks: dict[str, Task] = field(default_factory=dict)
    cuts: dict[str, list[tuple[Places, Places]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Roll:
    """Which lessons teach what: rows of them."""

    labels: tuple[str, ...]
    named: Places  # those with a label
    target: Targets  # [named] which
    worded: Flags  # [lessons] is it about what its words say? From the others the planes of the labels learn nothing
    watched: Places  # those that danger's plane learns from
    alarmed: Targets  # [watched] 1 where there is danger
    cried: Flags  # [watched] is it one that danger's judges hear?


BENCH: list[Bench] = []  # the one in use


def learn(facts: Facts, lessons: list[Lesson], corrected: list[Lesson], folder: Path, progress: Progress) -> Knowledge:
    """First from the lessons alone, then from those that were `corrected`: so a model with corrections differs from
    one without them by what they taught, and by nothing else."""
    sounds = sound_table()
    bench = Bench(Reader(facts, sounds, folder), lessons, corrected)
    BENCH[:] = [bench]
    examples = _read_all(bench, progress)
    roll = _roll(lessons)
    vocabulary = learning.vocabulary_of([examples[row].prints for row in np.flatnonzero(roll.worded).tolist()])
    bench.matrix = _matrix(examples, vocabulary)
    said = roll.worded[roll.named]
    costs = {0: 1.0, 1: learning.ALARM_WEIGHT}
    bench.tasks = {
        "labels": Task(roll.named[said], roll.target[said]),
        "danger": Task(roll.watched, roll.alarmed, costs),
    }
    bench.cuts = {name: learning.folds(task.target) for name, task in bench.tasks.items()}
    chain, planes, scores = _fit_all(bench, progress)
    space, points, known = _points([examples[row].essence for row in roll.named], progress)
    labels = roll.labels
    kinds = [facts.catalogue.by_label[label].kind for label in labels]
    tilt = np.array([TILT.get(label, TILT.get(kind, 0.0)) for label, kind in zip(labels, kinds, strict=True)])
    alarms = _alarms(bench, roll, scores["danger"], points, known)
    with _pool() as pool:
        work: dict[str, Future[Any]] = {
            "quick": pool.submit(learning.fit_judge, scores["labels"], roll.target[said], tilt),
            "meant": pool.submit(learning.taught, learning.new_net(), points[known], roll.target[known], len(labels)),
            "doubts": pool.submit(learning.doubts, alarms),
            "alarm": pool.submit(learning.fit_judge, alarms.given, alarms.target, CALM_TILT),
        }
        learnt = _results(work, "判断", progress)
    feared, doubt = learnt["doubts"]
    model = Model(
        labels=labels,
        vocabulary=vocabulary,
        planes=learning.side_by_side(planes["labels"], planes["danger"]),
        quick=learnt["quick"],
        space=space,
        meant=learning.net_of(learnt["meant"], len(labels)),
        feared=feared,
        alarm=learnt["alarm"],
        doubt=doubt,
    )
    right = _put_right(bench, examples, model, learnt["meant"], progress) if corrected else model
    return Knowledge(facts, right, chain, sounds)


def _roll(lessons: list[Lesson]) -> Roll:
    labels = tuple(sorted({lesson.label for lesson in lessons} - {""}))
    named = np.array([row for row, lesson in enumerate(lessons) if lesson.label], dtype=np.intp)
    worded = np.array([not lesson.subtle for lesson in lessons])
    near = np.array([lesson.near_danger for lesson in lessons])
    watched = np.flatnonzero(worded | near)
    return Roll(
        labels=labels,
        named=named,
        target=np.array([labels.index(lessons[row].label) for row in named], dtype=np.intp),
        worded=worded,
        watched=watched,
        alarmed=np.array([int(lessons[row].urgent) for row in watched], dtype=np.intp),
        cried=near[watched] | (watched % CALM == 0),
    )


def _alarms(bench: Bench, roll: Roll, scores: Floats, points: Floats, known: Flags) -> Alarms:
    """`scores` [watched, 1]; `points`, `known` [named]: of lessons without a label nobody knows the point."""
    rows = roll.watched[roll.cried]
    signs = np.array([bench.reader.flags(bench.lessons[row]) for row in rows], dtype=np.float32)
    every = np.zeros((len(bench.lessons), points.shape[1]), dtype=np.float32)
    placed = np.zeros(len(bench.lessons), dtype=np.bool_)
    every[roll.named], placed[roll.named] = points, known
    given = np.hstack([scores[roll.cried], signs])
    return Alarms(every[rows], placed[rows], given, roll.alarmed[roll.cried], CALM_TILT)


def _put_right(bench: Bench, examples: list[Example], model: Model, meant: MLPClassifier, progress: Progress) -> Model:
    """The labels' planes are fitted again with the corrections in every part, and their net goes once more through all
    with them; what a lesson says of a corrected text counts no more. Of danger clerks say nothing, and the judges stay
    as they were."""
    told = [*bench.lessons, *bench.corrected]
    examples = [*examples, *bench.reader.examples(bench.corrected)]
    refuted = {lesson.text for lesson in bench.corrected}
    stands = np.array([row >= len(bench.lessons) or lesson.text not in refuted for row, lesson in enumerate(told)])
    rows = np.array([row for row, lesson in enumerate(told) if lesson.label], dtype=np.intp)
    target = np.array([model.labels.index(told[row].label) for row in rows], dtype=np.intp)
    said = np.array([not told[row].subtle for row in rows])
    worded = [example.prints for example, lesson in zip(examples, told, strict=True) if not lesson.subtle]
    vocabulary = learning.widened(model.vocabulary, worded)
    planes = _fit_again(bench, examples, vocabulary, Task(rows[said], target[said]), stands[rows[said]], progress)
    _, points, known = _points([examples[row].essence for row in rows], progress)
    near = known & stands[rows]
    again = learning.taught(meant, points[near], target[near], len(model.labels), rounds=1)
    danger = Planes(model.planes.weights[:, -1:], model.planes.bias[-1:])
    return replace(
        model,
        vocabulary=vocabulary,
        planes=learning.side_by_side(planes, learning.placed(danger, model.vocabulary, vocabulary)),
        meant=learning.net_of(again, len(model.labels)),
    )


def _fit_again(
    bench: Bench,
    examples: list[Example],
    vocabulary: Vocabulary,
    task: Task,
    stands: Flags,
    progress: Progress,
) -> Planes:
    """The parts are those of the first time; the corrections, which come last in the task, are in each."""
    bench.matrix = _matrix(examples, vocabulary)
    more = np.arange(len(bench.tasks["labels"].rows), len(task.rows))
    parts = [np.append(known, more) for known, _ in bench.cuts["labels"]]
    bench.tasks = {"labels": task}
    with _pool() as pool:
        work = {str(part): pool.submit(_fit_part, known[stands[known]]) for part, known in enumerate(parts)}
        return learning.mean_of(list(_results(work, "更正", progress).values()))


def _fit_part(known: Places) -> Planes:
    return learning.fit_planes(BENCH[0].matrix, BENCH[0].tasks["labels"], known)


def _matrix(examples: list[Example], vocabulary: Vocabulary) -> sp.csr_matrix:
    index = Index(vocabulary.prints)
    found = [index.find(example.prints) for example in examples]
    return learning.matrix_of([rows[known] for rows, known in found], vocabulary)


def _read_all(bench: Bench, progress: Progress) -> list[Example]:
    """Examples in the lessons' order; what the tagger is shown stays on the bench."""
    starts = range(0, len(bench.lessons), CHUNK)
    examples: list[Example] = []
    with _pool() as pool:
        for some, tagged in progress.track(pool.map(_read_some, starts), total=len(starts), description="读例句"):
            examples.extend(some)
            bench.tagged.extend(tagged)
    return examples


def _read_some(start: int) -> tuple[list[Example], list[tuple[Prints, States]]]:
    reader, lessons = BENCH[0].reader, BENCH[0].lessons[start : start + CHUNK]
    shown = [lesson for index, lesson in enumerate(lessons) if _is_shown(lesson, index)]
    return reader.examples(lessons), reader.tagged(shown)


def _is_shown(lesson: Lesson, index: int) -> bool:
    """To the tagger: from more it would learn little, and take twice the time."""
    return not lesson.subtle and (any(lesson.place) or index % UNPLACED == 0)


def _fit_all(bench: Bench, progress: Progress) -> tuple[Chain, dict[str, Planes], dict[str, Floats]]:
    """(tagger, planes, each lesson's distances from planes that never saw it)"""
    with _pool() as pool:
        work: dict[str, Future[Any]] = {"地点": pool.submit(_fit_chain)}
        work |= {f"{name} {fold}": pool.submit(_fit_fold, name, fold) for name in bench.tasks for fold in range(FOLDS)}
        done = _results(work, "分类、险情、地点", progress)
    parts = {name: [done[f"{name} {fold}"] for fold in range(FOLDS)] for name in bench.tasks}
    planes = {name: learning.mean_of([planes for planes, _ in some]) for name, some in parts.items()}
    unknown = {name: [rows for _, rows in cuts] for name, cuts in bench.cuts.items()}
    scores = {
        name: learning.held_out(zip(unknown[name], (one for _, one in some), strict=True))
        for name, some in parts.items()
    }
    return done["地点"], planes, scores


def _fit_chain() -> Chain:
    bench = BENCH[0]
    return learn_chain(bench.tagged, bench.reader.tagged([lesson for lesson in bench.corrected if any(lesson.place)]))


def _fit_fold(name: str, fold: int) -> tuple[Planes, Floats]:
    """(planes without a fold, that fold's distances from them)"""
    bench = BENCH[0]
    known, unknown = bench.cuts[name][fold]
    planes = learning.fit_planes(bench.matrix, bench.tasks[name], known)
    return planes, learning.distances(bench.matrix, bench.tasks[name].rows[unknown], planes)


def _points(essences: list[str], progress: Progress) -> tuple[Space, Floats, Flags]:
    """(space, [lessons, KEPT], [lessons] is there one?) as shipped; new ones are made where the engine runs."""
    shipped = load_learnt()
    vectors, known = shipped.find(essences)
    missing = np.flatnonzero(~known).tolist()
    if missing and (embed := embedder()):
        for row in progress.track(missing, description="句向量"):
            vectors[row], known[row] = shipped.space.project(embed(essences[row])), True
    return shipped.space, vectors, known


def _pool() -> ProcessPoolExecutor:
    """Each process on one core: several that all use both only wait for one another."""
    processes, context = min(PROCESSES, os.cpu_count() or 1), multiprocessing.get_context("fork")
    return ProcessPoolExecutor(processes, context, initializer=threadpool_limits, initargs=(1,))


def _results(work: dict[str, Future[Any]], name: str, progress: Progress) -> dict[str, Any]:
    bar = progress.add_task(name, total=len(work))
    for _ in as_completed(work.values()):
        progress.advance(bar)
    return {key: future.result() for key, future in work.items()}


def main(
    folder: Path,
    file: Annotated[Path, typer.Option()] = DEFAULT_FILE,
    corrections: Annotated[Path | None, typer.Option()] = None,
) -> None:
    """Trains into FOLDER, whose lock the caller holds. Corrections given once are kept there for later trainings;
    given anew they take the place of the former."""
    try:
        facts = read_facts(file)
        source, told = corrections or corrections_of(folder), []
        if source:
            told = (read_corrections if corrections else kept_corrections)(source, facts.catalogue)
        lessons = read_lessons(facts.catalogue, facts.utterance_files(file))
        with Progress(console=Console(stderr=True), transient=True) as progress:
            save(folder, file, learn(facts, lessons, lessons_of(told), folder, progress), source)
    except (BadCatalogue, BadCorrections, OSError) as error:
        typer.echo(str(error))  # for the caller; the progress goes to stderr
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
