"""The product's two processes as `make run` starts them, on free ports, to be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
STOPS_WITHIN = 15.0  # seconds after SIGTERM


def free_ports(number: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [listening.getsockname()[1] for listening in held]
    for listening in held:
        listening.close()
    return ports


@dataclass
class Process:
    """`python -m …`; `kill` is kill -9, and it runs again at once."""

    module: tuple[str, ...]
    env: dict[str, str]
    log: Path
    kills: int = 0
    _running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", *self.module], cwd=ROOT, env=self.env, stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def pid(self) -> int:
        assert self._running is not None
        return self._running.pid

    def kill(self) -> None:
        assert self._running is not None
        assert self._running.poll() is None, f"{self.module} ended by itself:\n{self.log.read_text()[-2000:]}"
        self._end(signal.SIGKILL)
        self.kills += 1
        self.start()

    def stop(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        assert self._running is not None
        self._running.send_signal(how)
        try:
            self._running.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()


@dataclass
class Product:
    """Both processes with a VAR_DIR of their own. `model` is a trained VAR_DIR/model: nothing is trained."""

    var_dir: Path
    model: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        api_port, chat_port = free_ports(2)
        self.api_url, self.chat_url = f"http://127.0.0.1:{api_port}", f"http://127.0.0.1:{chat_port}"
        own = {"VAR_DIR": str(self.var_dir), "API_PORT": str(api_port), "CHAT_PORT": str(chat_port), "QUIET_HOURS": ""}
        self.env = os.environ | {"DATABASE_URL": "", "API_URL": "", "TELEGRAM_TOKEN": ""} | own | self.settings
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)  # without bytecode each start compiles for seconds
        self.api = Process(("api", "serve"), self.env, self.var_dir / "api.log")
        self.bot = Process(("bot", "run"), self.env, self.var_dir / "bot.log")

    def prepare(self) -> None:
        self.var_dir.mkdir(parents=True, exist_ok=True)
        (self.var_dir / "model").symlink_to(self.model)
        self.command("api", "migrate")

    def command(self, *words: str) -> str:
        """What a command of the product prints."""
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout


@contextmanager
def running(product: Product, processes: Sequence[str] = ("api", "bot")) -> Iterator[None]:
    chosen: list[Process] = [getattr(product, name) for name in processes]
    try:
        for process in chosen:
            process.start()
        yield
    finally:
        for process in reversed(chosen):  # the bot hangs up first: its claim of notices keeps the api busy
            process.stop()
