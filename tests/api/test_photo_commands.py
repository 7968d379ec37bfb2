"""python -m api photos check | move, and what `serve` says of a store that cannot be used."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from api.album import names
from api.deadlines import SHANGHAI
from api.lifecycle import Role
from nlp.understand import Understander
from tests.api.album import files_of
from tests.api.life import Cast, cast_of, ok, open_ticket
from tests.api.pictures import drawn
from tests.api.receiver import free_port
from tests.api.s3 import SECRET, Storage
from tests.api.test_commands import Done, Run, migrated, one_line, run  # noqa: F401 - two of them are fixtures
from tests.conftest import running_api

OTHER = "AAAAAAAAAAAAAAAAAAAAAA"


@dataclass
class Operated:
    """A running product and somebody at its command line."""

    cast: Cast
    call: Run

    async def photos(self, *words: str, **environment: str) -> Done:
        api = self.cast.api
        environment = {"DATABASE_URL": api.settings.database_url} | environment
        return await asyncio.to_thread(self.call, api.settings.var_dir, "photos", *words, **environment)

    async def add(self, colour: str = "red") -> tuple[str, str]:
        number = str((await open_ticket(self.cast.api))["number"])
        path, headers = f"/api/v1/tickets/{number}/photos", self.cast.headers[Role.RESIDENT]
        sent = {"file": drawn("PNG", colour=colour)}
        return number, ok(await self.cast.api.client.post(path, files=sent, headers=headers))["photo"]


@pytest.fixture
async def operated(
    tmp_path: Path,
    database_url: str,
    understander: Understander,
    run: Run,  # noqa: F811
) -> AsyncIterator[Operated]:
    async with running_api(tmp_path, database_url, understander) as api:
        yield Operated(await cast_of(api), run)


def put(root: Path, name: str, hours: float) -> Path:
    """A file that is so old."""
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"?")
    os.utime(file, (time.time() - hours * 3600,) * 2)
    return file


async def test_check_finds_and_removes_what_no_ticket_has(operated: Operated) -> None:
    root = operated.cast.api.settings.var_dir / "photos"
    _, photo = await operated.add()
    old, part = put(root, names.full(OTHER), 1.1), put(root, f"{names.full(photo)}.0a1b.part", 1.1)
    young, foreign = put(root, names.small(OTHER), 0.9), put(root, "AA/notes.txt", 99)
    done = await operated.photos("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "1 pictures, 2 orphans, 0 lacking, 1 files that are not ours"
    assert f"{names.full(OTHER)}: no ticket has it\n" in done.stdout and old.exists()
    assert (await operated.photos("check", "--remove")).returncode == 0
    assert [file.exists() for file in (old, part, young, foreign)] == [False, False, True, True]
    assert len(files_of(operated.cast.api)) == 3
    done = await operated.photos("check")
    assert done.stdout == "1 pictures, 0 orphans, 0 lacking, 1 files that are not ours\n"


async def test_check_fails_where_a_file_is_lacking(operated: Operated) -> None:
    number, photo = await operated.add()
    (operated.cast.api.settings.var_dir / "photos" / names.full(photo)).unlink()
    done = await operated.photos("check", "--remove")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"{number}: the file of {photo} is not there",
        "1 pictures, 0 orphans, 1 lacking",
    ]


async def test_move_carries_all_and_can_be_repeated(operated: Operated, storage: Storage) -> None:
    api, root = operated.cast.api, operated.cast.api.settings.var_dir / "photos"
    added = [await operated.add(colour) for colour in ("red", "blue", "lime")]
    pictures = {file.relative_to(root).as_posix(): file.read_bytes() for file in files_of(api)}
    orphan, foreign = put(root, names.full(OTHER), 2), put(root, "AA/notes.txt", 2)
    storage.put(f"district/photos/{names.full(added[0][1])}", b"half of it")  # of a run that was broken off
    far = storage.environment()
    for said in (
        "6 files carried over; 1 left, of no ticket: see `photos check`",
        "0 files carried over; 1 left, of no",
    ):
        done = await operated.photos("move", **far)
        assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith(said)
    assert {file for file in root.rglob("*") if file.is_file()} == {orphan, foreign}
    assert {name.removeprefix("district/photos/"): storage.content(name) for name in storage.names()} == pictures
    done = await operated.photos("check", "--remove", **far)
    assert done.stdout.splitlines()[-1] == "3 pictures, 1 orphans, 0 lacking, 1 files that are not ours"
    assert not orphan.exists() and foreign.exists()


async def test_what_was_moved_is_served(operated: Operated, storage: Storage, understander: Understander) -> None:
    number, photo = await operated.add()
    await operated.photos("move", **storage.environment())
    var_dir, url = operated.cast.api.settings.var_dir, operated.cast.api.settings.database_url
    async with running_api(var_dir, url, understander, **storage.settings()) as api:
        for size in ("", "/small"):
            path = f"/api/v1/tickets/{number}/photos/{photo}{size}"
            assert (await api.client.get(path, headers=operated.cast.headers[Role.TRIAGE])).status_code == 200
    storage.down()
    done = await operated.photos("check", **storage.environment())
    assert "cannot be reached" in one_line(done)


async def test_an_erasure_at_the_command_line_takes_the_files_out(operated: Operated) -> None:
    api, (number, _) = operated.cast.api, await operated.add()
    await operated.cast.done(Role.TRIAGE, number, "decline", reason="不归我们")
    where = {"DATABASE_URL": api.settings.database_url}
    words = ("resident", "erase", "web:r1", "--reason", "本人要求")
    done = await asyncio.to_thread(operated.call, api.settings.var_dir, *words, **where)
    assert (done.stdout, files_of(api)) == ("1 tickets erased\n", [])


async def test_what_is_too_old_to_be_kept_loses_its_files_too(operated: Operated) -> None:
    api = operated.cast.api
    _, kept = await operated.add("blue")
    api.clock.now = datetime(2024, 11, 25, 9, 30, tzinfo=SHANGHAI)
    number, _ = await operated.add()
    await operated.cast.done(Role.TRIAGE, number, "decline", reason="不归我们")
    where = {"DATABASE_URL": api.settings.database_url}
    done = await asyncio.to_thread(operated.call, api.settings.var_dir, "retain", "--days", "365", "--apply", **where)
    assert (done.stdout, done.stderr) == ("1 tickets erased, 0 of them legal matters\n", "")
    assert [file.name for file in files_of(api)] == [f"{kept}.jpg", f"{kept}.small.jpg"]


async def test_an_erasure_says_which_pictures_must_wait(operated: Operated, storage: Storage) -> None:
    api, (number, _) = operated.cast.api, await operated.add()
    await operated.photos("move", **storage.environment())
    await operated.cast.done(Role.TRIAGE, number, "decline", reason="不归我们")
    storage.down()
    where = {"DATABASE_URL": api.settings.database_url} | storage.environment()
    words = ("resident", "erase", "web:r1", "--reason", "本人要求")
    done = await asyncio.to_thread(operated.call, api.settings.var_dir, *words, **where)
    assert (done.returncode, done.stdout) == (0, "1 tickets erased\n")
    assert len(done.stderr.splitlines()) == 1 and "when their store is back" in done.stderr


def test_move_needs_a_store_to_move_to(run: Run, migrated: Path) -> None:  # noqa: F811
    assert "PHOTOS_S3_BUCKET" in one_line(run(migrated, "photos", "move"))


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "a bucket that is not there": ({"photos_s3_bucket": "another-bucket"}, "NoSuchBucket"),
    "nobody there": ({"photos_s3_endpoint": f"http://127.0.0.1:{free_port()}"}, "cannot be reached"),
    "no key": ({"photos_s3_access_key": ""}, "PHOTOS_S3_ACCESS_KEY"),
    "no secret": ({"photos_s3_secret_key": ""}, "photos-s3-secret"),
    "a bucket's name that is none": ({"photos_s3_bucket": "../etc"}, "PHOTOS_S3_BUCKET"),
    "an address with a path": ({"photos_s3_endpoint": "https://s3.example/path"}, "PHOTOS_S3_ENDPOINT"),
    "an address with a password": ({"photos_s3_endpoint": "https://u:p@s3.example"}, "PHOTOS_S3_ENDPOINT"),
    "no address": ({"photos_s3_endpoint": "s3.example"}, "PHOTOS_S3_ENDPOINT"),
    "a prefix that leads elsewhere": ({"photos_s3_prefix": "a/../../b"}, "PHOTOS_S3_PREFIX"),
    "another way to address": ({"photos_s3_addressing": "dns"}, "PHOTOS_S3_ADDRESSING"),
}


@pytest.mark.parametrize(("changes", "said"), WRONG.values(), ids=WRONG.keys())
def test_serve_does_not_start_with_a_wrong_store(
    run: Run,  # noqa: F811
    migrated: Path,  # noqa: F811
    storage: Storage,
    changes: dict[str, str],
    said: str,
) -> None:
    answer = one_line(run(migrated, "serve", **storage.environment(**changes)))
    assert said in answer and SECRET not in answer


def test_serve_does_not_start_with_keys_that_are_not_accepted(
    run: Run,  # noqa: F811
    migrated: Path,  # noqa: F811
    storage: Storage,
) -> None:
    storage.let_in("0")
    try:
        answer = one_line(run(migrated, "serve", **storage.environment()))
    finally:
        storage.let_in("inf")
    assert "InvalidAccessKeyId" in answer and SECRET not in answer


def test_serve_does_not_start_without_a_folder_to_write_to(run: Run, migrated: Path, tmp_path: Path) -> None:  # noqa: F811
    run(tmp_path, "migrate")
    (tmp_path / "photos").write_text("a file where the folder should be")
    assert "pictures cannot be kept" in one_line(run(tmp_path, "serve"))
