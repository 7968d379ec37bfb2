"""Trains the models, in a process of its own (`python -m nlp.training`): scikit-learn stays out of all the others."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import scipy.sparse as sp
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from nlp.catalogue import DEFAULT_FILE, BadCatalogue, Catalogue
from nlp.features import Lexicon, features
from nlp.knowledge import CORRECTIONS, Facts, Knowledge, read_facts, save
from nlp.model import Floats, Model, Vocabulary, group, leaders
from nlp.segment import Segmenter
from nlp.text import read

FAMILIES = {"w": 1.0, "b": 1.0, "c": 1.0, "p": 1.0, "l": 1.0, "k": 1.0}
RARE = {"b", "c", "p"}  # families whose features must be seen in two utterances
FOLDS = 5
PENALTY = 1.0
ALARM_WEIGHT = 5.0  # a missed danger costs more than a false one
LENIENCE = 0.6  # log-odds: an example carries one label, where honest readers accept a second (86.5 % against 97 %)
Targets = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Lessons:
    """Examples, each with the features seen in it and the name it should be given."""

    name: str
    seen: list[list[str]]
    names: list[str]


class BadCorrections(Exception):
    """A corrections file cannot be used; says line and reason."""


def learn(facts: Facts, corrections: list[tuple[str, str]], folder: Path, progress: Progress) -> Knowledge:
    catalogue = facts.catalogue
    pairs = [(text, entry.label) for entry in catalogue.entries for text in entry.utterances] + corrections
    urgent = set(catalogue.urgent.urgent_utterances)
    texts = list(dict.fromkeys([*(text for text, _ in pairs), *urgent, *catalogue.urgent.calm_utterances]))
    seen = _seen(facts, texts, folder, progress)
    vocabulary = _vocabulary([seen[text] for text, _ in pairs])
    lessons = Lessons("分类", [seen[text] for text, _ in pairs], [label for _, label in pairs])
    dangers = Lessons(
        "险情", [seen[text] for text in texts], ["urgent" if text in urgent else "calm" for text in texts]
    )
    labels = _train(vocabulary, lessons, {}, progress)
    return Knowledge(facts, labels, _train(vocabulary, dangers, {"urgent": ALARM_WEIGHT}, progress))


def _seen(facts: Facts, texts: list[str], folder: Path, progress: Progress) -> dict[str, list[str]]:
    lexicon = lexicon_of(facts.catalogue)
    segmenter = Segmenter([*lexicon.words, *facts.gazetteer.names], folder)
    found = {}
    for raw in progress.track(texts, description="读例句"):
        text = read(raw)
        found[raw] = [feature.key for feature in features(text, segmenter.cut(text.plain), lexicon)]
    return found


def lexicon_of(catalogue: Catalogue) -> Lexicon:
    return Lexicon({entry.label: entry.keywords for entry in catalogue.entries})


def _train(vocabulary: Vocabulary, lessons: Lessons, costs: dict[str, float], progress: Progress) -> Model:
    labels = tuple(sorted(set(lessons.names)))
    target = np.array([labels.index(name) for name in lessons.names], dtype=np.intp)
    weights = {index: costs.get(label, 1.0) for index, label in enumerate(labels)}
    matrix = _matrix(lessons.seen, vocabulary)
    held_out = np.zeros((len(target), len(labels)), dtype=np.float32)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(matrix, target)
    for known, unknown in progress.track(folds, total=FOLDS, description=f"{lessons.name}：交叉验证"):
        planes, bias = _fit(matrix[known], target[known], weights)
        held_out[unknown] = matrix[unknown] @ planes + bias
    planes, bias = _fit(matrix, target, weights)
    return Model(vocabulary, labels, planes, bias, _calibration(labels, held_out, target))


def _vocabulary(seen: list[list[str]]) -> Vocabulary:
    counts = Counter(key for keys in seen for key in set(keys))
    kept = [key for key, count in counts.items() if count > 1 or key[0] not in RARE]
    scales = [FAMILIES[key[0]] * (np.log((1 + len(seen)) / (1 + counts[key])) + 1) for key in kept]
    return Vocabulary({key: row for row, key in enumerate(kept)}, np.array(scales, dtype=np.float32))


def _matrix(seen: list[list[str]], vocabulary: Vocabulary) -> sp.csr_matrix:
    known = [np.array([vocabulary.rows[key] for key in keys if key in vocabulary.rows], np.intp) for keys in seen]
    vectors = [vocabulary.vector(rows) for rows in known]
    ends = np.cumsum([0, *(len(rows) for rows, _ in vectors)])
    columns = np.concatenate([rows for rows, _ in vectors])
    values = np.concatenate([values for _, values in vectors])
    return sp.csr_matrix((values, columns, ends), shape=(len(seen), len(vocabulary.rows)))


def _fit(matrix: sp.csr_matrix, target: Targets, weights: dict[int, float]) -> tuple[Floats, Floats]:
    """[features, labels] and [labels]; two labels come from one plane."""
    machine = LinearSVC(C=PENALTY, class_weight=weights).fit(matrix, target)
    planes, bias = machine.coef_.T.astype(np.float32), machine.intercept_.astype(np.float32)
    if planes.shape[1] == 1:
        return np.hstack([-planes, planes]), np.concatenate([-bias, bias])
    return planes, bias


def _calibration(labels: tuple[str, ...], scores: Floats, target: Targets) -> Floats:
    """A logistic curve over held-out answers: best score and lead -> log-odds of being right."""
    orders = [leaders(labels, row, 2) for row in scores]
    best = [[row[order[0]], row[order[0]] - row[order[1]]] for row, order in zip(scores, orders, strict=True)]
    right = [group(labels[order[0]]) == group(labels[true]) for order, true in zip(orders, target, strict=True)]
    curve = LogisticRegression(C=10.0).fit(np.array(best), np.array(right))
    return np.array([*curve.coef_[0], curve.intercept_[0] + LENIENCE], dtype=np.float32)


def read_corrections(file: Path, catalogue: Catalogue) -> list[tuple[str, str]]:
    """JSONL of {"text", "label"}. Raises BadCorrections or OSError."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            found.append(_correction(line, f"{file}, line {number}", catalogue))
    return found


def _correction(line: str, where: str, catalogue: Catalogue) -> tuple[str, str]:
    try:
        row = json.loads(line)
        text, label = row["text"], row["label"]
    except (ValueError, TypeError, KeyError):
        raise BadCorrections(f'{where}: expected {{"text": …, "label": …}}') from None
    if not isinstance(text, str) or label not in catalogue.by_label:
        raise BadCorrections(f"{where}: unknown label {label!r}")
    return text, label


def main(
    folder: Path,
    file: Annotated[Path, typer.Option()] = DEFAULT_FILE,
    corrections: Annotated[Path | None, typer.Option()] = None,
) -> None:
    """Trains into FOLDER, whose lock the caller holds. Corrections given once are kept there for later trainings."""
    try:
        facts = read_facts(file)
        kept = folder / CORRECTIONS
        if corrections:
            read_corrections(corrections, facts.catalogue)
            kept.write_bytes(corrections.read_bytes())
        extra = read_corrections(kept, facts.catalogue) if kept.exists() else []
        with Progress(console=Console(stderr=True), transient=True) as progress:
            save(folder, file, learn(facts, extra, folder, progress))
    except (BadCatalogue, BadCorrections, OSError) as error:
        typer.echo(str(error))  # for the caller; the progress goes to stderr
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
