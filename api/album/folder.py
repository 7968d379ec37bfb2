"""Pictures in a folder of this host.

Not obstore's LocalStore: as of 0.12 it does not wait until a file is on the disk, and its lists leave out what it was
writing when it was killed, so that nobody would find that again.
"""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from api.album.album import Absent, Entry
from api.errors import NoStore

A_LIST = 500


@dataclass(frozen=True, slots=True)
class Folder:
    root: Path

    async def put(self, name: str, content: bytes) -> None:
        with _told(self.root):
            await asyncio.to_thread(_write, self.root, name, content)

    async def get(self, name: str) -> bytes:
        with _told(self.root):
            try:
                return await asyncio.to_thread((self.root / name).read_bytes)
            except FileNotFoundError:
                raise Absent(name) from None

    async def size(self, name: str) -> int | None:
        with _told(self.root):
            try:
                return (await asyncio.to_thread((self.root / name).stat)).st_size
            except FileNotFoundError:
                return None

    async def remove(self, name: str) -> None:
        with _told(self.root):
            await asyncio.to_thread((self.root / name).unlink, missing_ok=True)

    async def entries(self) -> AsyncIterator[Entry]:
        with _told(self.root):
            files = await asyncio.to_thread(lambda: sorted(self.root.rglob("*")))
        for start in range(0, len(files), A_LIST):
            with _told(self.root):
                found = await asyncio.to_thread(_entries, self.root, files[start : start + A_LIST])
            for entry in found:
                yield entry


@contextmanager
def _told(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NoStore(reason=f"pictures cannot be kept in {root}: {error.strerror}") from None


def _write(root: Path, name: str, content: bytes) -> None:
    """On the disk under another name first, then under its own, and the folder's list of names after it."""
    path = root / name
    for folder in (root, path.parent):
        _make(folder)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _make(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _settle(folder.parent)


def _settle(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _entries(root: Path, files: list[Path]) -> list[Entry]:
    found = []
    for file in files:
        with contextlib.suppress(FileNotFoundError):  # removed meanwhile
            if file.is_file() and not file.is_symlink():
                at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                found.append(Entry(file.relative_to(root).as_posix(), at))
    return found
