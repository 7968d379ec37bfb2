"""Lessons as the models see them: features, and for the tagger each letter's state."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.features import Eye, Lexicon
from nlp.knowledge import Facts
from nlp.lessons import Lesson
from nlp.letters import Codes, Prints
from nlp.places import PlaceGrammar
from nlp.segment import Segmenter, Word
from nlp.tagger import BEGINS, INSIDE, OUTSIDE, States, sights_of
from nlp.text import Text, read
from nlp.urgency import Watch
from nlp.vectors import essence

SPARED = 2  # letters: the end of a place (…菜场, …河) still says something of the matter


@dataclass(frozen=True, slots=True)
class Example:
    """A lesson as the models see it."""

    prints: Prints  # of the features outside its place, each once
    essence: str  # what is embedded


class Reader:
    """Reads messages for training and for understanding alike."""

    def __init__(self, facts: Facts, sounds: Codes, folder: Path) -> None:
        lexicon = Lexicon({entry.label: entry.keywords for entry in facts.catalogue.entries})
        self.segmenter = Segmenter([*lexicon.words, *facts.gazetteer.names], folder)
        self.eye = Eye(lexicon, sounds)
        self.grammar = PlaceGrammar(facts.gazetteer, facts.speech, lexicon.words)
        self.watch = Watch(facts.catalogue.urgent)

    def examples(self, lessons: list[Lesson]) -> list[Example]:
        """All are read as one text: it takes a tenth of the time."""
        texts = [read(lesson.text) for lesson in lessons]
        spans = [_plain_span(text, lesson.place) for text, lesson in zip(texts, lessons, strict=True)]
        starts = np.cumsum([0, *(len(text.plain) + 1 for text in texts)])[:-1]
        words = [
            Word(word.text, word.start + start, word.end + start)
            for text, start in zip(texts, starts.tolist(), strict=True)
            for word in self.segmenter.cut(text.plain)
        ]
        sights = self.eye.see("\n".join(text.plain for text in texts), words)
        owners = np.searchsorted(starts, sights.starts, side="right") - 1
        hidden = np.array(spans, dtype=np.intp).reshape(-1, 2) + starts[:, None]
        kept = (sights.starts < hidden[owners, 0]) | (sights.ends > hidden[owners, 1] - SPARED)
        order = np.argsort(owners[kept], kind="stable")
        cuts = np.searchsorted(owners[kept][order], np.arange(1, len(texts)))
        parts = np.split(sights.prints[kept][order], cuts)
        told = zip(texts, spans, parts, strict=True)
        return [Example(np.unique(prints), essence(text.plain, *span)) for text, span, prints in told]

    def tagged(self, lessons: list[Lesson]) -> list[tuple[Prints, States]]:
        """([letters, FEATURES], [letters] the state of each letter)"""
        texts = [read(lesson.text) for lesson in lessons]
        sights = sights_of([(text.plain, self.segmenter.cut(text.plain)) for text in texts], self.grammar)
        spans = (_plain_span(text, lesson.place) for text, lesson in zip(texts, lessons, strict=True))
        return [(sight, _states(len(sight), *span)) for sight, span in zip(sights, spans, strict=True)]

    def flags(self, lesson: Lesson) -> tuple[float, ...]:
        plain, (start, end) = read(lesson.text).plain, lesson.place
        return self.watch.flags(plain, len(plain) - (end - start))


def essence_of(lesson: Lesson) -> str:
    text = read(lesson.text)
    return essence(text.plain, *_plain_span(text, lesson.place))


def _states(length: int, start: int, end: int) -> States:
    states = np.full(length, OUTSIDE, dtype=np.int8)
    states[start:end] = INSIDE
    states[start : min(start + 1, end)] = BEGINS
    return states


def _plain_span(text: Text, place: tuple[int, int]) -> tuple[int, int]:
    """A stretch of the raw text in plain letters."""
    start, end = (int(np.searchsorted(text.at, edge)) for edge in place)
    return start, end
