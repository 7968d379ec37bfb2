"""A new model beside the one in use: trained in a folder of its own, compared, then adopted or tried in the shadow."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nlp.catalogue import DEFAULT_FILE, load_catalogue
from nlp.comparison import Gold, Line, compared, gold_of
from nlp.corrections import read_corrections
from nlp.knowledge import Stale, corrections_of, discard, edition_of, load, locked, promote
from nlp.scores import Row, read_gold, score
from nlp.shadow import SHADOW, Understands
from nlp.understand import Understander, train

CANDIDATE = "candidate"
GOLD_FILE = Path(__file__).parent.parent / "tests" / "nlp" / "messages.jsonl"
Told = Callable[[Iterable[Row], str], Iterable[Row]]  # shows how far it is


class NotAdopted(Exception):
    """The model in use stays; says why."""


@contextmanager
def candidate(folder: Path, corrections: Path, file: Path = DEFAULT_FILE) -> Iterator[Understander]:
    """A model trained from `corrections`, in `folder`/candidate: what is not promoted from there is thrown away.

    Raises BadCatalogue, NotAdopted."""
    place = folder / CANDIDATE
    with locked(place):
        try:
            train(place, file, corrections)
            yield _loaded(place, folder, file)
        finally:
            discard(place)


@contextmanager
def shadow(folder: Path) -> Iterator[Understander]:
    """The model that is tried. Raises NotAdopted when there is none."""
    place = folder / SHADOW
    if not edition_of(place):
        raise NotAdopted("没有在试用的模型：先用 train --corrections FILE --shadow")
    with locked(place):
        yield _loaded(place, folder, DEFAULT_FILE)


def _loaded(place: Path, folder: Path, file: Path) -> Understander:
    try:
        return Understander(load(place, file), folder)
    except Stale:
        raise NotAdopted("训练之后程序或例句又改过：请重新训练") from None


def adopt(source: Path, folder: Path, old: Understander) -> None:
    """Raises NotAdopted when another model than the one compared with has come into use."""
    with locked(folder):
        if edition_of(folder) != old.edition.name:
            raise NotAdopted("比较期间已换了别的模型：请再来一次")
        promote(source, folder)


def try_out(folder: Path) -> None:
    """The candidate becomes the shadow."""
    with locked(folder / SHADOW):
        promote(folder / CANDIDATE, folder / SHADOW)


def end_shadow(folder: Path) -> None:
    with locked(folder / SHADOW):
        discard(folder / SHADOW)


def golds_of(files: Iterable[Path], corrections: Path | None) -> list[Gold]:
    """The fixed test sets, and the corrections that are never learnt from, where there are any.

    Raises OSError, ValueError, BadCatalogue, BadCorrections."""
    golds = [_fixed(file) for file in files]
    told = gold_of(read_corrections(corrections, load_catalogue()) if corrections else [])
    return [*golds, told] if told.rows else golds


def _fixed(file: Path) -> Gold:
    if not file.is_file():
        raise ValueError(f"{file}: no such file; --against names the messages to compare on")
    if not (rows := read_gold(file)):
        raise ValueError(f"{file}: no messages in it")
    return Gold(file.name, rows)


def shadows_corrections(folder: Path) -> Path | None:
    return corrections_of(folder / SHADOW)


def compare(gold: Gold, old: Understands, new: Understands, told: Told) -> list[Line]:
    """Asks both about every message of the test set."""
    figures = [
        score([(row, understander.understand(row.text)) for row in told(gold.rows, name)])
        for name, understander in (("旧模型打分", old), ("新模型打分", new))
    ]
    return compared(gold, *figures)
