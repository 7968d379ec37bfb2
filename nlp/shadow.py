"""A model on trial: understands beside the one in use what that has answered, and only counts where they differ."""

import contextlib
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread
from typing import Protocol

import structlog
from pydantic import BaseModel

from nlp.meaning import Understanding

log = structlog.get_logger()
Beside = Callable[[str, Understanding], None]  # shown a message's text and what was answered; never waits, never fails
WAITING = 100  # messages; a full queue drops the comparison
WRITTEN_EVERY = 5.0  # seconds
GRACE = 2.0  # seconds for the message under way when the trial ends
SHADOW = "shadow"  # its folder, in that of the model in use
COUNTS = "seen-"  # the beginning of the files' names, one a process


class Understands(Protocol):
    def understand(self, raw: str) -> Understanding: ...


class Counts(BaseModel):
    """What was seen, without a word of it. `pairs`: "the old label the new label" -> messages, equal ones too."""

    pairs: dict[str, int] = {}
    urgent_only_old: int = 0
    urgent_only_new: int = 0
    failed: int = 0  # the new model did not answer
    dropped: int = 0  # the queue was full

    @property
    def messages(self) -> int:
        return sum(self.pairs.values())

    @property
    def agreed(self) -> int:
        return sum(count for (old, new), count in self._labels() if old == new)

    @property
    def differences(self) -> list[tuple[str, str, int]]:
        """(old label, new label, messages), the most frequent first."""
        return sorted(((*pair, count) for pair, count in self._labels() if len(set(pair)) > 1), key=lambda row: -row[2])

    def _labels(self) -> Iterator[tuple[tuple[str, str], int]]:
        for pair, count in self.pairs.items():
            old, new = pair.split()
            yield (old, new), count

    def count(self, old: Understanding, new: Understanding) -> None:
        pair = f"{old.label} {new.label}"
        self.pairs[pair] = self.pairs.get(pair, 0) + 1
        self.urgent_only_old += old.urgent and not new.urgent
        self.urgent_only_new += new.urgent and not old.urgent


def nobody(_text: str, _answer: Understanding) -> None:
    """No model is on trial."""


class Shadow:
    """`folder` is where its counts are written, at most WRITTEN_EVERY seconds late."""

    def __init__(self, nlp: Understands, folder: Path) -> None:
        self.counts = Counts()
        self._nlp = nlp
        self._file = folder / f"{COUNTS}{secrets.token_hex(8)}.json"
        self._queue: Queue[tuple[str, Understanding] | None] = Queue(WAITING)
        self._lock = Lock()
        self._written = self.counts.model_dump_json()
        self._ending = Event()
        self._thread = Thread(target=self._run, name="shadow", daemon=True)
        self._thread.start()

    def beside(self, text: str, answer: Understanding) -> None:
        try:
            self._queue.put_nowait((text, answer))
        except Full:
            with self._lock:
                self.counts.dropped += 1

    def close(self) -> None:
        """What still waits is not compared any more."""
        self._ending.set()
        with contextlib.suppress(Full):
            self._queue.put_nowait(None)
        self._thread.join(GRACE)

    def _run(self) -> None:
        due = time.monotonic() + WRITTEN_EVERY
        while not self._ending.is_set():
            with contextlib.suppress(Empty):
                if given := self._queue.get(timeout=max(due - time.monotonic(), 0)):
                    self._see(*given)
            if time.monotonic() >= due:
                self._write()
                due = time.monotonic() + WRITTEN_EVERY
        self._write()

    def _see(self, text: str, answer: Understanding) -> None:
        try:
            found = self._nlp.understand(text)
        except Exception:
            if not self.counts.failed:
                log.exception("shadow_failed")
            self.counts.failed += 1
        else:
            self.counts.count(answer, found)

    def _write(self) -> None:
        """Nowhere, once the trial has been ended and its folder is gone."""
        told, fresh = self.counts.model_dump_json(), self._file.with_suffix(".part")
        if told != self._written:
            with contextlib.suppress(OSError):
                fresh.write_text(told, encoding="utf-8")
                os.replace(fresh, self._file)
                self._written = told


def counted(folder: Path) -> Counts:
    """What all processes have seen so far."""
    return added(Counts.model_validate_json(file.read_bytes()) for file in folder.glob(f"{COUNTS}*.json"))


def added(some: Iterable[Counts]) -> Counts:
    pairs: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for counts in some:
        pairs.update(counts.pairs)
        numbers.update(counts.model_dump(exclude={"pairs"}))
    return Counts(pairs=dict(pairs), **numbers)
