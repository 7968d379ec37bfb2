"""python -m nlp …, as an operator runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nlp.understand import Understander


def run(model_dir: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"VAR_DIR": str(model_dir), "COLUMNS": "100"}
    command = [sys.executable, "-m", "nlp", *arguments]
    return subprocess.run(command, input=given, env=environment, capture_output=True, check=False, timeout=60)


@pytest.fixture(scope="session")
def trained(model_dir: Path, understander: Understander) -> Path:
    """Where `understander` found or left its model."""
    return model_dir


def test_classify_answers_line_by_line_in_order(trained: Path) -> None:
    given = '{"text": "路灯坏了", "more": 1}\nnot json\n{"text": 5}\n[]\n\xff\n{"text": "\\ud800路燈"}\n{"text": ""}'
    done = run(trained, "classify", given=given.encode("utf-8", "surrogatepass"))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line.get("label", "error" in line and "!") for line in lines] == [
        "street_light", "!", "!", "!", "!", "street_light", "other",
    ]  # fmt: skip
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_classify_of_good_lines_succeeds(trained: Path) -> None:
    done = run(trained, "classify", given=json.dumps({"text": "你好"}).encode())
    assert (done.returncode, json.loads(done.stdout)["label"]) == (0, "act:greet")


def test_explain_says_why(trained: Path) -> None:
    done = run(trained, "explain", "南环新村12幢门口路灯不亮")
    said = done.stdout.decode()
    assert done.returncode == 0
    assert all(word in said for word in ("路灯故障", "南环新村12幢门口", "吴门桥街道", "把握", "依据"))


def test_evaluate_prints_the_figures(trained: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"text": "路灯坏了", "label": "street_light"}) + "\n", encoding="utf-8")
    done = run(trained, "evaluate", str(gold))
    assert done.returncode == 0
    assert b"top1" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [("evaluate", "/nowhere.jsonl"), ("train", "--corrections", "/nowhere.jsonl"), ("explain",), ("sing",)],
)
def test_a_mistake_is_told_without_a_traceback(trained: Path, arguments: tuple[str, ...]) -> None:
    done = run(trained, *arguments)
    assert done.returncode != 0
    assert done.stderr
    assert b"Traceback" not in done.stderr


def test_bad_corrections_are_refused_and_the_model_stays(trained: Path, tmp_path: Path) -> None:
    corrections = tmp_path / "corrections.jsonl"
    corrections.write_text('{"text": "灯", "label": "lamp"}\n', encoding="utf-8")
    done = run(trained, "train", "--corrections", str(corrections))
    assert done.returncode == 1
    assert b"line 1" in done.stderr
    assert run(trained, "classify", given=b'{"text": "hello"}').returncode == 0


@pytest.mark.parametrize("command", ["classify", "explain", "train", "shadow", "adopt", "evaluate"])
def test_every_command_has_help(trained: Path, command: str) -> None:
    assert run(trained, command, "--help").returncode == 0
