"""The embedding: what is asked, what its nets learn, and that everything goes on without it."""

import numpy as np
import pytest

from nlp import vectors
from nlp.learning import Alarms, doubts, net_of, new_net, taught
from nlp.model import HEARD, fear
from nlp.understand import Understander
from nlp.vectors import KEPT, SIZE, essence, learnt, load_learnt, space_of


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


def test_a_net_tells_what_a_point_is_about_and_of_what_it_was_never_taught() -> None:
    points = np.zeros((300, KEPT), np.float32)
    points[:150, 0], points[150:, 1] = 1, 1
    net = net_of(taught(new_net(), points, np.repeat([0, 2], 150), 3), 3)
    odds = net.odds(np.eye(2, KEPT, dtype=np.float32))
    assert odds.argmax(axis=1).tolist() == [0, 2]
    assert np.exp(odds).sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert odds[:, 1].max() < odds[:, [0, 2]].min()


def test_one_more_round_teaches_what_was_put_right() -> None:
    points = np.zeros((300, KEPT), np.float32)
    points[:150, 0], points[150:, 1] = 1, 1
    net = taught(new_net(), points, np.repeat([0, 1], 150), 2)
    put_right = np.append(points, np.tile(np.eye(3, KEPT, dtype=np.float32)[2], (60, 1)), axis=0)
    again = net_of(taught(net, put_right, np.repeat([0, 1, 1], [150, 150, 60]), 2, rounds=1), 2)
    assert again.odds(put_right[[0, 200, 359]]).argmax(axis=1).tolist() == [0, 1, 1]


def test_who_was_taught_nothing_holds_all_for_equally_likely() -> None:
    silent = net_of(taught(new_net(), np.zeros((0, KEPT), np.float32), np.zeros(0, np.intp), 4), 4)
    assert np.exp(silent.odds(np.ones((2, KEPT), np.float32))) == pytest.approx(0.25)


def test_danger_is_felt_by_its_point_and_within_bounds() -> None:
    chance = np.random.default_rng(0)
    points = chance.normal(0, 0.05, (600, KEPT)).astype(np.float32)
    danger = np.arange(600) % 3 == 0
    points[danger, 0] += 1
    alarms = Alarms(
        points, np.ones(600, bool), np.zeros((600, 2), np.float32), danger.astype(np.intp), np.zeros(2, np.float32)
    )
    feared, judge = doubts(alarms)
    felt = fear(feared, points)
    assert felt[danger].min() > felt[~danger].max()
    assert (felt.min(), felt.max()) == HEARD
    chances = judge.chances(np.column_stack([alarms.given, felt]))
    assert (chances[danger, 1].min() > 0.9, chances[~danger, 1].max() < 0.1) == (True, True)


def test_without_points_danger_is_judged_by_the_rest() -> None:
    given = np.repeat(np.eye(2, dtype=np.float32), 100, axis=0)
    none = np.zeros((200, KEPT), np.float32)
    feared, judge = doubts(Alarms(none, np.zeros(200, bool), given, np.repeat([0, 1], 100), np.zeros(2, np.float32)))
    assert fear(feared, none[:1]).tolist() == [0]
    assert judge.chances(np.column_stack([given[[0, 199]], np.zeros((2, 1))]))[:, 1].round().tolist() == [0, 1]


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
