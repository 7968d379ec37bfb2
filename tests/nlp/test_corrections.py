"""What clerks corrected, as a file and as lessons."""

import json
from pathlib import Path

import pytest

from nlp.catalogue import load_catalogue
from nlp.corrections import BadCorrections, Correction, kept_corrections, lessons_of, read_corrections
from nlp.lessons import Lesson

CATALOGUE = load_catalogue()
LEARNT, KEPT_OUT = "三号楼的灯不亮", "走廊的灯坏了"


def written(tmp_path: Path, *rows: object) -> Path:
    file = tmp_path / "corrections.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_corrections_become_lessons(tmp_path: Path) -> None:
    row = {"text": LEARNT, "label": "street_light", "place": "三号楼"}
    assert lessons_of(read_corrections(written(tmp_path, row, ""), CATALOGUE)) == [
        Lesson(LEARNT, "street_light", place=(0, 3))
    ]


def test_a_line_separator_within_a_text_ends_no_line(tmp_path: Path) -> None:
    found = read_corrections(written(tmp_path, {"text": "灯\u2028坏了", "label": "street_light"}), CATALOGUE)
    assert [one.text for one in found] == ["灯\u2028坏了"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("灯", "expected"),
        ("[]", "expected"),
        ({"text": "灯"}, "expected"),
        ({"text": " ", "label": "street_light"}, "expected"),
        ({"text": 5, "label": "street_light"}, "expected"),
        ({"text": "灯", "label": ["street_light"]}, "expected"),
        ({"text": "灯", "label": "lamp"}, "unknown label 'lamp'"),
        ({"text": "平江路的灯", "label": "street_light", "place": "平江"}, ""),
        ({"text": "平江路的灯", "label": "street_light", "place": "人民路"}, "the place does not stand in the text"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(tmp_path: Path, row: object, said: str) -> None:
    file = written(tmp_path, {"text": "好的一行", "label": "street_light"}, "", row)
    if not said:
        assert len(read_corrections(file, CATALOGUE)) == 2
        return
    with pytest.raises(BadCorrections, match="line 3") as refusal:
        read_corrections(file, CATALOGUE)
    assert said in str(refusal.value)


def test_what_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "corrections.jsonl"
    file.write_bytes('{"text": "灯", "label": "street_light"}'.encode("gbk"))
    with pytest.raises(BadCorrections, match="UTF-8"):
        read_corrections(file, CATALOGUE)


def test_a_label_that_is_no_more_does_not_stand_in_the_way_of_a_later_training(tmp_path: Path) -> None:
    file = written(tmp_path, {"text": "甲", "label": "lamp"}, {"text": "乙", "label": "street_light"})
    assert [one.text for one in kept_corrections(file, CATALOGUE)] == ["乙"]


def test_a_fifth_is_kept_out_whatever_stands_beside_it() -> None:
    corrections = [Correction(text=f"第{number}件事", label="street_light") for number in range(1000)]
    kept_out = {one.text for one in corrections if one.is_held_out}
    assert 150 < len(kept_out) < 250
    assert {lesson.text for lesson in lessons_of(corrections)} == {one.text for one in corrections} - kept_out
    assert [Correction(text=text, label="noise").is_held_out for text in (LEARNT, KEPT_OUT)] == [False, True]


def test_of_two_corrections_of_a_text_the_later_counts() -> None:
    told = [Correction(text=LEARNT, label=label) for label in ("noise", "street_light")]
    assert lessons_of(told) == [Lesson(LEARNT, "street_light")]
