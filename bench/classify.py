"""`understand` beside bare jieba, on one core, message by message in turn."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import jieba
from rich.progress import Progress

from bench.figures import Figure
from nlp.understand import Understander

MESSAGES = Path(__file__).parent.parent / "tests" / "nlp" / "messages.jsonl"
LASTS = 15.0  # seconds, at most


def measure(understander: Understander, progress: Progress) -> tuple[Figure, Figure]:
    """(ours, bare jieba) on the same messages."""
    texts = [json.loads(line)["text"] for line in MESSAGES.read_text(encoding="utf-8").splitlines()]
    bare = jieba.Tokenizer()
    bare.initialize()
    ours: list[float] = []
    reference: list[float] = []
    ends = time.monotonic() + LASTS
    with _one_core():
        for text in progress.track(texts, description="classify"):
            if time.monotonic() < ends:
                ours.append(_timed(understander.understand, text))
                reference.append(_timed(bare.lcut, text))
    return _figure("classify, one core", ours), _figure("bare jieba", reference)


def _timed(work: Callable[[str], object], text: str) -> float:
    began = time.perf_counter()
    work(text)
    return time.perf_counter() - began


def _figure(name: str, times: list[float]) -> Figure:
    return Figure(name, times, len(times) / sum(times))


@contextmanager
def _one_core() -> Iterator[None]:
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
