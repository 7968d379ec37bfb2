"""python -m bench.ablation: what each part of understanding is worth, by leaving it out; what more utterances bring.

Every row is a whole training and all test messages: some ten minutes. The rows differ in what is named only."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from nlp.adoption import GOLD_FILE
from nlp.catalogue import DEFAULT_FILE
from nlp.features import Eye
from nlp.knowledge import Facts, read_facts
from nlp.lessons import Lesson, read_lessons
from nlp.scores import Row, read_gold, score
from nlp.training import learn
from nlp.understand import Understander
from nlp.vectors import embedder

SHARES = (16, 8, 4, 2)  # one of so many utterances
FIGURES = ("top1", "top3", "legal_topic", "place_f1", "calibration_error")


def main() -> None:
    console, rows = Console(), read_gold(GOLD_FILE)
    facts = read_facts(DEFAULT_FILE)
    lessons = read_lessons(facts.catalogue, facts.utterance_files(DEFAULT_FILE))
    table = Table(title=f"Left out, and the {len(rows)} test messages", title_justify="left")
    for heading in ("", "utterances", *(figure.replace("_", "\n") for figure in FIGURES)):
        table.add_column(heading)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        steps = progress.add_task("trainings", total=2 + len(Eye.parts) + len(SHARES))
        for name, some, change in _variants(lessons):
            with change:
                figures = _figures(facts, some, rows, progress)
            table.add_row(name, f"{len(some):,}", *(f"{figures[figure]:.3f}" for figure in FIGURES))
            progress.advance(steps)
    console.print(table)


def _variants(lessons: list[Lesson]) -> Iterator[tuple[str, list[Lesson], Any]]:
    yield "nothing", lessons, nullcontext()
    yield "embedding", lessons, _without_meaning()
    for part in Eye.parts:
        yield part, lessons, patch.object(Eye, "parts", tuple(other for other in Eye.parts if other != part))
    for share in SHARES:
        yield f"all but 1 in {share}", lessons[::share], nullcontext()


def _figures(facts: Facts, lessons: list[Lesson], rows: list[Row], progress: Progress) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="ablation-") as folder:
        understander = Understander(learn(facts, lessons, [], Path(folder), progress), Path(folder))
        told = progress.track(rows, description="messages")
        return score([(row, understander.understand(row.text)) for row in told])


@contextmanager
def _without_meaning() -> Iterator[None]:
    with patch.dict(os.environ, MEANING="off"):
        embedder.cache_clear()
        yield
    embedder.cache_clear()


if __name__ == "__main__":
    main()
