"""The places where pictures lie, below HTTP: names, modes, half-written files, and whose word about a store counts."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.album import names
from api.album.album import Absent, Album, Moving, prove
from api.album.bucket import open_bucket
from api.album.folder import Folder
from api.album.names import Name
from api.album.opening import open_album
from api.errors import NoStore
from api.settings import Settings
from tests.api.receiver import free_port
from tests.api.s3 import SECRET, Storage

PHOTO = "Ab-_5678901234567890zz"
FULL, SMALL = f"Ab/{PHOTO}.jpg", f"Ab/{PHOTO}.small.jpg"
NAMES: list[tuple[str, Name | None]] = [
    (FULL, Name(PHOTO, True)),
    (SMALL, Name(PHOTO, True)),
    (f"{FULL}.0a1b2c3d.part", Name(PHOTO, False)),
    (f"{SMALL}.0a1b2c3d.part", Name(PHOTO, False)),
    (f"{PHOTO}.jpg", None),
    (f"aB/{PHOTO}.jpg", None),
    (f"Ab/{PHOTO}.png", None),
    (f"Ab/{PHOTO}.jpg\n", None),
    (f"x/Ab/{PHOTO}.jpg", None),
    ("Ab/Ab.jpg", None),
    (f"Ab/../{PHOTO}.jpg", None),
    ("proof-0123456789abcdef", None),
    ("", None),
]


@pytest.mark.parametrize(("name", "meant"), NAMES)
def test_names(name: str, meant: Name | None) -> None:
    assert names.parse(name) == meant


def test_names_are_read_as_they_are_written() -> None:
    assert (names.full(PHOTO), names.small(PHOTO)) == (FULL, SMALL)


@pytest.fixture(params=["folder", "s3", "both"])
def album(request: pytest.FixtureRequest, tmp_path: Path) -> Album:
    if request.param == "folder":
        return Folder(tmp_path / "photos")
    storage: Storage = request.getfixturevalue("storage")
    settings = Settings(var_dir=tmp_path, **storage.settings())  # type: ignore[arg-type]
    return open_bucket(settings) if request.param == "s3" else open_album(settings).inner


async def test_every_album_keeps_the_same_promises(album: Album) -> None:
    await prove(album)
    assert [entry async for entry in album.entries()] == [], "nothing of the proof stays"
    for name in (FULL, SMALL):
        assert await album.size(name) is None
        with pytest.raises(Absent):
            await album.get(name)
        await album.remove(name)
        for content in (b"", b"first", b"second"):
            await album.put(name, content)
            assert (await album.get(name), await album.size(name)) == (content, len(content))
    found = {entry.name: entry.at async for entry in album.entries()}
    assert set(found) == {FULL, SMALL}
    assert all(abs(datetime.now(UTC) - at) < timedelta(minutes=1) for at in found.values())
    for name in (FULL, SMALL):
        await album.remove(name)
    assert [entry async for entry in album.entries()] == []


async def test_a_listing_goes_on_beyond_a_page(album: Album, tmp_path: Path) -> None:
    for number in range(30):
        await album.put(f"aa/{number:02}", b"x")
    assert sorted([entry.name async for entry in album.entries()]) == [f"aa/{number:02}" for number in range(30)]


async def test_only_the_owner_reads_the_folder(tmp_path: Path) -> None:
    await Folder(tmp_path / "photos").put(FULL, b"x")
    modes = [(tmp_path / "photos" / part).stat().st_mode & 0o777 for part in ("", "Ab", FULL)]
    assert modes == [0o700, 0o700, 0o600]


async def test_what_could_not_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder(tmp_path / "photos")
    await folder.put(FULL, b"first")

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full_disk)
        with pytest.raises(NoStore, match="no_store") as refused:
            await folder.put(FULL, b"second")
    assert "No space left" in refused.value.facts["reason"]
    assert [entry.name async for entry in folder.entries()] == [FULL] and await folder.get(FULL) == b"first"


async def test_what_lies_at_two_places_is_read_from_the_new_one_and_removed_from_both(tmp_path: Path) -> None:
    old, to = Folder(tmp_path / "old"), Folder(tmp_path / "to")
    both = Moving(to, old)
    await old.put(FULL, b"old")
    assert (await both.get(FULL), await both.size(FULL)) == (b"old", 3)
    await both.put(FULL, b"newer")
    assert (await both.get(FULL), await both.size(FULL), await old.get(FULL)) == (b"newer", 5, b"old")
    await both.remove(FULL)
    assert [entry async for entry in both.entries()] == []


async def test_variables_of_other_programs_lead_nothing_elsewhere(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = f"http://127.0.0.1:{free_port()}"
    for name, value in {
        "AWS_ENDPOINT_URL": elsewhere,
        "AWS_ENDPOINT_URL_S3": elsewhere,
        "AWS_SKIP_SIGNATURE": "true",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
        "AWS_BUCKET": "another",
        "AWS_ACCESS_KEY_ID": "another",
        "AWS_SESSION_TOKEN": "another",
    }.items():
        monkeypatch.setenv(name, value)
    bucket = open_bucket(Settings(var_dir=tmp_path, **storage.settings()))  # type: ignore[arg-type]
    await bucket.put(FULL, b"x")
    assert storage.names() == [f"district/photos/{FULL}"]
    storage.let_in("0")
    try:
        with pytest.raises(NoStore) as refused:
            await bucket.put(FULL, b"x")
    finally:
        storage.let_in("inf")
    assert "InvalidAccessKeyId" in refused.value.facts["reason"], "signed, with a key that this server does not know"
    assert SECRET not in str(refused.value)


async def test_keys_come_from_files_too(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "photos-s3-access").write_text("test\n")
    (tmp_path / "keys" / "photos-s3-secret").write_text(f"{SECRET}\n")
    given = storage.settings(photos_s3_access_key="", photos_s3_secret_key="")
    settings = Settings(var_dir=tmp_path, **given)  # type: ignore[arg-type]
    assert settings.photos_s3_keys == ("test", SECRET)
    await prove(open_album(settings))


def test_a_bucket_may_be_addressed_by_its_host() -> None:
    """As Alibaba's and Tencent's storage want it."""
    given = {
        "photos_s3_bucket": "pics",
        "photos_s3_endpoint": "https://s3.oss-cn-shanghai.aliyuncs.com/",
        "photos_s3_addressing": "host",
        "photos_s3_access_key": "a",
        "photos_s3_secret_key": "b",
    }
    config = open_bucket(Settings(**given)).store.config  # type: ignore[arg-type]
    assert config["endpoint"] == "https://pics.s3.oss-cn-shanghai.aliyuncs.com"
    assert str(config["virtual_hosted_style_request"]).lower() == "true"
    amazon = Settings(**given | {"photos_s3_endpoint": "", "photos_s3_region": "cn-north-1"})  # type: ignore[arg-type]
    assert open_bucket(amazon).store.config["endpoint"] == "https://pics.s3.cn-north-1.amazonaws.com.cn"
