"""Danger to life now: recall first, then what takes the alarm back."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nlp.catalogue import Sign, Urgent

SENTENCE = re.compile(r"[^。!?;\n]+")
CLAUSE = re.compile(r"[^,、\s…~:]+")
LONG = 40  # letters of a message that is no cry any more
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Alarm:
    sign: str
    numbers: tuple[str, ...]
    words: tuple[str, ...]  # what was read as a sign, in plain characters


Groups = tuple[tuple[re.Pattern[str], ...], ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign, ready to be searched for."""

    sign: Sign
    words: re.Pattern[str]
    needs: tuple[tuple[str, ...], ...]
    hints: Groups
    outright: re.Pattern[str]

    def said(self, part: str) -> tuple[str, ...]:
        found = self.words.search(part)
        return (found[0],) if found else next((need for need in self.needs if all(word in part for word in need)), ())

    def hinted(self, part: str) -> tuple[str, ...]:
        return _all_of_one(self.hints, part)


class Watch:
    def __init__(self, urgent: Urgent) -> None:
        self._signals = [_signal(sign) for sign in urgent.signs]
        self._calm, self._over, self._now = (_any(words) for words in (urgent.calm, urgent.over, urgent.now))

    def alarms(self, plain: str) -> tuple[Alarm, ...]:
        """The signs that hold, in the catalogue's order, each once."""
        heard = [signal for signal in self._signals if signal.said(plain)]
        if not heard:
            return ()
        over = bool(self._over.search(plain))
        parts = [part for sentence in SENTENCE.findall(plain) for part in self._waking(sentence, over)]
        found = ((signal.sign, signal.said(part)) for signal in heard for part in parts)
        return tuple({sign.id: Alarm(sign.id, sign.numbers, words) for sign, words in found if words}.values())

    def hints(self, plain: str) -> tuple[Alarm, ...]:
        """What would be a sign if the rest of the message bears it out."""
        sentences = SENTENCE.findall(plain)
        found = ((signal.sign, signal.hinted(part)) for signal in self._signals for part in sentences)
        return tuple({sign.id: Alarm(sign.id, sign.numbers, words) for sign, words in found if words}.values())

    def outright(self, plain: str) -> tuple[Alarm, ...]:
        """The signs that need nobody's judgement, unless their own clause is quieted."""
        found = ((signal.sign, signal.outright.search(plain)) for signal in self._signals)
        heard = [(sign, words) for sign, words in found if words]
        if not heard:
            return ()
        clauses = [clause for sentence in SENTENCE.findall(plain) for clause in CLAUSE.findall(sentence)]
        loud = "\n".join(clause for clause in clauses if not self.is_quieted(clause))
        return tuple(Alarm(sign.id, sign.numbers, (words[0],)) for sign, words in heard if words[0] in loud)

    def is_quieted(self, plain: str) -> bool:
        return self.is_over(plain) or self.is_calm(plain)

    def is_over(self, plain: str) -> bool:
        """Past, a drill or a question of money, and nothing says that it goes on."""
        return bool(self._over.search(plain)) and not self._now.search(plain)

    def is_calm(self, plain: str) -> bool:
        return bool(self._calm.search(plain)) and not self._now.search(plain)

    def flags(self, plain: str, spoken: int) -> tuple[float, ...]:
        """What the alarm's judge is told beside the model's distance: a sign, a hint, over, calm, now, length.
        `spoken`: letters without the place."""
        found = (self.alarms(plain), self.hints(plain), self.is_over(plain), self.is_calm(plain))
        return (*map(float, map(bool, found)), float(bool(self._now.search(plain))), min(spoken, LONG) / LONG)

    def _waking(self, sentence: str, over: bool) -> Iterator[str]:
        """The parts that tell of now. A calm word quiets its clause and those after it, until one says 'now'."""
        if not over and not self._calm.search(sentence):
            yield sentence
            return
        calm = False
        for clause in CLAUSE.findall(sentence):
            now = bool(self._now.search(clause))
            calm = not now and (calm or bool(self._calm.search(clause)))
            if not calm and (now or not over):
                yield clause


def _signal(sign: Sign) -> Signal:
    hints = tuple(tuple(_any(choice.split("|")) for choice in group) for group in sign.hints)
    outright = re.compile("|".join(sign.outright)) if sign.outright else NEVER
    return Signal(sign, _any(sign.words), sign.needs, hints, outright)


def _all_of_one(groups: Groups, part: str) -> tuple[str, ...]:
    """What was found of the first group that is there whole."""
    for group in groups:
        if all(pattern.search(part) for pattern in group):
            return tuple(found[0] for pattern in group if (found := pattern.search(part)))
    return ()


def _any(words: Iterable[str]) -> re.Pattern[str]:
    escaped = "|".join(re.escape(word) for word in words)
    return re.compile(escaped) if escaped else NEVER
