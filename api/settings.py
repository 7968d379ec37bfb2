"""One Settings for both processes, from the environment; secrets from the environment or from files in VAR_DIR/keys."""

import contextlib
import os
import re
import secrets
from datetime import time
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.cipher import Cipher, Marks
from api.intake.sources import SOURCES

BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
ENDPOINT = re.compile(r"https?://[\w.-]+(:\d{1,5})?/?", re.ASCII)
PREFIX = re.compile(r"/?(?!\.)[\w.-]+(/(?!\.)[\w.-]+)*/?", re.ASCII)

CIPHERS = {"api": ("words_key", "words"), "bot": ("chats_key", "chats")}  # setting, file in VAR_DIR/keys


class Settings(BaseSettings):
    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=False)

    database_url: str = ""
    var_dir: Path = Path("var")
    host: str = "127.0.0.1"
    api_port: int = 8000
    chat_port: int = 8001
    api_url: str = ""
    staff_url: str = ""  # where people on duty find the staff pages; "": they know
    chat_url: str = ""  # where residents find the web chat: offered where Telegram would keep a copy
    bot_api_key: str = ""
    history_mac_key: str = ""
    words_key: str = ""  # what enciphers the API's database and pictures; several, the newest first
    chats_key: str = ""  # and the bot's
    residents_key: str = ""  # by which a resident who comes again is found
    telegram_token: str = ""
    telegram_api_base: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_url: str = ""
    telegram_webhook_secret: str = ""
    quiet_hours: str = "22:00-07:00"
    intake_callbacks: dict[str, str] = {}  # source -> where it is told of progress
    intake_callback_secrets: dict[str, str] = {}
    intake_reporter_key: str = ""
    photos_s3_bucket: str = ""  # "": pictures are kept in VAR_DIR/photos
    photos_s3_endpoint: str = ""  # "": Amazon's own, of the region
    photos_s3_region: str = "us-east-1"
    photos_s3_prefix: str = ""
    photos_s3_addressing: Literal["path", "host"] = "path"  # where the bucket's name stands in an address
    photos_s3_access_key: str = ""
    photos_s3_secret_key: str = ""
    sweep_seconds: float = 15
    lease_seconds: float = 20
    requests_a_minute: int = 600  # of one token or key; 0: no limit, here and below
    sign_ins_a_minute: int = 20  # from one address
    break_glass_minutes: int = Field(60, ge=1, le=1440)  # assumed
    legal_kept_days: int = Field(365, ge=8)  # assumed; a matter may be opened again for seven days
    reports_an_hour: int = 30  # of one resident; danger to life is never refused

    @field_validator("quiet_hours")
    @classmethod
    def _readable(cls, value: str) -> str:
        if value:
            parse_hours(value)
        return value

    @field_validator("staff_url", "chat_url")
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

    @field_validator("photos_s3_bucket")
    @classmethod
    def _a_bucket(cls, value: str) -> str:
        if value and not BUCKET.fullmatch(value):
            raise ValueError("not the name of a bucket")
        return value

    @field_validator("photos_s3_endpoint")
    @classmethod
    def _a_store(cls, value: str) -> str:
        if value and not ENDPOINT.fullmatch(value):
            raise ValueError("an address like https://storage.example:9000 is needed, without a path")
        return value.rstrip("/")

    @field_validator("photos_s3_prefix")
    @classmethod
    def _a_prefix(cls, value: str) -> str:
        if value and not PREFIX.fullmatch(value):
            raise ValueError("letters, digits, '.', '_' and '-' between single slashes are needed")
        return value.strip("/")

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

    def cipher_for(self, name: str) -> Cipher:
        """Of the `api` or `bot` tables, and of the pictures that belong to them."""
        setting, file = CIPHERS[name]
        return Cipher(
            lambda: getattr(self, setting) or self.key(file),
            setting.upper() if getattr(self, setting) else str(self.var_dir / "keys" / file),
            self._marks() if name == "api" else None,
        )

    def _marks(self) -> Marks:
        where = "RESIDENTS_KEY" if self.residents_key else str(self.var_dir / "keys" / "residents")
        return Marks((self.residents_key or self.key("residents")).encode(), where)

    def add_key(self, name: str) -> None:
        """A new key before those in the file. Raises ValueError where they are not in a file."""
        setting, called = CIPHERS[name]
        if getattr(self, setting):
            raise ValueError(f"{setting.upper()} is set: put the new key there, before the others and a comma")
        file = self.var_dir / "keys" / called
        known = self.key(called)
        _write(fresh := file.with_name(f".{called}-{os.getpid()}"), f"{secrets.token_urlsafe(32)}\n{known}\n")
        fresh.replace(file)

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
    def photos_s3_keys(self) -> tuple[str, str]:
        """(access key, secret key). They are given to us: unlike our own keys they cannot be made."""
        return (
            self._given("photos_s3_access_key", "photos-s3-access"),
            self._given("photos_s3_secret_key", "photos-s3-secret"),
        )

    def _given(self, setting: str, name: str) -> str:
        file = self.var_dir / "keys" / name
        secret = getattr(self, setting) or (file.read_text(encoding="ascii").strip() if file.is_file() else "")
        if not secret:
            raise ValueError(f"{setting.upper()} is needed for PHOTOS_S3_BUCKET, or the file {file}")
        return str(secret)

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
    _write(fresh, secret)
    with contextlib.suppress(FileExistsError):
        os.link(fresh, file)
    fresh.unlink()


def _write(fresh: Path, secret: str) -> None:
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as stream:
        stream.write(secret)
        stream.flush()
        os.fsync(stream.fileno())  # what it seals must not outlive it


def parse_hours(value: str) -> tuple[time, time]:
    begin, _, end = value.partition("-")
    return time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())
