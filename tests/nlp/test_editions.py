"""A model takes another's place at one stroke."""

import multiprocessing
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from nlp.catalogue import DEFAULT_FILE
from nlp.knowledge import MANIFEST, Knowledge, Stale, corrections_of, discard, edition_of, load, promote, save
from tests.editions import broken, put


@pytest.fixture(scope="module")
def knowledge(model_dir: Path, understander: object) -> Knowledge:
    return load(model_dir / "model", DEFAULT_FILE)


def editions(folder: Path) -> list[str]:
    return sorted(place.name for place in folder.glob("edition-*"))


def test_what_is_saved_can_be_loaded_and_the_one_before_is_gone(knowledge: Knowledge, tmp_path: Path) -> None:
    told = tmp_path / "told.jsonl"
    told.write_text("words", encoding="utf-8")
    for corrections in (told, None, told):
        save(tmp_path, DEFAULT_FILE, knowledge, corrections)
        found = load(tmp_path, DEFAULT_FILE)
        assert editions(tmp_path) == [found.edition.name] == [edition_of(tmp_path)]
        assert found.edition.grounds == knowledge.edition.grounds
        kept = corrections_of(tmp_path)
        assert (kept.read_text(encoding="utf-8") if kept else None) == ("words" if corrections else None)
    assert (tmp_path / edition_of(tmp_path)).stat().st_mode & 0o077 == 0, "the corrections are residents' words"


def test_a_candidate_is_promoted_with_its_corrections(knowledge: Knowledge, tmp_path: Path) -> None:
    told, candidate = tmp_path / "told.jsonl", tmp_path / "candidate"
    told.write_text("words", encoding="utf-8")
    candidate.mkdir()
    save(tmp_path, DEFAULT_FILE, knowledge)
    save(candidate, DEFAULT_FILE, knowledge, told)
    name = edition_of(candidate)
    promote(candidate, tmp_path)
    assert load(tmp_path, DEFAULT_FILE).edition.name == name
    assert corrections_of(tmp_path) == tmp_path / name / "corrections.jsonl"
    assert (edition_of(candidate), editions(candidate), editions(tmp_path)) == ("", [], [name])


def test_a_candidate_that_is_thrown_away_leaves_nothing(knowledge: Knowledge, tmp_path: Path) -> None:
    save(tmp_path, DEFAULT_FILE, knowledge)
    discard(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_0_1_0_left_is_tidied_and_its_corrections_are_kept(knowledge: Knowledge, tmp_path: Path) -> None:
    for name in ("model.npz", "corrections.jsonl"):
        (tmp_path / name).write_text("words", encoding="utf-8")
    (tmp_path / MANIFEST).write_text('{"file": "", "sources": [], "print": ""}', encoding="utf-8")
    with pytest.raises(Stale):
        load(tmp_path, DEFAULT_FILE)
    save(tmp_path, DEFAULT_FILE, knowledge, corrections_of(tmp_path))
    assert sorted(place.name for place in tmp_path.iterdir()) == [edition_of(tmp_path), MANIFEST]
    assert (tmp_path / edition_of(tmp_path) / "corrections.jsonl").read_text(encoding="utf-8") == "words"


def test_half_a_file_is_no_model(model_dir: Path, understander: object, tmp_path: Path) -> None:
    put(model_dir / "model", tmp_path, "1", broken)
    with pytest.raises(Stale):
        load(tmp_path, DEFAULT_FILE)


def test_killed_at_any_moment_a_whole_model_is_left(knowledge: Knowledge, tmp_path: Path) -> None:
    """The process saves and promotes without end; it is killed at moments spread over one round."""
    save(tmp_path, DEFAULT_FILE, knowledge)
    began = time.monotonic()
    _save_and_promote(tmp_path, knowledge)
    round_takes = time.monotonic() - began
    seen = set()
    for moment in range(10):
        dying = multiprocessing.get_context("fork").Process(target=_for_ever, args=(tmp_path, knowledge))
        dying.start()
        time.sleep(round_takes * (0.3 + moment / 5))
        os.kill(dying.pid or 0, signal.SIGKILL)
        dying.join()
        seen.add(load(tmp_path, DEFAULT_FILE).edition.name)
    assert len(seen) > 1, "it was never killed after it had saved"
    save(tmp_path, DEFAULT_FILE, knowledge)
    assert editions(tmp_path) == [edition_of(tmp_path)], "what the dead left is cleared away"


def _for_ever(folder: Path, knowledge: Knowledge) -> None:
    while True:
        _save_and_promote(folder, knowledge)


def _save_and_promote(folder: Path, knowledge: Knowledge) -> None:
    candidate = folder / "candidate"
    shutil.rmtree(candidate, ignore_errors=True)
    candidate.mkdir()
    save(candidate, DEFAULT_FILE, knowledge)
    promote(candidate, folder)
    save(folder, DEFAULT_FILE, knowledge)
