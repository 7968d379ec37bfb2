"""One message, several matters: where one ends and the next begins."""

import numpy as np
import pytest

from nlp.letters import fingerprint
from nlp.matters import Told, absorbed, clauses, opening, tell_apart
from nlp.segment import Word
from nlp.turns import Heard, Turns

GROUPS = "灯水狗"  # what this reading knows
SIGNS = 15
APART, ANNOUNCED, WORDS = 0, 13, 14  # which signs these are


def made_turns() -> Turns:
    """It has learnt that turns begin with 四楼, are announced, or part what is about different things."""
    weights = np.zeros(SIGNS + SIGNS * (SIGNS + 1) // 2, dtype=np.float32)
    weights[APART], weights[ANNOUNCED], weights[WORDS] = 1, 3, 1
    learnt = np.array([fingerprint("四楼", 1)], dtype=np.uint64), np.array([2], dtype=np.float32)
    return Turns(*learnt, np.zeros(SIGNS, np.float32), np.ones(SIGNS, np.float32), weights, np.array([0.0, -1.0]))


TURNS = made_turns()


def heard(words: str) -> Heard:
    """By the letters that name a group; without any, all are as likely."""
    counts = np.array([words.count(letter) for letter in GROUPS], dtype=np.float32)
    shares = counts / counts.sum() if counts.sum() else np.full(len(GROUPS), 1 / len(GROUPS), np.float32)
    return Heard(GROUPS[int(shares.argmax())], float(shares.max()), shares)


def told(plain: str, enough: float = 0.5) -> list[str]:
    words = [Word(letter, at, at + 1) for at, letter in enumerate(plain)]
    runs = tell_apart(plain, words, lambda some: [heard(plain[start:end]) for start, end in some], TURNS, enough)
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
    lamp, unsure = heard("灯"), heard("水狗")
    assert unsure.confidence == 0.5 and lamp.apart(unsure) == 1
    assert lamp.apart(lamp) == 0 and lamp.apart(heard("这")) == pytest.approx(2 / 3)


def test_what_is_no_matter_lends_its_words_to_the_one_before() -> None:
    runs = [Told(0, 3, heard("狗")), Told(4, 8, heard("灯")), Told(9, 12, heard("狗")), Told(13, 20, heard("水"))]
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
        assert plain[opening(plain, Told(0, len(plain), heard("狗"))) :] == rest


def test_clauses_cover_all_words_and_announce_what_turns() -> None:
    plain = "灯坏了,,另外水管漏还有狗叫。"
    assert [(plain[part.start : part.end], part.announced) for part in clauses(plain)] == [
        ("灯坏了", False),
        ("另外水管漏", True),
        ("还有狗叫", True),
    ]
    assert opening("还有狗叫", Told(0, 4, heard("狗"))) == 2
