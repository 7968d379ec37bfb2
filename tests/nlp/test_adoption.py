"""A new model is trained beside the one in use, compared with it, and adopted only if it is no worse."""

import json
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from nlp import adoption
from nlp.catalogue import DEFAULT_FILE
from nlp.comparison import Gold, Line, gold_of
from nlp.corrections import Correction
from nlp.knowledge import EDITION, corrections_of, edition_of, load
from nlp.meaning import Kind, Sureness, Understanding
from nlp.scores import Row
from nlp.shadow import SHADOW, Counts
from nlp.understand import Understander, train
from nlp.vectors import embedder
from tests.editions import mislabelled, put
from tests.nlp.test_commands import run

GOLD = [
    {"text": "南环新村12幢门口的路灯不亮了", "label": "street_light", "place": "南环新村12幢门口"},
    {"text": "楼上半夜装修太吵了", "label": "noise"},
    {"text": "垃圾桶满了没人清", "label": "household_waste"},
]
HELD_OUT = {"text": "走廊的灯坏了", "label": "power_lighting"}
IN_USE = f"{EDITION}old"


def jsonl(file: Path, rows: Iterable[object]) -> Path:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture
def var_dir(model_dir: Path, understander: Understander, tmp_path: Path) -> Path:
    """With a model in use, and room for one on trial."""
    put(model_dir / "model", tmp_path / "model", "old")
    return tmp_path


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return jsonl(tmp_path / "gold.jsonl", GOLD)


def test_the_model_on_trial_is_adopted_when_it_is_no_worse(var_dir: Path, model_dir: Path, gold: Path) -> None:
    def told(edition: Path) -> None:
        jsonl(edition / "corrections.jsonl", [HELD_OUT])

    put(model_dir / "model", var_dir / "model" / SHADOW, "new", told)
    done = run(var_dir, "adopt", "--against", str(gold))
    said = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert "gold.jsonl（3 条）" in said and "corrections（1 条）" in said and "变差" not in said
    assert edition_of(var_dir / "model") == f"{EDITION}new"
    assert corrections_of(var_dir / "model") is not None
    assert run(var_dir, "shadow").returncode == 1, "nothing is on trial any more"


def test_a_worse_one_is_not_and_stays_on_trial_until_it_is_ended(var_dir: Path, model_dir: Path, gold: Path) -> None:
    put(model_dir / "model", var_dir / "model" / SHADOW, "new", mislabelled)
    done = run(var_dir, "adopt", "--against", str(gold))
    assert done.returncode == 1
    assert "top1（gold.jsonl）" in done.stderr.decode() and "变差" in done.stdout.decode()
    assert edition_of(var_dir / "model") == IN_USE
    counts = Counts(pairs={"street_light noise": 30, "noise noise": 70}, dropped=3)
    (var_dir / "model" / SHADOW / f"{EDITION}new" / "seen-1.json").write_text(counts.model_dump_json())
    said = run(var_dir, "shadow").stdout.decode()
    assert all(part in said for part in ("100 条", "70.0%", "太忙 3 条", "street_light", "30"))
    assert run(var_dir, "shadow", "--end").returncode == 0
    assert run(var_dir, "shadow").returncode == run(var_dir, "adopt", "--against", str(gold)).returncode == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "--shadow"), "--corrections"),
        (("train", "--against", "gold.jsonl"), "--corrections"),
        (("adopt", "--against", "/nowhere.jsonl"), "--against names"),
        (("train", "--corrections", "{gold}", "--against", "/nowhere.jsonl"), "--against names"),
        (("train", "--corrections", "{gold}", "--against", "/dev/null"), "no such file"),
        (("adopt", "--against", "{gold}"), "没有在试用的模型"),
        (("shadow", "--end"), "没有在试用的模型"),
    ],
)
def test_a_mistake_is_told_before_anything_is_trained(
    var_dir: Path, gold: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(var_dir, *(word.format(gold=gold) for word in arguments))
    assert done.returncode == 1 and said in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 1
    assert edition_of(var_dir / "model") == IN_USE


def test_another_model_that_came_into_use_meanwhile_stays(
    var_dir: Path, model_dir: Path, understander: Understander
) -> None:
    put(model_dir / "model", var_dir / "model" / SHADOW, "new")
    with pytest.raises(adoption.NotAdopted):
        adoption.adopt(var_dir / "model" / SHADOW, var_dir / "model", understander)
    assert edition_of(var_dir / "model") == IN_USE


class Says:
    """An understander that takes everything for one label."""

    def __init__(self, label: str) -> None:
        self.label = label

    def understand(self, _raw: str) -> Understanding:
        return Understanding(Kind.ITEM, self.label, 0.9, Sureness.SURE)


def test_both_are_asked_about_every_message() -> None:
    rows = [Row(text="灯", label="street_light"), Row(text="亮", label="street_light"), Row(text="吵", label="noise")]
    asked: list[str] = []

    def told(some: Iterable[Row], name: str) -> Iterable[Row]:
        asked.extend(f"{name}{row.text}" for row in some)
        return some

    lines = adoption.compare(Gold("", rows, ("top1",)), Says("street_light"), Says("noise"), told)
    assert lines == [Line("top1", 2 / 3, 1 / 3)] and lines[0].is_worse
    assert len(asked) == 6


def quietly(rows: Iterable[Row], _name: str) -> Iterable[Row]:
    return rows


def small_catalogue(folder: Path) -> Path:
    """A few items, so that a training takes seconds."""
    yaml = YAML(typ="safe")
    root = yaml.load(DEFAULT_FILE.read_text(encoding="utf-8"))
    kept = {"street_light", "noise", "household_waste", "elevator"}
    root["items"] = [row for row in root["items"] if row["id"] in kept]
    root["legal_topics"], root["referrals"], root["acts"] = root["legal_topics"][:2], root["referrals"][:2], []
    root["time_limits"], root["legal_alerts"] = [], []  # of topics that are left out
    root["utterance_files"] = ["more.txt"]
    trapped = "\n".join(f"{who}关在电梯里出不来" for who in "甲乙丙丁戊己庚辛壬")
    dark = "\n".join(f"{{{road}路12号}}的路灯不亮" for road in "甲乙丙丁戊己庚辛壬")
    (folder / "more.txt").write_text(f"# elevator urgent\n{trapped}\n# street_light\n{dark}\n", encoding="utf-8")
    file = folder / "intents.yaml"
    with file.open("w", encoding="utf-8") as stream:
        yaml.dump(root, stream)
    return file


@pytest.fixture
def without_meaning(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """To embed what is new would take longer than all the rest."""
    monkeypatch.setenv("MEANING", "off")
    embedder.cache_clear()
    yield
    embedder.cache_clear()


def test_corrections_are_learnt_from_and_wrong_ones_are_found_out(tmp_path: Path, without_meaning: None) -> None:
    """A real training: of a word it did not know, and of lamps that clerks called a lift."""
    file, folder = small_catalogue(tmp_path), tmp_path / "model"
    folder.mkdir()
    train(folder, file)
    old = Understander(load(folder, file), folder)
    unknown = [Correction(text=f"{number}号楼的咕噜噜坏了", label="household_waste") for number in range(40)]
    alleys = ["".join(name) for name in product("子丑寅卯辰巳午未申酉", "东西南北中左右前后里", "一二三")]
    wrong = [Correction(text=f"{alley}弄的路灯不亮", label="elevator") for alley in alleys]
    given = jsonl(tmp_path / "corrections.jsonl", [one.model_dump() for one in [*unknown, *wrong]])
    lamps = Gold(
        "lamps", [Row(text=f"{road}弄的路灯不亮", label="street_light") for road in "天地玄黄宇宙洪荒"], ("top1",)
    )
    with adoption.candidate(folder, given, file) as new:
        learnt = {line.figure: line for line in adoption.compare(gold_of(unknown), old, new, quietly)}
        assert learnt["top1"].old < 0.5 < learnt["top1"].new
        assert [line.is_worse for line in adoption.compare(lamps, old, new, quietly)] == [True]
        kept = corrections_of(folder / adoption.CANDIDATE)
        assert kept is not None and kept.read_bytes() == given.read_bytes()
    assert edition_of(folder / adoption.CANDIDATE) == "", "what was not adopted is thrown away"
    assert load(folder, file).edition == old.edition and corrections_of(folder) is None
