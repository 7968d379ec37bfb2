"""understand(text) -> Understanding: reads, judges, finds the place and the danger. The only thresholds are here."""

import subprocess
import sys
from pathlib import Path

from nlp.catalogue import DEFAULT_FILE, BadCatalogue, Kind
from nlp.features import Lexicon, features, is_word
from nlp.gazetteer import locate
from nlp.knowledge import Knowledge, Stale, load, locked
from nlp.matters import Told, tell_apart
from nlp.meaning import Guess, Matter, Sureness, Understanding, Where
from nlp.model import Seen
from nlp.places import PlaceFinder, Span
from nlp.segment import Segmenter, Word
from nlp.text import Text, read
from nlp.urgency import Alarm, Watch

SURE = 0.70  # a confirmation is enough from here on
LOST = 0.35  # below, three guesses would not help
DANGER = -0.30  # score of the danger model, -1 … 1: low, because to miss one is the worst error
DANGER_HINTED, DANGER_CALM = -0.75, 0.10  # the same where words hint at it, or quiet it
FELT_FROM = 8  # characters: of fewer the model knows too little, there only the signs give the alarm
ANNOUNCED, UNANNOUNCED = 0.50, 0.91  # sureness on both sides before one message becomes two matters
RUNNERS_UP = 4
TELLING = 0.25  # of the strongest word's share: what else is shown as a reason
REASONS = 4
FELT = (Alarm("felt", ("110", "120", "119"), ()),)  # by the model alone: no sign says whose danger it is


class Understander:
    """Safe to call from several threads: nothing changes after it is made."""

    def __init__(self, knowledge: Knowledge, folder: Path) -> None:
        facts = knowledge.facts
        self.catalogue = facts.catalogue
        self._gazetteer = facts.gazetteer
        self._labels, self._danger = knowledge.labels, knowledge.danger
        self._lexicon = Lexicon({entry.label: entry.keywords for entry in facts.catalogue.entries})
        self._segmenter = Segmenter([*self._lexicon.words, *facts.gazetteer.names], folder)
        self._places = PlaceFinder(facts.gazetteer, facts.speech, self._lexicon.words)
        self._watch = Watch(facts.catalogue.urgent)
        self._kinds = [facts.catalogue.by_label[label].kind for label in self._labels.labels]

    @classmethod
    def load(cls, var_dir: Path, file: Path = DEFAULT_FILE) -> "Understander":
        """Trains first (20 s) when nothing is saved under `var_dir` or its sources changed. Raises BadCatalogue."""
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
        words = self._segmenter.cut(text.plain)
        seen = self._labels.vocabulary.see(features(text, words, self._lexicon))
        told = self._matters(text.plain, seen)
        guesses = self._labels.ranked(seen, 1 + RUNNERS_UP)
        first, confidence = guesses[0]
        spans = list(self._places.all(text.plain, words))
        place = _longest(spans)
        found = self._alarms(text.plain, seen)
        return Understanding(
            kind=self._kinds[first],
            label=self._labels.labels[first],
            confidence=confidence,
            sureness=_sureness(confidence),
            alternatives=tuple(Guess(self._labels.labels[index], share) for index, share in guesses[1:]),
            urgent=bool(found),
            numbers=tuple(dict.fromkeys(number for alarm in found for number in alarm.numbers)),
            place=_words_of(text, place),
            where=self.locate(_words_of(text, place)) if place else Where(),
            matters=self._as_matters(text, told, spans, self._labels.labels[first]),
            because=self._because(text, words, seen, first),
        )

    def _matters(self, plain: str, seen: Seen) -> list[Told]:
        """Empty when the message is about one thing."""

        def reading(start: int, end: int) -> tuple[str, float]:
            return self._labels.first(seen.within(start, end))

        told = tell_apart(plain, reading, ANNOUNCED, UNANNOUNCED)
        real = [part for part in told if self.catalogue.by_label[part.label].kind not in (Kind.ACT, Kind.OTHER)]
        return real if len({part.label for part in real}) > 1 else []

    def _alarms(self, plain: str, seen: Seen) -> tuple[Alarm, ...]:
        if found := self._watch.alarms(plain):
            return found
        if self._watch.is_over(plain):
            return ()
        if len(plain) < FELT_FROM:
            return ()
        felt = float(self._danger.scores(seen)[self._danger.labels.index("urgent")])
        if self._watch.is_calm(plain):
            return FELT if felt >= DANGER_CALM else ()
        hints = self._watch.hints(plain) if felt >= DANGER_HINTED else ()
        return hints or (FELT if felt >= DANGER else ())

    def _as_matters(self, text: Text, told: list[Told], spans: list[Span], label: str) -> tuple[Matter, ...]:
        if not told:
            return (Matter(label, text.raw, _words_of(text, _longest(spans))),)
        found: dict[str, Matter] = {}
        for part in told:
            inside = [span for span in spans if part.start <= span.start and span.end <= part.end]
            place = _words_of(text, _longest(inside))
            found.setdefault(part.label, Matter(part.label, text.verbatim(part.start, part.end), place))
        return tuple(sorted(found.values(), key=lambda matter: matter.label != label))

    def _because(self, text: Text, words: list[Word], seen: Seen, label: int) -> tuple[str, ...]:
        """The words that spoke most for `label`, in the order they were said."""
        shares = self._labels.shares(seen, label, len(text.plain))
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


def _sureness(confidence: float) -> Sureness:
    if confidence >= SURE:
        return Sureness.SURE
    return Sureness.LOST if confidence < LOST else Sureness.UNSURE


def _longest(spans: list[Span]) -> Span | None:
    return max(spans, key=lambda span: span.end - span.start, default=None)


def _words_of(text: Text, span: Span | None) -> str:
    return text.verbatim(span.start, span.end) if span else ""


def _adjoined(words: list[Word]) -> list[Span]:
    """Neighbouring words as one: 路灯|不亮 is read as it was written."""
    spans: list[Span] = []
    for word in words:
        if spans and spans[-1].end == word.start:
            spans[-1] = Span(spans[-1].start, word.end)
        else:
            spans.append(Span(word.start, word.end))
    return spans
