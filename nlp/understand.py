"""understand(text) -> Understanding: reads, judges, finds the place and the danger. The only thresholds are here."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np

from nlp.catalogue import DEFAULT_FILE, BadCatalogue, Kind
from nlp.examples import SPARED, Reader
from nlp.features import is_word
from nlp.gazetteer import locate
from nlp.knowledge import Knowledge, Stale, load, locked
from nlp.matters import Told, opening, tell_apart
from nlp.meaning import Guess, Matter, Sureness, Understanding, Where
from nlp.model import Floats, Seen
from nlp.places import Span
from nlp.segment import Word
from nlp.tagger import PlaceFinder
from nlp.text import Text, read
from nlp.urgency import Alarm
from nlp.vectors import embedder, essence

SURE = 0.70  # a confirmation is enough from here on
LOST = 0.35  # below, three guesses would not help
ASKED = 0.7  # below, the sentence embedding is asked too
DANGER = 0.15  # chance of danger from which the alarm is given: low, because to miss one is the worst error
ANNOUNCED, UNANNOUNCED = 0.85, 0.985  # sureness on both sides before one message becomes two matters
RUNNERS_UP = 4
LENIENCE = 0.9  # log-odds: a lesson carries one label, where honest readers accept a second (86.5 % against 97 %)
TELLING = 0.25  # of the strongest word's share: what else is shown as a reason
REASONS = 4
NOWHERE = Span(0, 0)
FELT = (Alarm("felt", ("110", "120", "119"), ()),)  # by the model alone: no sign says whose danger it is


class Understander:
    """Safe to call from several threads: nothing changes after it is made. `folder` keeps jieba's cache."""

    def __init__(self, knowledge: Knowledge, folder: Path) -> None:
        facts = knowledge.facts
        self.edition = knowledge.edition
        self.catalogue = facts.catalogue
        self._gazetteer = facts.gazetteer
        self._model = knowledge.model
        self._reader = Reader(facts, knowledge.sounds, folder)
        self._places = PlaceFinder(self._reader.grammar, knowledge.chain)
        self._kinds = [facts.catalogue.by_label[label].kind for label in self._model.labels]

    @classmethod
    def load(cls, var_dir: Path, file: Path = DEFAULT_FILE) -> "Understander":
        """Trains first (two minutes) if nothing is saved under `var_dir` or a source changed. Raises BadCatalogue."""
        folder = var_dir / "model"
        with locked(folder):
            try:
                knowledge = load(folder, file)
            except Stale:
                train(folder, file)
                knowledge = load(folder, file)
        return cls(knowledge, folder)

    def locate(self, phrase: str) -> Where:
        return locate(self._gazetteer, read(phrase).plain)

    def understand(self, raw: str) -> Understanding:
        text = read(raw)
        if not any(map(is_word, text.plain)):
            return Understanding(Kind.OTHER, "other", 0.0, Sureness.LOST)
        words = self._reader.segmenter.cut(text.plain)
        place = _longest(self._places.all(text.plain, words))
        seen = self._model.see(self._reader.eye.see(text.plain, words))
        *scores, danger = seen.scores(place.start, place.end - SPARED)
        chances = self._chances(text.plain, np.array(scores, dtype=np.float32), place)
        (first, chance), *others = self._model.ranked(chances, 1 + RUNNERS_UP)
        confidence = _lenient(chance)
        left = (1 - confidence) / max(1 - chance, 1e-6)
        found = self._alarms(text.plain, float(danger))
        told = self._matters(text.plain, seen)
        return Understanding(
            kind=self._kinds[first],
            label=self._model.labels[first],
            confidence=confidence,
            sureness=_sureness(confidence),
            alternatives=tuple(Guess(self._model.labels[index], share * left) for index, share in others),
            urgent=bool(found),
            numbers=tuple(dict.fromkeys(number for alarm in found for number in alarm.numbers)),
            place=_words_of(text, place),
            where=self.locate(_words_of(text, place)) if place is not NOWHERE else Where(),
            matters=self._as_matters(text, words, told, place, self._model.labels[first]),
            because=self._because(text, words, seen, first),
        )

    def _chances(self, plain: str, scores: Floats, place: Span) -> Floats:
        """By the words alone where they leave little doubt, else by the embedding too."""
        chances = self._model.chances(scores)
        if self._model.first(chances)[1] >= ASKED:
            return chances
        embed = embedder()
        return self._model.chances(scores, embed(essence(plain, place.start, place.end))) if embed else chances

    def _alarms(self, plain: str, score: float) -> tuple[Alarm, ...]:
        """Whether there is danger, the model and the signs say together; the signs name the numbers to ring."""
        watch = self._reader.watch
        if self._model.danger_at_most(score) < DANGER or self._model.danger_of(score, watch.flags(plain)) < DANGER:
            return ()
        return watch.alarms(plain) or watch.hints(plain) or FELT

    def _matters(self, plain: str, seen: Seen) -> list[Told]:
        """Empty when the message is about one thing."""

        def reading(start: int, end: int) -> tuple[str, float]:
            first, confidence = self._model.first(self._model.chances_within(seen, start, end))
            return self._model.labels[first], confidence

        told = tell_apart(plain, reading, ANNOUNCED, UNANNOUNCED)
        real = [part for part in told if self.catalogue.by_label[part.label].kind not in (Kind.ACT, Kind.OTHER)]
        return real if len({part.label for part in real}) > 1 else []

    def _as_matters(
        self, text: Text, words: list[Word], told: list[Told], place: Span, label: str
    ) -> tuple[Matter, ...]:
        """Each with its own words and place; the message's label first."""
        if not told:
            return (Matter(label, text.raw, _words_of(text, place)),)
        found: dict[str, Matter] = {}
        for part in told:
            own = _words_of(text, self._place_within(text.plain, words, opening(text.plain, part), part.end))
            found.setdefault(part.label, Matter(part.label, text.verbatim(part.start, part.end), own))
        return tuple(sorted(found.values(), key=lambda matter: matter.label != label))

    def _place_within(self, plain: str, words: list[Word], start: int, end: int) -> Span:
        inside = [word for word in words if start <= word.start and word.end <= end]
        shifted = [Word(word.text, word.start - start, word.end - start) for word in inside]
        span = _longest(self._places.all(plain[start:end], shifted)) if shifted else NOWHERE
        return Span(span.start + start, span.end + start)

    def _because(self, text: Text, words: list[Word], seen: Seen, label: int) -> tuple[str, ...]:
        """The words that spoke most for `label`, in the order they were said."""
        shares = self._model.shares(seen, label, len(text.plain))
        weighed = [(float(shares[word.start : word.end].sum()), word) for word in words if is_word(word.text)]
        strongest = sorted(weighed, key=lambda pair: -pair[0])[:REASONS]
        enough = TELLING * strongest[0][0] if strongest else 0.0
        chosen = sorted(
            (word for share, word in strongest if share > 0 and share >= enough), key=lambda word: word.start
        )
        return tuple(dict.fromkeys(text.verbatim(span.start, span.end) for span in _adjoined(chosen)))


def train(folder: Path, file: Path = DEFAULT_FILE, corrections: Path | None = None) -> None:
    """Trains in a process of its own; the caller holds the folder's lock. Raises BadCatalogue with its last words."""
    command = [sys.executable, "-m", "nlp.training", str(folder), "--file", str(file)]
    more = ["--corrections", str(corrections)] if corrections else []
    done = subprocess.run([*command, *more], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise BadCatalogue(done.stdout.strip() or "training failed")


def _lenient(chance: float) -> float:
    return 1 / (1 + math.exp(-LENIENCE) * (1 - chance) / max(chance, 1e-6))


def _sureness(confidence: float) -> Sureness:
    if confidence >= SURE:
        return Sureness.SURE
    return Sureness.LOST if confidence < LOST else Sureness.UNSURE


def _longest(spans: list[Span]) -> Span:
    """Of no length where there is none."""
    return max(spans, key=lambda span: span.end - span.start, default=NOWHERE)


def _words_of(text: Text, span: Span) -> str:
    return text.verbatim(span.start, span.end)


def _adjoined(words: list[Word]) -> list[Span]:
    """Neighbouring words as one: 路灯|不亮 is read as it was written."""
    spans: list[Span] = []
    for word in words:
        if spans and spans[-1].end == word.start:
            spans[-1] = Span(spans[-1].start, word.end)
        else:
            spans.append(Span(word.start, word.end))
    return spans
