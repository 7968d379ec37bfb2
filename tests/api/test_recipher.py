"""python -m api recipher and python -m bot recipher, while everything runs; and starts without the right key."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api import mistakes
from api.album import names
from api.lifecycle import Role
from bot.__main__ import cli as bot_cli
from bot.events import Heard, Said
from bot.store import Store
from nlp.understand import Understander
from tests.api.album import files_of
from tests.api.life import Cast, cast_of, ok, open_ticket
from tests.api.pictures import drawn
from tests.api.test_commands import Done, Run, migrated, one_line, run  # noqa: F401 - two of them are fixtures
from tests.bot.conftest import opened
from tests.conftest import Clock, running_api

SAID = "房东不退押金怎么办，闫翠凤说要扣"


@dataclass
class Kept:
    """A ticket with a picture, in a product that runs."""

    cast: Cast
    number: str
    photo: str
    call: Run

    @property
    def keys(self) -> Path:
        return self.cast.api.settings.var_dir / "keys" / "words"

    async def recipher(self, *words: str) -> Done:
        settings = self.cast.api.settings
        environment = {"DATABASE_URL": settings.database_url}
        return await asyncio.to_thread(self.call, settings.var_dir, "recipher", *words, **environment)

    async def is_read(self) -> bool:
        path, headers = f"/api/v1/tickets/{self.number}", self.cast.headers[Role.RESIDENT]
        seen = await self.cast.api.client.get(f"{path}/photos/{self.photo}", headers=headers)
        return bool(ok(await self.cast.api.client.get(path, headers=headers))["text"] == SAID and seen.is_success)


@pytest.fixture
async def kept(
    tmp_path: Path,
    database_url: str,
    understander: Understander,
    run: Run,  # noqa: F811
) -> AsyncIterator[Kept]:
    async with running_api(tmp_path, database_url, understander) as api:
        cast = await cast_of(api)
        number = str((await open_ticket(api, text=SAID, label="legal:tenancy"))["number"])
        path, headers = f"/api/v1/tickets/{number}/photos", cast.headers[Role.RESIDENT]
        photo = ok(await api.client.post(path, files={"file": drawn("PNG")}, headers=headers))["photo"]
        yield Kept(cast, number, photo, run)


async def test_a_key_is_exchanged_while_everything_runs(kept: Kept) -> None:
    old = kept.keys.read_text()
    first = await kept.recipher("--new-key")
    assert first.returncode == 0 and "and 2 pictures sealed anew. Now restart every process" in first.stdout
    assert await kept.is_read(), "by a process that began with the old key"
    assert kept.keys.read_text().split()[1:] == [old]
    again = await kept.recipher()
    assert again.stdout.startswith("0 rows and 0 pictures") and "older keys may go" in again.stdout
    kept.keys.write_text(kept.keys.read_text().split()[0])
    kept.cast.api.db.known_cipher.reload()
    kept.cast.api.office.photos.cipher.reload()  # type: ignore[attr-defined]
    assert await kept.is_read()


async def test_what_a_running_process_sealed_meanwhile_is_found(kept: Kept) -> None:
    beside = kept.cast.api.settings.cipher_for("api")
    await kept.recipher("--new-key")
    (file,) = (file for file in files_of(kept.cast.api) if file.name == f"{kept.photo}.jpg")
    file.write_bytes(beside.seal_file(drawn("JPEG"), names.full(kept.photo)))
    assert (await kept.recipher()).stdout.startswith("0 rows and 1 pictures sealed anew. Now restart")


async def test_pictures_from_before_there_were_keys_are_taken_in(kept: Kept) -> None:
    for file in files_of(kept.cast.api):
        file.write_bytes(drawn("JPEG"))
    assert await kept.is_read()
    assert (await kept.recipher()).stdout.startswith("0 rows and 2 pictures sealed anew")
    assert all(file.read_bytes().startswith(b"gcm1:") for file in files_of(kept.cast.api)) and await kept.is_read()


async def test_with_another_key_nothing_starts(kept: Kept) -> None:
    kept.keys.write_text("x" * 43)
    settings = kept.cast.api.settings
    for command in ("serve", "sweep", "recipher", "resident export web:r1 /dev/null"):
        environment = {"DATABASE_URL": settings.database_url}
        refused = await asyncio.to_thread(kept.call, settings.var_dir, *command.split(), **environment)
        assert "which is not in" in one_line(refused) and "keys/words: put it back there" in one_line(refused)
    assert kept.keys.read_text() == "x" * 43, "nothing was made in its place"


def test_a_key_in_the_environment_is_exchanged_there(run: Run, migrated: Path, tmp_path: Path) -> None:  # noqa: F811
    words = one_line(run(migrated, "recipher", "--new-key", WORDS_KEY="y" * 40))
    assert "WORDS_KEY is set" in words or "which is not in WORDS_KEY" in words


# --- the bot's


def called(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        mistakes.run(bot_cli, words)
    return int(str(ended.value.code))


async def test_the_bots_key_is_exchanged(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert await asyncio.to_thread(called, "recipher") == 0
    store, clock, chat = Store(opened(tmp_path, database_url)), Clock(), ("web", "anna")
    await store.receive("k", chat, Said(SAID, Heard()), clock())
    capsys.readouterr()
    assert await asyncio.to_thread(called, "recipher", "--new-key") == 0
    assert "1 rows sealed anew. Now restart" in capsys.readouterr().out
    received = await store.oldest(chat)
    assert received is not None and received.event == Said(SAID, Heard())
    assert await asyncio.to_thread(called, "recipher") == 0
    assert "older keys may go" in capsys.readouterr().out
    (tmp_path / "keys" / "chats").write_text("z" * 43)
    for command in ("run", "recipher"):
        assert await asyncio.to_thread(called, command) == 1
        assert "keys/chats: put it back there" in capsys.readouterr().err
    await store.db.close()
