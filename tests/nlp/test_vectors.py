"""The embedding: what is asked, who the neighbours are, and that everything goes on without it."""

import numpy as np
import pytest

from nlp import vectors
from nlp.understand import Understander
from nlp.vectors import KEPT, SIZE, Neighbours, essence, learnt, load_learnt, space_of


@pytest.mark.parametrize(
    ("plain", "place", "told"),
    [
        ("平江路12号的路灯不亮了", (0, 6), "的路灯不亮了"),
        ("路灯在平江路12号", (3, 9), "路灯在平江路12号"),  # too little would be left
        ("灯\n不  亮了", (0, 0), "灯 不 亮了"),
        ("路灯不亮" * 100, (0, 0), ("路灯不亮" * 100)[: vectors.LONGEST]),
    ],
)
def test_essence(plain: str, place: tuple[int, int], told: str) -> None:
    assert essence(plain, *place) == told


def test_the_nearest_speak_for_their_labels() -> None:
    points = np.zeros((40, KEPT), np.float32)
    points[:20, 0], points[20:, 1] = 1, 1
    crowd = Neighbours(points, np.array([0] * 20 + [1] * 20), np.arange(40) < 20, 3)
    votes, danger = crowd.votes(np.eye(KEPT, dtype=np.float32)[0])
    assert votes.argmax() == 0
    assert votes.sum() == pytest.approx(1)
    assert danger == pytest.approx(1)


def test_nobody_speaks_for_themselves() -> None:
    points = np.eye(3, KEPT, dtype=np.float32)
    crowd = Neighbours(points, np.array([0, 1, 2]), np.zeros(3, bool), 3)
    assert crowd.votes(points[0]).labels.argmax() == 0
    assert crowd.votes(points[0], but=0).labels.argmax() != 0


def test_vectors_are_kept_and_found_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    texts = [f"第{number}句" for number in range(300)]
    made = np.random.default_rng(0).normal(size=(300, SIZE)).astype(np.float32)
    file = tmp_path_factory.mktemp("vectors") / "vectors.npz"
    space = space_of(made)
    learnt(texts, space, space.project(made)).save(file)
    kept = load_learnt(file)
    found, known = kept.find([*texts, "没有这一句"])
    assert known.tolist() == [True] * 300 + [False]
    likeness = (found[:300] * kept.space.project(made)).sum(axis=1)
    assert likeness.min() > 0.98


@pytest.mark.parametrize("text", ["晚上从那边走黑漆漆的 摔了一跤", "下水到堵了", "房东不退押金"])
def test_all_is_understood_without_it(understander: Understander, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MEANING", "off")
    vectors.embedder.cache_clear()
    try:
        assert vectors.embedder() is None
        assert understander.understand(text).label in ("street_light", "drain_blockage", "legal:tenancy")
    finally:
        vectors.embedder.cache_clear()


def test_the_shipped_vectors_fit_the_utterances() -> None:
    kept = load_learnt()
    assert len(kept.prints) > 30_000
    assert kept.find(["路灯不亮了"])[0].shape == (1, KEPT)
