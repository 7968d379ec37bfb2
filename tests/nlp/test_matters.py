"""One message, several matters: where one ends and the next begins."""

from dataclasses import fields
from operator import itemgetter
from pathlib import Path

import numpy as np
import pytest

from nlp.letters import fingerprint
from nlp.matters import Cutter, Told, absorbed, clauses, opening
from nlp.segment import Word
from nlp.turns import INSIDE, Clause, Heard, Point, Reading, Turns, load_turns, points_of, signs

GROUPS = "灯水狗"  # what this reading knows
SIGNS = 15
DOG = Heard("狗", 1)
APART, ANNOUNCED, WORDS = 0, 13, 14  # which signs these are


def made_turns() -> Turns:
    """It has learnt that turns begin with 四楼, never with 但; are announced; or part what differs."""
    weights = np.zeros(SIGNS + SIGNS * (SIGNS + 1) // 2, dtype=np.float32)
    weights[APART], weights[ANNOUNCED], weights[WORDS] = 1, 3, 1
    worths = dict(sorted({fingerprint("四楼", 1): 2.0, fingerprint("但", 1): -9.0}.items()))
    learnt = np.array(list(worths), dtype=np.uint64), np.array(list(worths.values()), dtype=np.float32)
    return Turns(*learnt, np.zeros(SIGNS, np.float32), np.ones(SIGNS, np.float32), weights, np.array([0.0, -1.0]))


TURNS = made_turns()


def reading_of(plain: str) -> Reading:
    """By the letters that name a group; without any, all are as likely."""

    def shares(start: int, end: int) -> list[float]:
        counts = [plain.count(letter, start, end) for letter in GROUPS]
        return [count / sum(counts) if any(counts) else 1 / len(GROUPS) for count in counts]

    def heard(start: int, end: int) -> Heard:
        share, letter = max(zip(shares(start, end), GROUPS, strict=True), key=itemgetter(0))
        return Heard(letter, share)

    return Reading(lambda some: np.array([shares(*stretch) for stretch in some], dtype=np.float32), heard)


def told(plain: str, enough: float = 0.5) -> list[str]:
    words = [Word(letter, at, at + 1) for at, letter in enumerate(plain)]
    cutter = Cutter(TURNS, enough, hopeless=-5.0)
    runs = cutter.tell_apart(plain, words, reading_of(plain))
    return [plain[run.start : run.end] for run in runs]


@pytest.mark.parametrize(
    ("plain", "parts"),
    [
        ("门口的灯坏了", []),
        ("门口的灯坏了,楼上漏水了", ["门口的灯坏了", "楼上漏水了"]),
        ("门口的灯坏了,修灯的人没来", []),
        ("门口的灯坏了,修了三趟没修好", []),
        ("灯坏了,狗", []),
        ("门口的灯坏了四楼漏水", ["门口的灯坏了", "四楼漏水"]),
        ("门口的灯坏了,四楼水水水四楼狗狗", ["门口的灯坏了", "四楼水水水", "四楼狗狗"]),
        ("门口的灯坏了四楼漏水水四楼狗狗", ["门口的灯坏了", "四楼漏水水", "四楼狗狗"]),
        ("门口的灯坏了,但楼上漏水了", []),
        ("门口的灯坏了 狗又叫了一夜", ["门口的灯坏了", "狗又叫了一夜"]),
        ("门口的灯坏了,还有水水灯", ["门口的灯坏了", "还有水水灯"]),
        ("门口的灯坏了,这里水水灯", []),
    ],
)
def test_a_message_is_parted_where_it_turns_to_something_else(plain: str, parts: list[str]) -> None:
    assert told(plain) == parts


def test_runs_of_one_matter_are_one_however_little_is_asked_for() -> None:
    assert told("门口的灯坏了,修灯的来过三趟没修好", enough=0.0) == ["门口的灯坏了,修灯的来过三趟没修好"]
    assert told("门口的灯坏了,楼上漏水了", enough=1.0) == []


def test_that_they_differ_may_be_sure_though_what_they_are_is_not() -> None:
    def apart(before: str, after: str) -> float:
        plain = f"{before},{after}"
        parts = list(clauses(plain))
        given = signs(parts, [Point(len(before), len(before) + 1, parts[1])], 0, reading_of(plain))
        return float(1 / (1 + np.exp(-given[0, APART])))

    assert apart("灯灯灯", "水狗水狗") == pytest.approx(1, abs=1e-3)
    assert apart("灯灯灯", "灯灯灯") == pytest.approx(0, abs=1e-3)
    assert apart("灯灯灯", "这这这") == pytest.approx(2 / 3)


def test_what_is_no_matter_lends_its_words_to_the_one_before() -> None:
    runs = [Told(0, 3, DOG), Told(4, 8, Heard("灯", 1)), Told(9, 12, DOG), Told(13, 20, Heard("水", 1))]
    kept = absorbed(runs, lambda run: run.heard.label != "狗")
    assert [(run.start, run.end) for run in kept] == [(0, 12), (13, 20)]
    assert absorbed(runs[:1], lambda run: run.heard.label != "狗") == []


@pytest.mark.parametrize(
    ("plain", "announced"),
    [
        ("一、灯坏了;二、楼道漏水;三、狗叫", ["二、楼道漏水", "三、狗叫"]),
        ("趁便一次讲完 一 灯坏了 二 楼道漏水", ["二 楼道漏水"]),
        ("1.灯坏了 2.水管漏;(3)狗叫", ["2.水管漏", "(3)狗叫"]),
        ("第一是灯坏了,第二是水管漏", ["第二是水管漏"]),
        ("一是灯坏了,二是水管漏,六是狗叫", ["二是水管漏", "六是狗叫"]),
        ("1号楼灯不亮,2、3号楼电梯坏了", []),
        ("一楼漏水,二、三楼没电", []),
        ("灯不亮,3 号楼电梯坏了,5 路站台玻璃碎了", []),
        ("楼下太吵,6:30就开始敲,赔了12.5元", []),
        ("灯不亮,第二人民医院门口井盖没了,第三次报了", []),
        ("楼上漏水,物业周三来过没修好,周二是他们休息", []),
        ("地下车库b2、b3层都没灯", []),
    ],
)
def test_a_list_announces_each_of_its_matters_and_numbers_do_not(plain: str, announced: list[str]) -> None:
    assert [plain[part.start : part.end] for part in clauses(plain) if part.announced] == announced


def test_a_place_keeps_its_number_where_the_words_of_a_list_are_taken_off() -> None:
    for plain, rest in (("二、楼道漏水", "楼道漏水"), ("2.水管漏", "水管漏"), ("2、3号楼电梯坏了", "2、3号楼电梯坏了")):
        assert plain[opening(plain, Told(0, len(plain), DOG)) :] == rest


def test_clauses_cover_all_words_and_announce_what_turns() -> None:
    plain = "灯坏了,,另外水管漏还有狗叫。"
    assert [(plain[part.start : part.end], part.announced) for part in clauses(plain)] == [
        ("灯坏了", False),
        ("另外水管漏", True),
        ("还有狗叫", True),
    ]
    assert opening("还有狗叫", Told(0, 4, DOG)) == 2


def test_a_clause_is_a_point_and_so_is_each_of_its_words_with_letters_enough_on_either_side() -> None:
    plain = "灯坏了没人来修"
    words = [Word(letter, at, at + 1) for at, letter in enumerate("啊啊" + plain)]
    parts = [Clause(0, 1, False), Clause(2, 2 + len(plain), False), Clause(10, 12, False)]
    starts = [[point.start for point in points] for points in points_of(parts, words)]
    assert starts == [[], [2], []]  # seven letters: none has INSIDE on both sides
    longer = [Clause(0, 1, False), Clause(2, 2 + 2 * INSIDE, False)]
    assert [[point.start for point in points] for points in points_of(longer, words)] == [[], [2, 2 + INSIDE]]


def test_what_is_shipped_is_whole_and_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    turns = load_turns()
    assert len(turns.middle) == len(turns.spread) == SIGNS and turns.weights.shape == (
        SIGNS + SIGNS * (SIGNS + 1) // 2,
    )
    assert (np.diff(turns.prints.astype(object)) > 0).all() and len(turns.prints) == len(turns.worths)
    turns.save(tmp_path / "turns.npz")
    again = load_turns(tmp_path / "turns.npz")
    assert all((getattr(again, part.name) == getattr(turns, part.name)).all() for part in fields(Turns))
