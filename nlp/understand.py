"""understand(text) -> Understanding: reads, judges, finds the place and the danger. The only thresholds are here."""

import math
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from nlp.catalogue import DEFAULT_FILE, BadCatalogue, Kind
from nlp.examples import SPARED, Reader
from nlp.features import is_word
from nlp.gazetteer import locate
from nlp.knowledge import Knowledge, Stale, load, locked
from nlp.matters import Cutter, Told, absorbed, clauses, opening
from nlp.meaning import Guess, Matter, Sureness, Understanding, Where
from nlp.model import Floats, Seen
from nlp.places import Span, edges_of
from nlp.segment import Word
from nlp.tagger import PlaceFinder
from nlp.text import Text, read
from nlp.turns import Heard, Reading, load_turns
from nlp.urgency import Alarm
from nlp.vectors import Vectors, embedder, essence

SURE = 0.70  # a confirmation is enough from here on
LOST = 0.35  # below, three guesses would not help
ASKED = 0.85  # below, the sentence embedding is asked too
# Chances of danger from which the alarm is given, with and without the embedding: low, because to miss one is the worst
# error. The embedding is asked between those of IN_DOUBT.
DANGER, DANGER_BY_WORDS, IN_DOUBT = 0.15, 0.16, (0.03, 0.8)
LONG, BURIED, CRY = 40, 0.7, 6  # letters of a report in which danger may be said in passing; the chance; its letters
A_TURN = 0.38  # chance that a point turns to another matter before it does
HOPELESS = -5.0  # log-odds by the words around: less likely a point is next to never a turn
A_MATTER = 0.4  # sureness of what each is
RUNNERS_UP = 4
LENIENCE = 0.9  # log-odds: a lesson carries one label, where honest readers accept a second (86.5 % against 97 %)
TELLING = 0.25  # of the strongest word's share: what else is shown as a reason
REASONS = 4
NOWHERE = Span(0, 0)
EMERGENCY = "emergency"
NOT_THERE = re.compile(
    "(?<![是要])[不勿弗]是[^,。;!?]{1,12}?[,\\s]*而?(?<![但可还总就都也要不勿弗])是\\s*"
)  # 不是12幢是21幢
Ask = Callable[[], Vectors | None]
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
        matters = np.array([self._is_matter(label) for label in self._model.labels], dtype=np.float32)
        self._matter_groups = self._model.membership * matters[:, None]

    @classmethod
    def load(cls, var_dir: Path, file: Path = DEFAULT_FILE) -> "Understander":
        """Trains first (a minute) if nothing is saved under `var_dir` or a source changed. Raises BadCatalogue."""
        folder = var_dir / "model"
        with locked(folder):
            try:
                knowledge = load(folder, file)
            except Stale:
                train(folder, file)
                knowledge = load(folder, file)
        return cls(knowledge, folder)

    def locate(self, phrase: str) -> Where:
        plain = read(phrase).plain
        return locate(self._gazetteer, plain, edges_of(self._reader.segmenter.cut(plain)))

    def reading(self, plain: str) -> tuple[list[Word], Reading]:
        """Its words, and what each stretch of it would be about alone."""
        words = self._reader.segmenter.cut(plain)
        return words, self._reading(self._model.see(self._reader.eye.see(plain, words)))

    def understand(self, raw: str) -> Understanding:
        text = read(raw)
        if not any(map(is_word, text.plain)):
            return Understanding(Kind.OTHER, "other", 0.0, Sureness.LOST)
        words = self._reader.segmenter.cut(text.plain)
        place = self._place(text.plain, words)
        seen = self._model.see(self._reader.eye.see(text.plain, words))
        *scores, danger = seen.scores(place.start, place.end - SPARED)
        ask = cache(lambda: self._point(text.plain, place))
        chances = self._chances(np.array(scores, dtype=np.float32), ask)
        (first, chance), *others = self._model.ranked(chances, 1 + RUNNERS_UP)
        confidence = _lenient(chance)
        left = (1 - confidence) / max(1 - chance, 1e-6)
        named = self._model.labels[first] == EMERGENCY and confidence >= SURE
        found = self._alarms(text.plain, seen, float(danger), place, ask, named)
        told = self._matters(text.plain, words, seen)
        return Understanding(
            kind=self._kinds[first],
            label=self._model.labels[first],
            confidence=confidence,
            sureness=_sureness(confidence),
            alternatives=tuple(Guess(self._model.labels[index], share * left) for index, share in others),
            urgent=bool(found),
            numbers=tuple(dict.fromkeys(number for alarm in found for number in alarm.numbers)),
            place=_words_of(text, place),
            where=self._where(text.plain, words, place),
            matters=self._as_matters(text, words, told, place, self._model.labels[first]),
            because=self._because(text, words, seen, first),
        )

    def _place(self, plain: str, words: list[Word]) -> Span:
        """The longest location phrase, not one that is denied. One elsewhere (我在园区上班) gives way to one that is
        ours."""
        spans = _joined(plain, self._places.all(plain, words))
        if denied := NOT_THERE.search(plain):
            told = [span if span.end <= denied.start() else _after(span, denied.end()) for span in spans]
            spans = [span for span in told if span.start < span.end] or spans
        longest = _longest(spans)
        if len(spans) > 1 and self._where(plain, words, longest).outside:
            return _longest([span for span in spans if self._where(plain, words, span).is_inside] or spans)
        return longest

    def _where(self, plain: str, words: list[Word], span: Span) -> Where:
        if span.start == span.end:
            return Where()
        edges = {edge - span.start for edge in edges_of(words)}
        return locate(self._gazetteer, plain[span.start : span.end], edges)

    def _point(self, plain: str, place: Span) -> Vectors | None:
        """Where the message lies among all meanings. None without the embedding."""
        embed = embedder()
        return self._model.space.project(embed(essence(plain, place.start, place.end))) if embed else None

    def _chances(self, scores: Floats, ask: Ask) -> Floats:
        """By the words alone where they leave little doubt, else by the embedding too."""
        chances = self._model.chances(scores)
        return chances if self._model.first(chances)[1] >= ASKED else self._model.chances(scores, ask())

    def _alarms(self, plain: str, seen: Seen, score: float, place: Span, ask: Ask, named: bool) -> tuple[Alarm, ...]:
        """Whether there is danger, the model and the signs say together; the signs name the numbers to ring. `named`:
        an emergency is surely what the message is about."""
        watch, spoken = self._reader.watch, len(plain) - (place.end - place.start)
        if outright := watch.outright(plain):
            return outright
        named = named and not watch.is_quieted(plain)
        if named or self._is_danger(score, plain, spoken, ask) or self._is_buried(plain, seen):
            return watch.alarms(plain) or watch.hints(plain) or FELT
        return ()

    def _is_danger(self, score: float, plain: str, spoken: int, ask: Ask) -> bool:
        """By the words alone, and where these leave doubt by these and the embedding alike."""
        if self._model.danger_at_most(score) < IN_DOUBT[0]:
            return False
        signs = self._reader.watch.flags(plain, spoken)
        chance = self._model.danger_of(score, signs)
        if IN_DOUBT[0] <= chance < IN_DOUBT[1] and (point := ask()) is not None:
            return (chance + self._model.danger_of(score, signs, point)) / 2 >= DANGER
        return chance >= DANGER_BY_WORDS

    def _is_buried(self, plain: str, seen: Seen) -> bool:
        """Danger told in one clause of a long report about something else."""
        watch = self._reader.watch
        if len(plain) < LONG or watch.is_quieted(plain):
            return False
        parts = [(part.start, part.end) for part in clauses(plain)]
        scores = seen.scores_within(parts)[:, -1].tolist()
        return any(self._cries(plain[start:end], score) for (start, end), score in zip(parts, scores, strict=True))

    def _cries(self, words: str, score: float) -> bool:
        if len(words) < CRY or self._model.danger_at_most(score) < BURIED:
            return False
        return self._model.danger_of(score, self._reader.watch.flags(words, len(words))) >= BURIED

    def _matters(self, plain: str, words: list[Word], seen: Seen) -> list[Told]:
        """Empty when the message is about one thing."""
        told = Cutter(load_turns(), A_TURN, HOPELESS).tell_apart(plain, words, self._reading(seen))
        real = absorbed(told, lambda run: self._is_matter(run.heard.label) and run.heard.confidence >= A_MATTER)
        return real if len({run.heard.label for run in real}) > 1 else []

    def _reading(self, seen: Seen) -> Reading:
        def heard(start: int, end: int) -> Heard:
            first, confidence = self._model.first(self._model.chances_within(seen, [(start, end)])[0])
            return Heard(self._model.labels[first], confidence)

        return Reading(lambda some: self._model.chances_within(seen, some) @ self._matter_groups, heard)

    def _is_matter(self, label: str) -> bool:
        return self.catalogue.by_label[label].kind not in (Kind.ACT, Kind.OTHER)

    def _as_matters(
        self, text: Text, words: list[Word], told: list[Told], place: Span, first: str
    ) -> tuple[Matter, ...]:
        """Each with its own words and place, as they were told; of one matter its label is the message's, `first`."""
        if not told:
            return (Matter(first, text.raw, _words_of(text, place)),)
        found: dict[str, Matter] = {}
        for run in told:
            own = _words_of(text, self._place_within(text.plain, words, opening(text.plain, run), run.end))
            label = run.heard.label
            found.setdefault(label, Matter(label, text.verbatim(run.start, run.end), own))
        return tuple(found.values())

    def _place_within(self, plain: str, words: list[Word], start: int, end: int) -> Span:
        inside = [word for word in words if start <= word.start and word.end <= end]
        shifted = [Word(word.text, word.start - start, word.end - start) for word in inside]
        span = self._place(plain[start:end], shifted) if shifted else NOWHERE
        return Span(span.start + start, span.end + start)

    def _because(self, text: Text, words: list[Word], seen: Seen, label: int) -> tuple[str, ...]:
        """The words that spoke most for `label`, in the order they were said."""
        until = np.cumsum([0, *self._model.shares(seen, label, len(text.plain))])
        told = [word for word in words if is_word(word.text)]
        shares = until[[word.end for word in told]] - until[[word.start for word in told]]
        weighed = list(zip(shares.tolist(), told, strict=True))
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


def _after(span: Span, edge: int) -> Span:
    """What of it lies behind the edge."""
    return Span(max(span.start, edge), span.end)


def _joined(plain: str, spans: list[Span]) -> list[Span]:
    """山塘街 480号 is one phrase."""
    joined: list[Span] = []
    for span in spans:
        if joined and plain[span.start].isdigit() and not plain[joined[-1].end : span.start].strip(" "):
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


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
