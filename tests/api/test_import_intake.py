"""CSV files of the sources: every refused row is kept; an import can be repeated, interrupted and continued."""

import csv
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import func, select

from api.intake.csv_import import Import
from api.intake.maps import load_maps
from api.intake.refusals import refusals
from api.intake.sheets import BadSheet, named, open_sheet, rows
from api.intake.taking import Origin
from api.models import Intake, Ticket
from tests.api.life import ok
from tests.api.test_commands import ROOT, Run, migrated, one_line, process, run  # noqa: F401
from tests.api.test_intake import key_for, reporter_of, send, tickets_of
from tests.conftest import Api

MAPS = load_maps()
HEAD = "工单编号,诉求内容,地址,时间"
GOOD = "A-1,南门路菜场门口的路灯不亮了,南门路菜场门口,2026-11-23 08:00"


def file_of(folder: Path, *lines: str, encoding: str = "utf-8", name: str = "calls.csv") -> Path:
    file = folder / name
    file.write_bytes("\n".join([*lines, ""]).encode(encoding))
    return file


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.glob(".*")]


async def imported(api: Api, file: Path, source: str = "12345") -> str:
    its = MAPS.sources[source]
    sheet = open_sheet(file, its)
    with refusals(sheet) as report:
        run = Import(api.db, api.office, Origin(source, its, b"key"), sheet, report)
        await run.run(lambda line: None)
    return str(run.counts)


def refused(file: Path) -> list[list[str]]:
    with file.with_suffix(".refused.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_rows_become_tickets_in_either_encoding(api: Api, tmp_path: Path, encoding: str) -> None:
    file = file_of(tmp_path, HEAD, GOOD, "A-2,平江路酒吧半夜放音乐,平江路,", encoding=encoding)
    assert await imported(api, file) == "2 taken, 0 changed, 0 already known, 0 refused"
    one, two = await tickets_of(api)
    assert (await reporter_of(api, one), one.text) == (("12345", "A-1"), "南门路菜场门口的路灯不亮了")
    assert one.reported_at < two.reported_at == api.clock()
    assert not file.with_suffix(".refused.csv").exists() and not hidden(tmp_path)


async def test_a_file_can_be_repeated_and_an_id_is_one_at_both_doors(api: Api, tmp_path: Path) -> None:
    file = file_of(tmp_path, "orderNo,content", "A-1,路灯不亮", "A-2,路灯不亮")
    assert await imported(api, file) == "2 taken, 0 changed, 0 already known, 0 refused"
    assert await imported(api, file) == "0 taken, 0 changed, 2 already known, 0 refused"
    api.clock.forward(days=60)
    assert await imported(api, file) == "0 taken, 0 changed, 2 already known, 0 refused"
    headers = await key_for(api)
    assert (await send(api, headers, content="路灯不亮", address="")).status_code == 200
    assert ok(await send(api, headers, content="路灯坏了", address=""))["changed"] is True
    assert await imported(api, file) == "0 taken, 0 changed, 2 already known, 0 refused"
    changed = file_of(tmp_path, "orderNo,content", "A-2,路灯还不亮")
    assert await imported(api, changed) == "0 taken, 1 changed, 0 already known, 0 refused"


async def test_every_refused_row_is_kept_with_line_and_reason(api: Api, tmp_path: Path) -> None:
    file = file_of(
        tmp_path,
        HEAD + ",备注",
        GOOD + ",好",
        ",没有编号,,,甲",
        "A-2,,,,乙",
        'A-3,"两行\n文字",,昨天,丙',
        "A-4,太早了,,2026-01-01 00:00,丁",
        "A-5,一,二,,五,六",
        "A-6",
        "",
        "A-1,别的话,,,戊",
        GOOD + ",再来",
        "A-7,最后一行,,,",
    )
    assert await imported(api, file) == "2 taken, 0 changed, 1 already known, 7 refused"
    assert refused(file) == [
        ["拒收行号", "拒收原因", "工单编号", "诉求内容", "地址", "时间", "备注"],
        ["3", "orderNo: missing", "", "没有编号", "", "", "甲"],
        ["4", "content: missing", "A-2", "", "", "", "乙"],
        ["5", "callTime: not_a_time", "A-3", "两行\n文字", "", "昨天", "丙"],
        ["7", "callTime: too_old", "A-4", "太早了", "", "2026-01-01 00:00", "丁"],
        ["8", "row: more_cells_than_columns", "A-5", "一", "二", "", "五", "六"],
        ["9", "content: missing", "A-6"],
        ["11", "orderNo: other_words_in_line_2", "A-1", "别的话", "", "", "戊"],
    ]
    assert file.with_suffix(".refused.csv").stat().st_mode & 0o777 == 0o600


async def test_what_has_ended_is_refused_with_its_number(api: Api, tmp_path: Path) -> None:
    taken = ok(await send(api, await key_for(api), content="路灯不亮", address=""))
    async with api.db.writing() as session:
        (await session.exec(select(Ticket))).one().status = "closed"  # type: ignore[assignment]
    file = file_of(tmp_path, "orderNo,content", "A-1,又坏了")
    assert await imported(api, file) == "0 taken, 0 changed, 0 already known, 1 refused"
    assert refused(file)[1][:2] == ["2", f"has_ended {taken['number']} closed"]


async def test_a_report_that_was_put_right_is_imported_as_it_is(api: Api, tmp_path: Path) -> None:
    file = file_of(tmp_path, HEAD, GOOD, 'A-2,=1+1 路灯不亮,"-3号",昨天')
    await imported(api, file)
    report = file.with_suffix(".refused.csv")
    assert refused(file)[1] == ["3", "callTime: not_a_time", "A-2", "'=1+1 路灯不亮", "'-3号", "昨天"]
    report.write_text(report.read_text(encoding="utf-8-sig").replace("昨天", ""), encoding="utf-8-sig")
    assert await imported(api, report) == "1 taken, 0 changed, 0 already known, 0 refused"
    assert [(ticket.text, ticket.place) for ticket in await tickets_of(api)][1] == ("=1+1 路灯不亮", "-3号")
    report.write_text(report.read_text(encoding="utf-8-sig").replace("A-2", ""), encoding="utf-8-sig")
    await imported(api, report)
    assert refused(report)[0] == ["拒收行号", "拒收原因", *HEAD.split(",")]
    assert await imported(api, file_of(tmp_path, HEAD, GOOD)) == "0 taken, 0 changed, 1 already known, 0 refused"
    assert not report.exists(), "the report of an earlier run says nothing of this one"


FORMULAS = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\tx", "＝cmd", "'=quoted", "''=twice"]


async def test_formulas_are_disarmed_and_armed_again(sqlite_api: Api, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["工单编号", "诉求内容", "备注"], *(["", "路灯", cell] for cell in FORMULAS)])
    await imported(sqlite_api, file)
    assert [row[4] for row in refused(file)[1:]] == [f"'{cell}" for cell in FORMULAS]
    sheet = open_sheet(file.with_suffix(".refused.csv"), MAPS.sources["12345"])
    assert [named(sheet, row)["备注"] for row in rows(sheet)] == FORMULAS


async def test_hostile_cells_cost_their_own_row(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    lines = [
        "工单编号,诉求内容", f"A-1,{'灯' * 400_000}", "A-2,路灯\x00不亮", "A\x003,路灯不亮",
        'A-4,"没有收口', "A-5,好的路灯不亮",
        'A-6,"收了口"又来', "2.02612E+15,路灯不亮", f"{'9' * 5000},路灯不亮", "A-7,最后一盏路灯不亮",
    ]  # fmt: skip
    file.write_bytes("\r\n".join(lines).encode())
    assert await imported(api, file) == "3 taken, 0 changed, 0 already known, 6 refused"
    assert [row[:2] for row in refused(file)[1:]] == [
        ["2", "content: too_long"], ["4", "orderNo: not_an_id"], ["5", "row: not_csv"], ["7", "row: not_csv"],
        ["8", "orderNo: rounded_by_a_spreadsheet"], ["9", "orderNo: too_long"],
    ]  # fmt: skip
    kept = refused(file)
    assert (len(kept[1][3]), kept[2][2], kept[3][2]) == (400_000, "A\x003", 'A-4,"没有收口')
    assert [ticket.text for ticket in await tickets_of(api)] == ["路灯 不亮", "好的路灯不亮", "最后一盏路灯不亮"]


BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "line 1: columns missing: orderNo/工单编号/工单号, content/诉求内容/内容"),
    "no id": ("诉求内容\n路灯".encode(), "columns missing: orderNo"),
    "a column twice": ("工单编号,诉求内容,备注,备注\n".encode(), "named twice: 备注"),
    "UTF-16": ("工单编号,诉求内容\n".encode("utf-16"), "UTF-16"),
    "neither encoding": ("工单编号,诉求内容\n".encode() + b"\xff\xff\n", "neither UTF-8 nor GB18030"),
    "a workbook": (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00", "line 1: columns missing"),
    "no comma": ("工单编号;诉求内容\n1;2".encode(), "line 1: columns missing"),
}


@pytest.mark.parametrize(("content", "said"), BAD.values(), ids=BAD.keys())
def test_a_file_of_something_else_is_refused_whole(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "calls.csv"
    file.write_bytes(content)
    with pytest.raises(BadSheet, match=re.escape(said)):
        open_sheet(file, MAPS.sources["12345"])


def test_a_long_file_of_open_quotes_is_read_in_time(tmp_path: Path) -> None:
    file = file_of(tmp_path, "工单编号,诉求内容", *(f'A-{i},"开' for i in range(1500)))
    began = time.monotonic()
    found = list(rows(open_sheet(file, MAPS.sources["12345"])))
    assert len(found) == 1500 and all(row.broken for row in found) and time.monotonic() - began < 20


def test_the_command_counts_and_names_the_report(run: Run, migrated: Path, tmp_path: Path) -> None:  # noqa: F811
    file = file_of(tmp_path, "编号,标题,内容", "h-1,噪音,酒吧半夜放音乐", "h-2,,")
    done = run(migrated, "import-intake", "hanshan", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"refused rows: {tmp_path}/calls.refused.csv", "1 taken, 0 changed, 0 already known, 1 refused",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words", ["import-intake", "import-intake 12345", "import-intake 12345 /nowhere.csv", "import-intake 12345 /tmp",
              "import-intake 12346 {file}", "import-intake 12345 {file}"],
)  # fmt: skip
def test_a_mistake_is_one_line(run: Run, migrated: Path, tmp_path: Path, words: str) -> None:  # noqa: F811
    file = file_of(tmp_path, "a,b", "1,2")
    one_line(run(migrated, *words.format(file=file).split()))


def test_without_tables_it_says_so(run: Run, tmp_path: Path) -> None:  # noqa: F811
    file = file_of(tmp_path, "orderNo,content", "1,2")
    assert "migrate" in one_line(run(tmp_path / "var", "import-intake", "12345", str(file)))


def test_a_bar_is_shown_on_a_terminal(migrated: Path, tmp_path: Path) -> None:  # noqa: F811
    ours, theirs = pty.openpty()
    file = file_of(tmp_path, "编号,内容", *(f"b-{i},路灯不亮{i}" for i in range(5)))
    done = subprocess.run(
        [sys.executable, "-m", "api", "import-intake", "hanshan", str(file)],
        cwd=ROOT, env=os.environ | {"VAR_DIR": str(migrated), "TERM": "xterm"}, stdout=subprocess.PIPE, stderr=theirs,
        timeout=100, check=True,
    )  # fmt: skip
    os.close(theirs)
    assert "lines" in os.read(ours, 100_000).decode() and b"5 taken" in done.stdout
    os.close(ours)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_import_is_continued(
    model_dir: Path, sqlite_template: Path, tmp_path: Path, how: signal.Signals
) -> None:
    (tmp_path / "model").symlink_to(model_dir / "model")
    (tmp_path / "api.db").write_bytes(sqlite_template.read_bytes())
    many = 400  # so that some are left when the signal comes
    file = file_of(tmp_path, "编号,内容", "x-0,", *(f"x-{i},第{i}盏路灯不亮" for i in range(many)))
    words = [sys.executable, "-m", "api", "import-intake", "hanshan", str(file)]
    child: subprocess.Popen[Any] = subprocess.Popen(
        words, cwd=ROOT, env=os.environ | {"VAR_DIR": str(tmp_path)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=_interruptible,
    )  # fmt: skip
    while taken_in(tmp_path) < 5:
        assert child.poll() is None
        time.sleep(0.02)
    child.send_signal(how)
    said, complaint = child.communicate(timeout=30)
    before = taken_in(tmp_path)
    assert 5 <= before < many and child.returncode != 0
    if how is signal.SIGINT:
        counted = int(said.split()[0])
        assert counted in (before, before - 1), "a row may be committed in the very moment of the interruption"
        assert b"taken" in said and b"Traceback" not in complaint
        assert refused(file)[1][:2] == ["2", "body: missing"]
    done = process(tmp_path, "import-intake", "hanshan", str(file))
    assert f"{many - before} taken, 0 changed, {before} already known, 1 refused" in done.stdout
    assert taken_in(tmp_path) == many


def _interruptible() -> None:
    """Also where the tests themselves run in the background, which ignores Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def taken_in(var_dir: Path) -> int:
    with sqlite3.connect(f"file:{var_dir}/api.db?mode=ro", uri=True) as database:
        count: int = database.execute("SELECT count(*) FROM ticket").fetchone()[0]
        return count


async def test_as_many_ids_as_tickets(api: Api, tmp_path: Path) -> None:
    await imported(api, file_of(tmp_path, "orderNo,content", *(f"A-{i},路灯不亮" for i in range(20))))
    async with api.db.reading() as session:
        counted = [(await session.exec(select(func.count()).select_from(table))).one() for table in (Intake, Ticket)]
    assert counted == [20, 20]
