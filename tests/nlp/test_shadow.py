"""A model on trial: it counts, it never says a word, and whatever befalls it is its own affair."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nlp.catalogue import Kind
from nlp.meaning import Sureness, Understanding
from nlp.shadow import WAITING, Counts, Shadow, added, counted
from tests.bot.doubles import until

LAMP = Understanding(Kind.ITEM, "street_light", 0.9, Sureness.SURE)
NOISE = replace(LAMP, label="noise")
FIRE = replace(LAMP, label="fire", urgent=True)
WORDS = "我家门口"


class Double:
    def __init__(self, understand: Callable[[str], Understanding]) -> None:
        self.understand = understand


def all_written(folder: Path) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in folder.iterdir())


async def test_it_counts_pairs_and_alarms_and_keeps_no_words(tmp_path: Path) -> None:
    shadow = Shadow(Double(lambda text: FIRE if "火" in text else NOISE), tmp_path)
    for text, answer in ((WORDS, LAMP), (WORDS, LAMP), (WORDS, NOISE), (WORDS, FIRE), ("火", LAMP), ("火", FIRE)):
        shadow.beside(text, answer)
    await until(lambda: shadow.counts.messages == 6)
    shadow.close()
    counts = counted(tmp_path)
    assert (counts.messages, counts.agreed, counts.urgent_only_old, counts.urgent_only_new) == (6, 2, 1, 1)
    assert counts.differences[0] == ("street_light", "noise", 2)
    assert WORDS not in all_written(tmp_path)


async def test_one_that_fails_is_counted_and_goes_on(tmp_path: Path) -> None:
    def understand(text: str) -> Understanding:
        if text == "bad":
            raise ValueError(text)
        return LAMP

    shadow = Shadow(Double(understand), tmp_path)
    for text in ("bad", "good", "bad"):
        shadow.beside(text, LAMP)
    await until(lambda: (shadow.counts.failed, shadow.counts.messages) == (2, 1))
    shadow.close()


async def test_a_full_queue_drops_the_comparison_and_never_waits(tmp_path: Path) -> None:
    begun, held = threading.Event(), threading.Event()

    def understand(_text: str) -> Understanding:
        begun.set()
        held.wait(5)
        return LAMP

    shadow = Shadow(Double(understand), tmp_path)
    shadow.beside("the one that is held", LAMP)
    assert begun.wait(5)
    for _ in range(WAITING + 7):
        shadow.beside("more", LAMP)
    assert shadow.counts.dropped == 7
    held.set()
    await until(lambda: shadow.counts.messages == WAITING + 1)
    shadow.close()
    assert counted(tmp_path) == Counts(pairs={"street_light street_light": WAITING + 1}, dropped=7)


def test_when_its_folder_is_gone_it_ends_quietly(tmp_path: Path) -> None:
    shadow = Shadow(Double(lambda _: LAMP), tmp_path / "ended")
    shadow.beside("x", LAMP)
    shadow.close()
    assert list(tmp_path.iterdir()) == []


def test_the_counts_of_several_processes_are_added() -> None:
    one = Counts(pairs={"a b": 2, "a a": 1}, urgent_only_old=1, failed=3)
    two = Counts(pairs={"a b": 1}, urgent_only_new=4, dropped=5)
    assert added([one, two]) == Counts(
        pairs={"a b": 3, "a a": 1}, urgent_only_old=1, urgent_only_new=4, failed=3, dropped=5
    )
