"""Copies of the trained model as other editions, for what happens when one takes another's place."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from nlp.knowledge import CATALOGUE, EDITION, MANIFEST, edition_of, promote


def alike(_edition: Path) -> None:
    """As it was trained."""


def put(model: Path, folder: Path, name: str, change: Callable[[Path], None] = alike) -> None:
    """The model in `model`, changed, becomes that of `folder` as the edition `name`, as an adoption does it."""
    staged = folder / f"staged-{name}"
    shutil.copytree(model / edition_of(model), staged / f"{EDITION}{name}")
    change(staged / f"{EDITION}{name}")
    manifest = json.loads((model / MANIFEST).read_text(encoding="utf-8"))
    (staged / MANIFEST).write_text(json.dumps(manifest | {"edition": f"{EDITION}{name}"}), encoding="utf-8")
    promote(staged, folder)


def marked(mark: str) -> Callable[[Path], None]:
    """Every entry's name ends in `mark`."""

    def change(edition: Path) -> None:
        catalogue = json.loads((edition / CATALOGUE).read_text(encoding="utf-8"))
        for entry in catalogue["entries"]:
            entry["name"] += mark
        (edition / CATALOGUE).write_text(json.dumps(catalogue), encoding="utf-8")

    return change


def mislabelled(edition: Path) -> None:
    """Every label stands where another should: wrong about everything but the danger and the places."""
    with np.load(edition / "model.npz") as saved:
        arrays = dict(saved)
    np.savez(edition / "model.npz", **arrays | {"labels": np.roll(arrays["labels"], 1)})


def broken(edition: Path) -> None:
    (edition / "model.npz").write_bytes(b"PK half a file")
