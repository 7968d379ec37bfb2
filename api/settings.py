"""One Settings for both processes, from the environment; secrets from the environment or from files in VAR_DIR/keys."""

import contextlib
import os
import secrets
from datetime import time
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.intake.sources import SOURCES


class Settings(BaseSettings):
    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=False)

    database_url: str = ""
    var_dir: Path = Path("var")
    host: str = "127.0.0.1"
    api_port: int = 8000
    chat_port: int = 8001
    api_url: str = ""
    staff_url: str = ""  # where people on duty find the staff pages; "": they know
    bot_api_key: str = ""
    history_mac_key: str = ""
    telegram_token: str = ""
    telegram_api_base: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_url: str = ""
    telegram_webhook_secret: str = ""
    quiet_hours: str = "22:00-07:00"
    intake_callbacks: dict[str, str] = {}  # source -> where it is told of progress
    intake_callback_secrets: dict[str, str] = {}
    intake_reporter_key: str = ""
    sweep_seconds: float = 15
    lease_seconds: float = 20
    requests_a_minute: int = 600  # of one token or key; 0: no limit, here and below
    sign_ins_a_minute: int = 20  # from one address
    reports_an_hour: int = 30  # of one resident; danger to life is never refused

    @field_validator("quiet_hours")
    @classmethod
    def _readable(cls, value: str) -> str:
        if value:
            parse_hours(value)
        return value

    @field_validator("staff_url")
    @classmethod
    def _of_pages(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("an http(s) address")
        return value.rstrip("/")

    @field_validator("intake_callbacks")
    @classmethod
    def _reachable(cls, value: dict[str, str]) -> dict[str, str]:
        for source, url in value.items():
            parts = urlsplit(url)
            if source not in SOURCES or parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
                raise ValueError(f"'{source}' needs an http(s) address; the sources are {', '.join(SOURCES)}")
        return value

    def database_for(self, name: str) -> str:
        """The SQLAlchemy URL of the `api` or `bot` tables: one SQLite file each, or the one PostgreSQL."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{self.var_dir.absolute() / name}.db"
        scheme, _, rest = self.database_url.partition("://")
        if scheme in ("postgres", "postgresql"):
            return f"postgresql+asyncpg://{rest}"
        if scheme == "sqlite":
            return f"sqlite+aiosqlite://{rest.removesuffix('.db')}-{name}.db"
        return self.database_url

    @property
    def url_of_api(self) -> str:
        return self.api_url or f"http://{self.host}:{self.api_port}"

    @cached_property
    def bot_key(self) -> str:
        return self.bot_api_key or self.key("bot")

    @cached_property
    def history_key(self) -> str:
        """Apart from the database: who can write to that one cannot write history."""
        return self.history_mac_key or self.key("history")

    @cached_property
    def webhook_secret(self) -> str:
        return self.telegram_webhook_secret or self.key("webhook")

    def callback_secret(self, source: str) -> bytes:
        return (self.intake_callback_secrets.get(source) or self.key(f"callback-{source}")).encode()

    @cached_property
    def reporter_key(self) -> bytes:
        """Behind which the sources' own keys of people (telephones) are told apart and not read."""
        return (self.intake_reporter_key or self.key("reporters")).encode()

    @property
    def quiet(self) -> tuple[time, time] | None:
        return parse_hours(self.quiet_hours) if self.quiet_hours else None

    def key(self, name: str) -> str:
        """The secret `name` from VAR_DIR/keys, made on first use, readable by its owner only."""
        folder = self.var_dir / "keys"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / name
        if not file.exists():
            _write_once(file, secrets.token_urlsafe(32))
        return file.read_text(encoding="ascii").strip()


def _write_once(file: Path, secret: str) -> None:
    """Whole or not at all: both processes may start at the same moment, or be killed here. The first one stays."""
    fresh = file.with_name(f".{file.name}-{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as stream:
        stream.write(secret)
    with contextlib.suppress(FileExistsError):
        os.link(fresh, file)
    fresh.unlink()


def parse_hours(value: str) -> tuple[time, time]:
    begin, _, end = value.partition("-")
    return time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())
