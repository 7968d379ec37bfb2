"""What training leaves in VAR_DIR/model: models and facts as arrays and JSON, with the print of their sources."""

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nlp.catalogue import Catalogue, load_catalogue, source_files
from nlp.gazetteer import GAZETTEER_FILE, Gazetteer, load_gazetteer
from nlp.model import Model, load_model, load_vocabulary
from nlp.segment import Speech, everyday_speech

CODE = sorted(Path(__file__).parent.glob("*.py"))
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


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Facts, and what was learnt from them: two models over one vocabulary."""

    facts: Facts
    labels: Model
    danger: Model


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
    knowledge.labels.vocabulary.save(folder)
    knowledge.labels.save(folder, "labels")
    knowledge.danger.save(folder, "danger")
    sources = [str(path) for path in _sources(folder, file)]
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
        vocabulary = load_vocabulary(folder)
        models = (load_model(folder, name, vocabulary) for name in ("labels", "danger"))
        return Knowledge(facts, *models)
    except (OSError, ValueError, KeyError) as error:
        raise Stale from error


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process at a time reads or trains: api and bot start together and share the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sources(folder: Path, file: Path) -> list[Path]:
    corrections = folder / CORRECTIONS
    files = [*source_files(file), GAZETTEER_FILE, *CODE, *([corrections] if corrections.exists() else [])]
    return [path.resolve() for path in files]


def _print_of(sources: list[str]) -> str:
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.encode())
        digest.update(Path(source).read_bytes())
    return digest.hexdigest()
