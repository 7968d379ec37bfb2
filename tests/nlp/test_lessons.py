"""The files that the models learn from: what they say, how they fail, and that the test messages are not among them."""

import json
from collections import Counter
from pathlib import Path

import pytest

from nlp.catalogue import DEFAULT_FILE, BadCatalogue, Kind, load_catalogue
from nlp.lessons import MATTER, Lesson, parted, read_lessons, unmarked
from nlp.text import read
from nlp.training import _roll
from nlp.turns import TURNS_FILE

CATALOGUE = load_catalogue()
FILES = [DEFAULT_FILE.parent / name for name in CATALOGUE.utterance_files]
LESSONS = read_lessons(CATALOGUE, FILES)
BLIND = Path(__file__).with_name("messages.jsonl")


def _read(tmp_path: Path, text: str, name: str = "more.txt") -> list[Lesson]:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    own = {utterance for entry in CATALOGUE.entries for utterance in entry.utterances}
    return [one for one in read_lessons(CATALOGUE, [file]) if one.text not in own and "{" + one.text not in own][-1:]


@pytest.mark.parametrize(
    ("line", "lesson"),
    [
        ("# street_light\n一二三四五", Lesson("一二三四五", "street_light")),
        ("# street_light\n{一二}三四五六", Lesson("一二三四五六", "street_light", place=(0, 2))),
        ("# elevator urgent\n一二三\\n四五", Lesson("一二三\n四五", "elevator", urgent=True, near_danger=True)),
        ("# elevator calm\n一二三四五", Lesson("一二三四五", "elevator", near_danger=True)),
        ("# urgent\n一二三四五", Lesson("一二三四五", urgent=True, near_danger=True)),
        ("# several\nnoise⟦一{二}三⟧pets⟦，四五六七⟧", Lesson("四五六七", "pets")),
    ],
)
def test_a_line_is_read(tmp_path: Path, line: str, lesson: Lesson) -> None:
    assert _read(tmp_path, line) == [lesson]


def test_misleading_words_teach_the_planes_nothing_but_danger(tmp_path: Path) -> None:
    told = [
        *_read(tmp_path, "# street_light\n一二三四五"),
        *_read(tmp_path, "# waterway\n五四三二一", "subtle.txt"),
        *_read(tmp_path, "# noise urgent\n六七八九十", "subtle.txt"),
    ]
    assert [lesson.subtle for lesson in told] == [False, True, True]
    roll = _roll(told)
    assert [roll.labels[label] for label in roll.target] == ["street_light", "waterway", "noise"]
    assert roll.worded.tolist() == [True, False, False]
    assert (roll.watched.tolist(), roll.alarmed.tolist()) == ([0, 2], [0, 1])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# lamp\n灯", "line 1: unknown label 'lamp'"),
        ("# street light\n灯", "line 1: a heading is"),
        ("# street_light\n\n{平江路灯", "line 3: a brace without its other half"),
        ("# street_light\n{平江路}到{人民路}", "line 2: one place a message"),
        ("# several\n路灯和噪音", "line 2: a matter is"),
        ("# several\nlamp⟦灯⟧", "line 2: unknown label 'lamp'"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadCatalogue, match=r"more\.txt") as refusal:
        _read(tmp_path, text)
    assert said in str(refusal.value)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match="cannot be read"):
        read_lessons(CATALOGUE, [tmp_path / "nothing.txt"])


def test_there_are_enough_for_each_label() -> None:
    counts = Counter(lesson.label for lesson in LESSONS)
    for entry in CATALOGUE.entries:
        assert counts[entry.label] >= (60 if entry.kind is Kind.ITEM else 40), entry.label


def test_nothing_of_the_blind_set_is_learnt_from() -> None:
    blind = {_folded(json.loads(line)["text"]) for line in BLIND.read_text(encoding="utf-8").splitlines()} - {""}
    told = read_lessons(CATALOGUE, [*FILES, TURNS_FILE.with_suffix(".txt")])
    assert len(told) > len(LESSONS)
    assert not blind & {_folded(lesson.text) for lesson in told}
    lines = [line for file in (*FILES, TURNS_FILE.with_suffix(".txt")) for line in file.read_text("utf-8").splitlines()]
    joined = {"".join(unmarked(words)[0] for _, words in parted(line)) for line in lines if MATTER.search(line)}
    assert len(joined) > 2_000 and not blind & set(map(_folded, joined))


def _folded(text: str) -> str:
    """As the models read it: 3Q is 3q, and a face nothing."""
    return read(text).plain.strip()
