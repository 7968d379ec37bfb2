"""What clerks corrected in triage, as lessons. Every fifth is kept out of training, to be asked about afterwards."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from nlp.catalogue import Catalogue
from nlp.lessons import Lesson

FIFTH = 5


class BadCorrections(Exception):
    """A corrections file cannot be used; says line and reason."""


class Correction(BaseModel):
    """A message and what a clerk made of it; `place` stands in the text, "" where nothing was said of it."""

    text: str = Field(min_length=1, pattern=r"\S")
    label: str
    place: str = ""

    @property
    def is_held_out(self) -> bool:
        """By the text alone: what was once kept out of training stays out of it."""
        digest = hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8]) % FIFTH == 0


def read_corrections(file: Path, catalogue: Catalogue) -> list[Correction]:
    """JSONL of {"text", "label", "place"?}. Raises BadCorrections or OSError."""
    return [_known(correction, where, catalogue) for correction, where in _read(file)]


def kept_corrections(file: Path, catalogue: Catalogue) -> list[Correction]:
    """Those of an earlier training, but for labels that the catalogue no longer has."""
    return [correction for correction, _ in _read(file) if correction.label in catalogue.by_label]


def lessons_of(corrections: Iterable[Correction]) -> list[Lesson]:
    """Of those that are not kept out, the last of each text."""
    found = {one.text: _lesson(one) for one in corrections if not one.is_held_out}
    return list(found.values())


def _lesson(correction: Correction) -> Lesson:
    start = correction.text.find(correction.place)
    return Lesson(correction.text, correction.label, place=(start, start + len(correction.place)))


def _read(file: Path) -> list[tuple[Correction, str]]:
    """Each with its file and line."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        raise BadCorrections(f"{file}: not UTF-8") from None
    places = ((line, f"{file}, line {number}") for number, line in enumerate(lines, 1))
    return [(_correction(line, where), where) for line, where in places if line.strip()]


def _correction(line: str, where: str) -> Correction:
    try:
        correction = Correction.model_validate_json(line)
    except ValidationError:
        raise BadCorrections(f'{where}: expected {{"text": …, "label": …, "place"?: …}}') from None
    if correction.place not in correction.text:
        raise BadCorrections(f"{where}: the place does not stand in the text")
    return correction


def _known(correction: Correction, where: str, catalogue: Catalogue) -> Correction:
    if correction.label not in catalogue.by_label:
        raise BadCorrections(f"{where}: unknown label {correction.label!r}")
    return correction
