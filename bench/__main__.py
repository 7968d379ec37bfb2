"""make bench: the figures of the README, each beside a reference measured in the same run. Below three minutes;
`bench.lists`, which follows it, takes longer."""

import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from api.settings import Settings
from bench import baselines, chat, classify, startup, usage
from bench.figures import Figure, table
from nlp.scores import Row
from nlp.understand import Understander
from tests.processes import Process, Product, free_ports

CROWD = 20
SECONDS = 12.0  # of each measurement of the chat
TRIES = 3  # starts of each process
NO_LIMITS = {"REPORTS_AN_HOUR": "0", "REQUESTS_A_MINUTE": "0"}  # one resident files as fast as it goes


@dataclass
class Found:
    """Figures with their references, in the order they were measured."""

    classified: tuple[Figure, Figure] | None = None
    judged: list[baselines.Judged] = field(default_factory=list)  # ours first
    chats: list[tuple[Figure, Figure]] = field(default_factory=list)
    bare: list[Figure] = field(default_factory=list)
    starts: list[startup.Start] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)  # seconds of processor of both processes, a report
    fresh: dict[str, usage.Memory] = field(default_factory=dict)
    after: dict[str, usage.Memory] = field(default_factory=dict)


def main() -> None:
    console, load = Console(), os.getloadavg()[0]
    with Progress(console=console, transient=True) as progress:
        training = progress.add_task("model", total=None)
        var_dir = Settings().var_dir.absolute()
        understander = Understander.load(var_dir)
        progress.remove_task(training)
        found = Found(classified=classify.measure(understander, progress))
        rows = [Row.model_validate_json(line) for line in classify.MESSAGES.read_text(encoding="utf-8").splitlines()]
        ours = baselines.judge("ours", lambda text: understander.understand(text).label, rows)
        found.judged = [ours, *baselines.measure(rows, progress)]
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            asyncio.run(_processes(Path(folder), var_dir / "model", progress, found))
    _print(console, found, load)


async def _processes(folder: Path, model: Path, progress: Progress, found: Found) -> None:
    product = Product(folder / "var", model, NO_LIMITS)
    product.prepare()
    steps = progress.add_task("starts and chats", total=2 * TRIES + 4)
    try:
        found.starts = await startup.both(product, TRIES, lambda: progress.advance(steps))
        found.fresh = _memory(product)
        for number in (1, CROWD):
            before = _processor_time(product)
            found.chats.append(await chat.measure(product.chat_url, number, SECONDS))
            found.busy.append((_processor_time(product) - before) / len(found.chats[-1][1].times))
            progress.advance(steps)
        found.after = _memory(product)
    finally:
        product.bot.stop()
        product.api.stop()
    with _bare(folder) as url:
        await startup.answers(lambda: chat.measure_bare(url, 1, 0.2))
        for number in (1, CROWD):
            found.bare.append(await chat.measure_bare(url, number, SECONDS / 2))
            progress.advance(steps)


def _memory(product: Product) -> dict[str, usage.Memory]:
    return {"api": usage.memory(product.api.pid), "bot": usage.memory(product.bot.pid)}


def _processor_time(product: Product) -> float:
    return usage.processor(product.api.pid) + usage.processor(product.bot.pid)


@contextmanager
def _bare(folder: Path) -> Iterator[str]:
    (port,) = free_ports(1)
    process = Process(("bench.bare", str(port), str(folder / "bare.db")), dict(os.environ), folder / "bare.log")
    process.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stop()


def _print(console: Console, found: Found, load: float) -> None:
    assert found.classified is not None
    ours, jieba = found.classified
    console.print(table("Understanding a message", [(jieba, None), (ours, jieba)]))
    console.print(_judged_table(found))
    rows: list[tuple[Figure, Figure | None]] = []
    for (turn, report), bare in zip(found.chats, found.bare, strict=True):
        rows += [(bare, None), (turn, bare), (report, bare)]
    console.print(table("A chat: web socket, bot, API, both databases on disk", rows))
    console.print(_processes_table(found))
    console.print("\n".join(["", *_summary(found, load)]), highlight=False, soft_wrap=True)


def _judged_table(found: Found) -> Table:
    rows = Table(title="The same messages, the same utterances", title_justify="left")
    for heading in ("", "first guess right", "p50 ms", "p99 ms"):
        rows.add_column(heading)
    for one in found.judged:
        rows.add_row(one.figure.name, f"{one.right:.3f}", f"{one.figure.p50:.2f}", f"{one.figure.p99:.2f}")
    return rows


def _processes_table(found: Found) -> Table:
    rows = Table(title="Processes", title_justify="left")
    for heading in ("", "start to first answer", "of it processor", "memory then", "after the chats"):
        rows.add_column(heading)
    for start in found.starts:
        times = (f"{start.seconds:.1f} s", f"{start.processor:.1f} s")
        rows.add_row(start.name, *times, str(found.fresh[start.name]), str(found.after[start.name]))
    return rows


def _summary(found: Found, load: float) -> list[str]:
    assert found.classified is not None
    ours, jieba = found.classified
    note = " (not idle: read the ratios)" if load > 0.5 else ""
    lines = [
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {_processor()}; load before: {load:.1f}{note}"
    ]
    lines += [f"{ours}; bare jieba {jieba.p50:.2f} ms, {jieba.rate:,.0f}/s: {ours.beside(jieba)}"]
    for (turn, report), bare, busy in zip(found.chats, found.bare, found.busy, strict=True):
        lines += [f"{turn}; {bare}: {turn.beside(bare)}", f"{report}; {busy * 1000:.0f} ms of processor each"]
    for start in found.starts:
        took = f"{start.seconds:.1f} s ({start.processor:.1f} s of processor) from start to first answer"
        lines.append(f"{start.name}: {took}, {found.after[start.name]} after the chats")
    return lines


def _processor() -> str:
    try:
        rows = Path("/proc/cpuinfo").read_text().splitlines()
        return next(row.partition(":")[2].strip() for row in rows if row.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
