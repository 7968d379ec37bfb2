"""What training leaves in VAR_DIR/model: models and facts as arrays and JSON, with the print of their sources."""

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.catalogue import Catalogue, load_catalogue
from nlp.gazetteer import GAZETTEER_FILE, Gazetteer, load_gazetteer
from nlp.letters import Codes
from nlp.model import Model, load_model, save_model
from nlp.segment import Speech, everyday_speech
from nlp.tagger import Chain, load_chain
from nlp.vectors import VECTORS_FILE

CODE = sorted(Path(__file__).parent.glob("*.py"))
SOUNDS = "sounds.npy"
MANIFEST, CATALOGUE, GAZETTEER, SPEECH, CORRECTIONS = (
    "manifest.json",
    "catalogue.json",
    "gazetteer.json",
    "speech.json",
    "corrections.jsonl",
)


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
class Knowledge:
    """Facts, and what was learnt from them."""

    facts: Facts
    model: Model
    chain: Chain
    sounds: Codes  # see letters.sound_table


def read_facts(file: Path) -> Facts:
    """Raises BadCatalogue."""
    gazetteer = load_gazetteer()
    endings = "".join({tail[-1] for tails in gazetteer.generic.values() for tail in tails})
    return Facts(load_catalogue(file), gazetteer, everyday_speech(endings))


def save(folder: Path, file: Path, knowledge: Knowledge) -> None:
    facts = knowledge.facts
    speech = {"bounds": sorted(facts.speech.bounds), "nouns": sorted(facts.speech.nouns)}
    (folder / MANIFEST).unlink(missing_ok=True)
    (folder / CATALOGUE).write_text(facts.catalogue.model_dump_json(), encoding="utf-8")
    (folder / GAZETTEER).write_text(facts.gazetteer.model_dump_json(), encoding="utf-8")
    (folder / SPEECH).write_text(json.dumps(speech, ensure_ascii=False), encoding="utf-8")
    save_model(folder, knowledge.model)
    knowledge.chain.save(folder)
    np.save(folder / SOUNDS, knowledge.sounds)
    sources = [str(path) for path in _sources(folder, file, facts)]
    manifest = {"file": str(file.resolve()), "sources": sources, "print": _print_of(sources)}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")  # last: without it nothing counts as saved


def load(folder: Path, file: Path) -> Knowledge:
    """Raises Stale."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["file"] != str(file.resolve()) or manifest["print"] != _print_of(manifest["sources"]):
            raise Stale
        speech = json.loads((folder / SPEECH).read_text(encoding="utf-8"))
        facts = Facts(
            Catalogue.model_validate_json((folder / CATALOGUE).read_bytes()),
            Gazetteer.model_validate_json((folder / GAZETTEER).read_bytes()),
            Speech(frozenset(speech["bounds"]), frozenset(speech["nouns"])),
        )
        return Knowledge(facts, load_model(folder), load_chain(folder), np.load(folder / SOUNDS))
    except (OSError, ValueError, KeyError) as error:
        raise Stale from error


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process at a time reads or trains: api and bot start together and share the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sources(folder: Path, file: Path, facts: Facts) -> list[Path]:
    corrections = [path for path in [folder / CORRECTIONS] if path.exists()]
    files = [file, *facts.utterance_files(file), GAZETTEER_FILE, VECTORS_FILE, *CODE, *corrections]
    return [path.resolve() for path in files if path.exists()]


def _print_of(sources: list[str]) -> str:
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.encode())
        digest.update(Path(source).read_bytes())
    return digest.hexdigest()
