"""What the models learn from: the utterances of intents.yaml and of the text files it names.

A file is a list of messages, one a line (`\\n` breaks a line of the message), under headings:

    # street_light                    what the messages below are about
    # elevator urgent                 the same, and they tell of danger to life now
    # elevator calm                   the same, and they only sound like it
    # urgent / # calm                 of danger, or nearly so; about what is not said
    # several                         of several matters, each with its own words: street_light⟦…⟧noise⟦，另外…⟧

The location phrase stands in braces: {平江路12号}的路灯不亮. It names something (a road, a compound, a
shop, a house by its number) with all that narrows it down; 楼下, 小区门口 or 菜场后面 alone find nothing and are none.

Those of subtle.txt are told in words that speak for something else (不是路灯暗，是水真的黑). From them only the encoder
and its net learn what they are about: the planes would unlearn what such words mostly mean."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nlp.catalogue import BadCatalogue, Catalogue

PLACE = re.compile(r"\{([^{}]+)\}")
MATTER = re.compile(r"([a-z_:]+)⟦([^⟦⟧]*)⟧")
HEADING = re.compile(r"#\s*(?P<label>[a-z_:]+)(?:\s+(?P<mood>urgent|calm))?\s*$")
MOODS = ("urgent", "calm")
SEVERAL = "several"
SUBTLE = "subtle.txt"
JOINTS = "，。；、,.; \n"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A message and what a careful clerk would say of it. `label` "" where that is not said."""

    text: str
    label: str = ""
    urgent: bool = False
    near_danger: bool = False  # urgent, or only sounding like it
    place: tuple[int, int] = (0, 0)  # [start, end) in the text
    subtle: bool = False  # its words mislead


def read_lessons(catalogue: Catalogue, files: Iterable[Path]) -> list[Lesson]:
    """Each text once, the first time it is met. Raises BadCatalogue."""
    written = ((entry.label, line) for entry in catalogue.entries for line in entry.utterances)
    own = (_lesson(line, label) for label, line in written)
    told = (replace(lesson, subtle=file.name == SUBTLE) for file in files for lesson in _read(file, catalogue))
    found: dict[str, Lesson] = {}
    for lesson in (*own, *told):
        found.setdefault(lesson.text, lesson)
    return list(found.values())


def _read(file: Path, catalogue: Catalogue) -> Iterator[Lesson]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadCatalogue(f"{file}: cannot be read ({error})") from None
    label, mood = "", ""
    for number, line in enumerate(map(str.strip, lines), 1):
        try:
            if line.startswith("#"):
                label, mood = _heading(line, catalogue)
            elif line:
                yield from _several(line, catalogue) if label == SEVERAL else [_lesson(line, label, mood)]
        except ValueError as error:
            raise BadCatalogue(f"{file}, line {number}: {error}") from None


def _heading(line: str, catalogue: Catalogue) -> tuple[str, str]:
    found = HEADING.match(line)
    if not found:
        raise ValueError(f"a heading is '# label', not {line[:40]!r}")
    label, mood = found["label"], found["mood"] or ""
    if label in MOODS and not mood:
        return "", label
    if label != SEVERAL and label not in catalogue.by_label:
        raise ValueError(f"unknown label {label!r}")
    return label, mood


def _lesson(line: str, label: str, mood: str = "") -> Lesson:
    text, places = unmarked(line)
    if len(places) > 1:
        raise ValueError("one place a message")
    return Lesson(text, label, mood == "urgent", bool(mood), places[0] if places else (0, 0))


def _several(line: str, catalogue: Catalogue) -> Iterator[Lesson]:
    """Each matter is a lesson of its own."""
    for label, words in parted(line):
        if label not in catalogue.by_label:
            raise ValueError(f"unknown label {label!r}")
        yield _lesson(words.lstrip(JOINTS), label)


def parted(line: str) -> list[tuple[str, str]]:
    """(label, words) of each matter: with the places' braces, and with what joins it to the one before."""
    if not MATTER.search(line) or MATTER.sub("", line).strip():
        raise ValueError("a matter is label⟦words⟧, one after another")
    return MATTER.findall(line)


def unmarked(line: str) -> tuple[str, list[tuple[int, int]]]:
    """The message without its braces, and where they stood."""
    line = line.replace("\\n", "\n")
    spans, taken = [], 0
    for found in PLACE.finditer(line):
        start = found.start() - taken
        spans.append((start, start + len(found[1])))
        taken += 2
    text = PLACE.sub(r"\1", line)
    if "{" in text or "}" in text:
        raise ValueError("a brace without its other half")
    return text, spans
