"""python -m api …: as an operator meets it. A mistake is one line on stderr, never a traceback."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from api import mistakes
from api.__main__ import cli
from api.areas import SHIPPED
from tests.conftest import running_api

ROOT = Path(__file__).parents[2]
COMMANDS = [
    "serve", "migrate", "sweep", "import-grids", "export-corrections", "first-start", "staff add", "staff token",
    "staff password", "staff revoke", "staff code", "staff remove", "import-intake", "unit add", "client add",
    "client revoke", "verify-history", "resident export", "resident erase", "retain", "heads", "demo-grids",
    "organisation check", "organisation import", "organisation show", "organisation try", "unit remove",
    "photos check", "photos move", "recipher", "",
]  # fmt: skip
NEED_TABLES = [
    "sweep",
    "verify-history",
    "heads",
    "serve",
    "export-corrections c.jsonl",
    "staff token x",
    "staff add x --role triage",
]


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


def process(var_dir: Path, *words: str, **environment: str) -> Done:
    keep = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    done = subprocess.run(
        [sys.executable, "-m", "api", *words],
        cwd=ROOT,
        env=keep | {"VAR_DIR": str(var_dir)} | environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    return Done(done.returncode, done.stdout, done.stderr)


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """As `process`, without a process: a second for each would be too much."""

    def called(var_dir: Path, *words: str, **environment: str) -> Done:
        for name, value in ({"VAR_DIR": str(var_dir)} | environment).items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            mistakes.run(cli, words)
        return Done(int(str(ended.value.code)), *capsys.readouterr())

    return called


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Path:
    var_dir = tmp_path_factory.mktemp("var")
    (var_dir / "model").symlink_to(model_dir / "model")
    done = process(var_dir, "migrate")
    assert (done.returncode, done.stdout) == (0, "tables ready; 8 streets, 171 communities\n"), done.stderr
    return var_dir


def test_migrating_again_is_safe(run: Run, migrated: Path) -> None:
    assert run(migrated, "migrate").returncode == 0


def test_a_token_is_printed_last_and_works(run: Run, migrated: Path) -> None:
    assert run(migrated, "staff", "add", "tina", "--role", "triage", "--scope", "320508019").returncode == 0
    first, second = (run(migrated, "staff", "token", "tina").stdout.split()[-1] for _ in range(2))
    assert len(first) >= 32 and first != second


async def test_the_printed_token_lets_in(migrated: Path, understander: object) -> None:
    added = process(migrated, "staff", "add", "sam", "--role", "supervisor", "--password", "geheim")
    token = process(migrated, "staff", "token", "sam").stdout.split()[-1]
    assert "geheim" not in added.stdout
    async with running_api(migrated, "", understander) as api:  # type: ignore[arg-type]
        answer = await api.client.get("/api/v1/tickets", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["tickets"]) == (200, [])


def test_an_organisation_is_checked_tried_taken_and_shown(run: Run, migrated: Path, tmp_path: Path) -> None:
    file = tmp_path / "who.yaml"
    file.write_text(
        "units: [{code: con, name: 快修队, kind: contractor, street: 金阊街道}]\n"
        "rules: [{name: 灯, items: [street_light], to: {kind: contractor}}]\n",
        encoding="utf-8",
    )
    checked = run(migrated, "organisation", "check", str(file))
    assert checked.stdout == "1 units, 1 rules; nothing was changed\n"
    assert checked.stderr.startswith("rule '灯': no_unit_here in ") and checked.stderr.endswith("…)\n")
    assert "con" not in run(migrated, "organisation", "show").stdout
    tried = run(migrated, "organisation", "try", str(file))
    assert tried.stdout.endswith("0 tickets, 0 would go elsewhere; nothing was changed\n")
    assert run(migrated, "organisation", "import", str(file)).stdout == "1 units, 1 rules\n"
    shown = run(migrated, "organisation", "show").stdout
    assert "code: con" in shown and "name: 灯" in shown
    assert run(migrated, "unit", "remove", "con").stdout == "con removed\n"
    assert run(migrated, "unit", "remove", "con").returncode == 1
    file.write_text("units: 3\n", encoding="utf-8")
    bad = run(migrated, "organisation", "import", str(file))
    assert (bad.returncode, bad.stderr.count("\n")) == (1, 1) and "line 1: units" in bad.stderr


def test_adds_units_and_grids_and_sweeps(run: Run, migrated: Path, tmp_path: Path) -> None:
    file = tmp_path / "grids.csv"
    head = "street,streetCode,community,code,grid,gridCode,kind,households"
    file.write_text(f"{head}\n金阊街道,320508019,彩香一村三区社区居委会,320508019033,第一网格,32050801903301,综合,3\n")
    assert run(migrated, "import-grids", str(file)).stdout == "1 streets, 1 communities, 1 grids\n"
    assert run(migrated, "unit", "add", "c-1", "快修队", "--street", "金阊街道").returncode == 0
    assert run(migrated, "sweep").stdout == "0 moved\n"


def test_demo_grids_are_written_and_imported(run: Run, migrated: Path, tmp_path: Path) -> None:
    run(tmp_path, "migrate")
    file = tmp_path / "grids.geojson"
    assert run(tmp_path, "demo-grids", str(file)).stdout == f"1358 演示 grids written to {file}\n"
    for _ in range(2):
        done = run(tmp_path, "import-grids", str(file))
        assert (done.stdout, done.stderr) == ("8 streets, 171 communities, 1358 grids\n", "")
    assert "exists already" in one_line(run(tmp_path, "demo-grids", str(file)))
    few = tmp_path / "few.csv"
    few.write_text("".join(SHIPPED.read_text(encoding="utf-8").splitlines(keepends=True)[:3]), encoding="utf-8")
    done = run(tmp_path, "import-grids", str(few), "--replace")
    assert done.stdout == "1 streets, 2 communities, 0 grids, 15 retired\n"


def test_first_logins_are_given_once(run: Run, migrated: Path, tmp_path: Path) -> None:
    run(tmp_path, "migrate")
    first = run(tmp_path, "first-start")
    assert first.stdout.count("演示") == 6
    assert run(tmp_path, "first-start").stdout == ""


def test_corrections_go_into_a_new_file_for_its_owner_only(run: Run, migrated: Path, tmp_path: Path) -> None:
    file = tmp_path / "corrections.jsonl"
    assert run(migrated, "export-corrections", str(file)).stdout == f"0 corrections written to {file}\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "exists already" in one_line(run(migrated, "export-corrections", str(file)))


def test_who_is_removed_gets_no_token(run: Run, migrated: Path) -> None:
    assert run(migrated, "staff", "add", "otto", "--role", "triage").returncode == 0
    run(migrated, "staff", "token", "otto", "--read-only", "--days", "2")
    assert run(migrated, "staff", "revoke", "otto").stdout == "otto: 0 sessions, 1 tokens, 0 chats, 0 codes ended\n"
    assert len(run(migrated, "staff", "password", "otto").stdout.split()[-1]) >= 12
    assert run(migrated, "staff", "remove", "otto").returncode == 0
    assert "any more" in one_line(run(migrated, "staff", "token", "otto"))


def test_a_residents_data_is_written_for_its_owner_only(run: Run, migrated: Path, tmp_path: Path) -> None:
    file = tmp_path / "r1.json"
    assert run(migrated, "resident", "export", "web:r1", str(file)).stdout == f"0 tickets written to {file}\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert run(migrated, "resident", "erase", "web:r1", "--reason", "本人要求").stdout == "0 tickets erased\n"


def test_old_words_are_counted_first(run: Run, migrated: Path) -> None:
    assert run(migrated, "retain").stdout == "0 tickets would be erased, 0 of them legal matters; --apply does it\n"
    assert run(migrated, "retain", "--apply").stdout == "0 tickets erased, 0 of them legal matters\n"


def test_an_untouched_history_verifies(run: Run, migrated: Path) -> None:
    assert run(migrated, "verify-history").stdout == "0 tickets, 0 flaws\n"
    assert run(migrated, "heads").stdout == ""


def test_a_key_is_printed_last_and_can_be_revoked(run: Run, migrated: Path) -> None:
    assert run(migrated, "client", "add", "app", "--scope", "open311").stdout.startswith("gk_")
    assert run(migrated, "client", "revoke", "app").stdout == "app revoked\n"


MISTAKES = {
    "no command": "",
    "an unknown command": "explode",
    "an unknown option": "migrate --now",
    "no name": "staff add",
    "no role": "staff add x",
    "an unknown role": "staff add x --role boss",
    "the role of a resident": "staff add x --role resident",
    "an unknown scope": "staff add x --role triage --scope 999",
    "a blank name": "staff add [blank] --role triage",
    "a name with a colon": "staff add web:r1 --role triage",
    "the name of the system": "staff add system --role triage",
    "the name of another role": "staff add supervisor --role handler",
    "nobody's token": "staff token nobody",
    "nobody's password": "staff password nobody",
    "nobody to revoke": "staff revoke nobody",
    "nobody's code": "staff code nobody",
    "nobody to remove": "staff remove nobody",
    "a token for no days": "staff token x --days 0",
    "no file": "import-grids",
    "a file that is not there": "import-grids /nowhere.csv",
    "a folder for a file": "import-grids /tmp",
    "grids over a file": f"demo-grids {ROOT}/pyproject.toml",
    "grids in no folder": "demo-grids /nowhere/grids.csv",
    "grids as something else": "demo-grids /tmp/grids.shp",
    "a file of something else": f"import-grids {ROOT}/pyproject.toml",
    "a resident without a channel": "resident export r1 /tmp/r1.json",
    "an erasure without a reason": "resident erase web:r1",
    "a file that is there": f"resident export web:r1 {ROOT}/pyproject.toml",
    "nothing kept at all": "retain --days 0",
    "no file for the corrections": "export-corrections",
    "a folder that is not there": "export-corrections /nowhere/c.jsonl",
    "a folder for the corrections": "export-corrections /tmp",
    "a program without a scope": "client add app",
    "a scope that is none": "client add app --scope everything",
    "nobody's key": "client revoke nobody",
    "heads that are not there": "verify-history --heads /nowhere.jsonl",
    "heads that are none": f"verify-history --heads {ROOT}/pyproject.toml",
    "an unknown kind": "unit add c-2 x --kind garage",
    "an unknown street": "unit add c-2 x --street nowhere",
}
ENVIRONMENTS = {
    "a port that is no number": {"API_PORT": "x"},
    "an unknown mode": {"TELEGRAM_MODE": "pigeon"},
    "quiet hours that are none": {"QUIET_HOURS": "late"},
    "a database that is not there": {"DATABASE_URL": "postgresql://x@127.0.0.1:1/x"},
    "a URL that is none": {"DATABASE_URL": "nonsense"},
    "another kind of database": {"DATABASE_URL": "mysql://x"},
}


@pytest.mark.parametrize("words", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_line(run: Run, migrated: Path, words: str) -> None:
    one_line(run(migrated, *(word.replace("[blank]", " ") for word in words.split())))


def test_a_mistake_of_a_process_is_one_line_too(migrated: Path) -> None:
    one_line(process(migrated, "staff", "token", "nobody"))


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_a_wrong_environment_is_one_line(run: Run, migrated: Path, environment: dict[str, str]) -> None:
    one_line(run(migrated, "staff", "token", "x", **environment))


@pytest.mark.parametrize("words", NEED_TABLES)
def test_without_tables_it_says_so(run: Run, tmp_path: Path, model_dir: Path, words: str) -> None:
    (tmp_path / "model").symlink_to(model_dir / "model")
    assert "migrate" in one_line(run(tmp_path, *words.split()))


def one_line(done: Done) -> str:
    assert done.returncode == 1, done.stdout
    assert len(done.stderr.splitlines()) == 1 and "Traceback" not in done.stderr, done.stderr
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run: Run, tmp_path: Path, command: str) -> None:
    done = run(tmp_path, *command.split(), "--help")
    assert done.returncode == 0 and "Usage" in done.stdout and done.stderr == ""
