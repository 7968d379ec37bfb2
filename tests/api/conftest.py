"""The cast of each test; the API on SQLite alone for what does not touch the database's own ways."""

import io
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PIL import Image

from nlp.understand import Understander
from tests.api.life import Cast, cast_of
from tests.api.s3 import Storage, running_storage
from tests.conftest import Api, running_api


@pytest.fixture
async def cast(api: Api) -> Cast:
    return await cast_of(api)


@pytest.fixture
async def sqlite_api(tmp_path: Path, sqlite_template: Path, understander: Understander) -> AsyncIterator[Api]:
    shutil.copy(sqlite_template, tmp_path / "api.db")
    async with running_api(tmp_path, "", understander) as running:
        yield running


@pytest.fixture
async def sqlite_cast(sqlite_api: Api) -> Cast:
    return await cast_of(sqlite_api)


@pytest.fixture
def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(stream, "JPEG")
    return stream.getvalue()


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running_storage() as running:
        yield running
