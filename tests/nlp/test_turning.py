"""How turns to another matter are learnt: where a told message turns, what is left out of a training, and the rest."""

from pathlib import Path

import numpy as np
import pytest

from nlp.lessons import Lesson
from nlp.letters import fingerprint
from nlp.turning import Case, Looked, _learnt, _several, _turns, _without

SIGNS = 14  # without what the words around say


def test_a_line_tells_where_its_matters_begin(tmp_path: Path) -> None:
    file = tmp_path / "several.txt"
    file.write_text("# several\nnoise⟦{三楼}很吵⟧pets⟦，狗也叫⟧\n# noise\n三楼很吵\n", encoding="utf-8")
    assert list(_several(file)) == [Case("三楼很吵,狗也叫", [0, 4], ["noise", "pets"])]


@pytest.mark.parametrize(
    ("labels", "starts", "points", "turns"),
    [
        (["noise", "pets"], [0, 4], [5, 9], {5}),
        (["noise", "pets", "noise"], [0, 4, 9], [5, 9], {5, 9}),
        (["noise", "noise", "pets"], [0, 4, 9], [5, 9], {9}),
        (["legal:labour", "legal:tenancy"], [0, 4], [5], set()),
        (["noise", "pets"], [0, 4], [3], set()),
    ],
)
def test_a_message_turns_at_the_first_point_of_another_matter(
    labels: list[str], starts: list[int], points: list[int], turns: set[int]
) -> None:
    assert _turns(Case("一二三四五六七八九十十", starts, labels), points) == turns


def test_what_is_looked_at_was_not_learnt_from_in_whole_or_in_part() -> None:
    case = Case("三楼很吵,狗也叫", [0, 4], ["noise", "pets"])
    lessons = [Lesson(text, "noise") for text in ("三楼很吵", "，狗也叫", "四楼很吵", "五楼很吵")]
    left = _without(lessons, [case], [Lesson("五楼很吵", "noise")])
    assert [lesson.text for lesson in left] == ["四楼很吵"]


def test_the_words_and_the_signs_of_a_turn_are_learnt() -> None:
    """也 turns wherever it stands, and so does what the first sign says; the other signs are chance."""
    also, still = fingerprint("也", 1), fingerprint("还", 1)
    chance = np.random.default_rng(0)
    folds = [range(fold, 600, 3) for fold in (0, 1, 2)]

    def looked(at: int) -> Looked:
        given = (4.0 * (at % 5 == 0), *chance.normal(0, 1, SIGNS - 1).tolist())
        prints = np.array([still if at % 2 else also], dtype=np.uint64)
        return Looked([given], [at % 5 == 0 or at % 2 == 0], prints, np.zeros(1, np.intp))

    turns, odds = _learnt([[looked(at) for at in fold] for fold in folds])
    turned = [at % 5 == 0 or at % 2 == 0 for fold in folds for at in fold]
    assert ((odds > 0) == turned).mean() > 0.95
    worths = dict(zip(turns.prints.tolist(), turns.worths.tolist(), strict=True))
    assert worths.keys() == {also, still} and worths[also] > 0 > worths[still]
    given = np.tile(turns.middle, (2, 1))
    given[:, 0], given[:, -1] = 0, turns.bias[0] + np.array([worths[still], worths[also]])
    plain, turning = turns.chances(given)
    assert plain < 0.5 < turning
