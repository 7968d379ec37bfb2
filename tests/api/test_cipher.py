"""Words and files sealed and opened; keys exchanged, lost, guessed at."""

import stat
from pathlib import Path

import pytest

from api.album.album import Absent
from api.album.folder import Folder
from api.album.sealed import Sealed
from api.cipher import DAMAGED, MARK, Cipher, WrongKey
from api.settings import Settings

FIRST, SECOND = "first-" + "a" * 40, "second-" + "b" * 40
NAME, OTHER = "Ab/AbAbAbAbAbAbAbAb.jpg", "Cd/CdCdCdCdCdCdCdCd.jpg"


def cipher(*secrets: str) -> Cipher:
    return Cipher(lambda: "\n".join(secrets), "the test")


@pytest.mark.parametrize("words", ["房东不退押金", "", " ", "\ufffd", "gcm1:12345678:abc", "x" * 4000, "🏮\u200b\n"])
def test_opens_what_it_sealed(words: str) -> None:
    one = cipher(FIRST)
    sealed = one.seal(words)
    assert one.open(sealed) == words and sealed.startswith(MARK) and sealed.isascii()
    assert len(words) < 4 or words not in sealed
    assert one.seal(words) != sealed, "the same words are not told by what lies there"


def test_the_newest_key_seals_and_all_open() -> None:
    old, both = cipher(FIRST), cipher(SECOND, FIRST)
    assert both.open(old.seal("旧")) == "旧"
    assert both.seal("新").split(":")[1] == both.newest != old.newest
    with pytest.raises(WrongKey, match=f"{both.newest}, which is not in the test"):
        old.open(both.seal("新"))


def test_a_key_that_was_added_meanwhile_is_found() -> None:
    secrets = [FIRST]
    running = Cipher(lambda: " ".join(secrets), "the test")
    secrets.insert(0, SECOND)
    assert running.open(cipher(SECOND).seal("新")) == "新" and running.newest == cipher(SECOND).newest


@pytest.mark.parametrize("secrets", ["", " \n, ", "short", f"{FIRST} short"])
def test_a_key_that_is_none_is_refused(secrets: str) -> None:
    with pytest.raises(WrongKey, match="the test: "):
        cipher(secrets)


def test_what_was_changed_on_the_disk_is_damaged_and_breaks_nothing() -> None:
    one = cipher(FIRST)
    sealed = one.seal("房东不退押金")
    beginning = sealed[: -len(sealed) // 2]
    for changed in (sealed[:-6] + "AAAAA=", beginning, f"{MARK}{one.newest}:", f"{MARK}{one.newest}:中文"):
        assert one.open(changed) == DAMAGED
    assert one.open("写在有密钥之前") == "写在有密钥之前"


def test_marks_find_again_and_tell_nothing(tmp_path: Path) -> None:
    one, same = (Settings(var_dir=tmp_path).cipher_for("api") for _ in range(2))
    other = Settings(var_dir=tmp_path / "other").cipher_for("api")
    assert one.mark("web:r1") == same.mark("web:r1") != one.mark("web:r2")
    assert one.mark("web:r1") != other.mark("web:r1")


def test_keys_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    made = {name: settings.cipher_for(name).newest for name in ("api", "bot")}
    assert made == {name: Settings(var_dir=tmp_path).cipher_for(name).newest for name in made}
    assert made["api"] != made["bot"]
    settings.add_key("api")
    for name in ("words", "chats", "residents"):
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600
    both = Settings(var_dir=tmp_path).cipher_for("api")
    assert both.newest != made["api"] and len((tmp_path / "keys" / "words").read_text().split()) == 2
    both.require([made["api"]])


def test_a_key_of_the_environment_is_not_added_to(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path, words_key=f"{SECOND},{FIRST}")
    assert settings.cipher_for("api").newest == cipher(SECOND).newest
    with pytest.raises(ValueError, match="WORDS_KEY is set"):
        settings.add_key("api")


async def test_a_picture_is_bound_to_its_name(tmp_path: Path) -> None:
    album = Sealed(Folder(tmp_path), cipher(FIRST))
    for name in (NAME, OTHER):
        await album.put(name, b"\xff\xd8" + name.encode())
    assert await album.get(NAME) == b"\xff\xd8" + NAME.encode()
    (tmp_path / OTHER).write_bytes((tmp_path / NAME).read_bytes())
    with pytest.raises(Absent):
        await album.get(OTHER)


async def test_a_picture_from_before_is_read_and_taken_in(tmp_path: Path) -> None:
    album = Sealed(Folder(tmp_path), cipher(SECOND, FIRST))
    await album.inner.put(NAME, b"\xff\xd8 plain")
    await Sealed(album.inner, cipher(FIRST)).put(OTHER, b"\xff\xd8 old key")
    assert (await album.get(NAME), await album.get(OTHER)) == (b"\xff\xd8 plain", b"\xff\xd8 old key")
    assert [await album.renew(name) for name in (NAME, OTHER, NAME, OTHER, "Ef/gone.jpg")] == [True, True, *[False] * 3]
    assert (await album.get(NAME), await album.get(OTHER)) == (b"\xff\xd8 plain", b"\xff\xd8 old key")
    assert album.cipher.is_newest(await album.inner.get(NAME)) and b"plain" not in await album.inner.get(NAME)
