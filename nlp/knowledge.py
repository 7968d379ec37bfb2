"""What training leaves in VAR_DIR/model: an edition, a folder of models and facts as arrays and JSON, and the manifest
that names it with the print of its sources. Another edition takes its place at one stroke: killed at any moment, a
process leaves the one or the other."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from nlp.catalogue import Catalogue, load_catalogue
from nlp.encoder import ATTUNED_FILE
from nlp.gazetteer import GAZETTEER_FILE, Gazetteer, load_gazetteer
from nlp.letters import Codes
from nlp.model import Model, load_model, save_model
from nlp.segment import Speech, everyday_speech
from nlp.tagger import Chain, load_chain
from nlp.vectors import VECTORS_FILE

CODE = sorted(Path(__file__).parent.glob("*.py"))
SOUNDS = "sounds.npy"
EDITION = "edition-"
MANIFEST, CATALOGUE, GAZETTEER, SPEECH, CORRECTIONS = (
    "manifest.json",
    "catalogue.json",
    "gazetteer.json",
    "speech.json",
    "corrections.jsonl",
)
FORMER = (CATALOGUE, GAZETTEER, SPEECH, CORRECTIONS, SOUNDS, "model.npz", "places.npz")  # where 0.1.0 kept them


class Stale(Exception):
    """Nothing is saved, or its sources have changed since."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is written by people."""

    catalogue: Catalogue
    gazetteer: Gazetteer
    speech: Speech

    def utterance_files(self, file: Path) -> list[Path]:
        """Those that `file` names."""
        return [file.parent / name for name in self.catalogue.utterance_files]


@dataclass(frozen=True, slots=True)
class Edition:
    """A model as it was saved; `grounds` is the print of code and data that it was made from, corrections aside."""

    name: str = ""
    grounds: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Facts, and what was learnt from them."""

    facts: Facts
    model: Model
    chain: Chain
    sounds: Codes  # see letters.sound_table
    edition: Edition = Edition()


def read_facts(file: Path) -> Facts:
    """Raises BadCatalogue."""
    gazetteer = load_gazetteer()
    endings = "".join({tail[-1] for tails in gazetteer.generic.values() for tail in tails})
    return Facts(load_catalogue(file), gazetteer, everyday_speech(endings))


def save(folder: Path, file: Path, knowledge: Knowledge, corrections: Path | None = None) -> None:
    """`corrections` are kept with the model that learnt from them."""
    name = EDITION + secrets.token_hex(8)
    _write(folder / name, file, knowledge, corrections)
    _settle(folder / name, folder / name / MANIFEST, folder)


def promote(source: Path, folder: Path) -> None:
    """What was saved in `source` becomes the model of `folder`; the caller holds the locks of both."""
    name = edition_of(source)
    os.rename(source / name, folder / name)
    _settle(folder / name, source / MANIFEST, folder)


def discard(folder: Path) -> None:
    (folder / MANIFEST).unlink(missing_ok=True)
    _clear(folder)


def edition_of(folder: Path) -> str:
    """The name of what is saved, "" where nothing is."""
    try:
        return str(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["edition"])
    except (OSError, ValueError, KeyError):
        return ""


def corrections_of(folder: Path) -> Path | None:
    """Those that the model learnt from."""
    places = (folder / edition_of(folder) / CORRECTIONS, folder / CORRECTIONS)  # the second is 0.1.0's
    return next((place for place in places if place.exists()), None)


def _write(place: Path, file: Path, knowledge: Knowledge, corrections: Path | None) -> None:
    facts = knowledge.facts
    speech = {"bounds": sorted(facts.speech.bounds), "nouns": sorted(facts.speech.nouns)}
    place.mkdir(mode=0o700)  # the corrections are residents' words
    (place / CATALOGUE).write_text(facts.catalogue.model_dump_json(), encoding="utf-8")
    (place / GAZETTEER).write_text(facts.gazetteer.model_dump_json(), encoding="utf-8")
    (place / SPEECH).write_text(json.dumps(speech, ensure_ascii=False), encoding="utf-8")
    save_model(place, knowledge.model)
    knowledge.chain.save(place)
    np.save(place / SOUNDS, knowledge.sounds)
    if corrections:
        (place / CORRECTIONS).write_bytes(corrections.read_bytes())
    sources = [str(path) for path in _sources(file, facts)]
    manifest = {
        "file": str(file.resolve()),
        "edition": place.name,
        "sources": sources,
        "grounds": print_of(sources),
    }
    (place / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def _settle(edition: Path, manifest: Path, folder: Path) -> None:
    os.replace(manifest, folder / MANIFEST)  # until here the former model counts, from here on this one
    _clear(folder, but=edition.name)


def _clear(folder: Path, but: str = "") -> None:
    for place in folder.glob(f"{EDITION}*"):
        if place.name != but:
            shutil.rmtree(place, ignore_errors=True)
    for name in FORMER:
        (folder / name).unlink(missing_ok=True)


def load(folder: Path, file: Path) -> Knowledge:
    """Raises Stale."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["file"] != str(file.resolve()) or manifest["grounds"] != print_of(manifest["sources"]):
            raise Stale
        place = folder / manifest["edition"]
        speech = json.loads((place / SPEECH).read_text(encoding="utf-8"))
        facts = Facts(
            Catalogue.model_validate_json((place / CATALOGUE).read_bytes()),
            Gazetteer.model_validate_json((place / GAZETTEER).read_bytes()),
            Speech(frozenset(speech["bounds"]), frozenset(speech["nouns"])),
        )
        edition = Edition(manifest["edition"], manifest["grounds"])
        return Knowledge(facts, load_model(place), load_chain(place), np.load(place / SOUNDS), edition)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise Stale from error


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process at a time reads or trains: api and bot start together and share the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sources(file: Path, facts: Facts) -> list[Path]:
    files = [file, *facts.utterance_files(file), GAZETTEER_FILE, ATTUNED_FILE, VECTORS_FILE, *CODE]
    return [path.resolve() for path in files if path.exists()]


def print_of(sources: list[str]) -> str:
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.encode())
        digest.update(Path(source).read_bytes())
    return digest.hexdigest()
