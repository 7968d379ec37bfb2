"""tests/conversations/*.yaml: whole lives, said and answered, through both channels to the database.

How to write one: docs/conversations.md. One world serves them all, emptied before each.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from nlp.understand import Understander
from tests.walk import Walk, read
from tests.world import World, running_world

FILES = sorted((Path(__file__).parent / "conversations").glob("*.yaml"))
BOTH = ("web", "telegram")
CASES = [(f"{file.stem}:{case['name']}", case) for file in FILES for case in read(file)]

WALKS = [(f"{name}-{channel}", case, channel) for name, case in CASES for channel in case.get("channels", BOTH)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory, understander: Understander) -> AsyncIterator[World]:
    async with running_world(tmp_path_factory.mktemp("world"), "", understander) as world:
        yield world


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("case", "channel"), [walk[1:] for walk in WALKS], ids=[walk[0] for walk in WALKS])
async def test_conversation(case: dict[str, Any], channel: str, world: World) -> None:
    await world.empty()
    async with Walk.begun(world, channel, case) as walk:
        await walk.to_the_end()


def test_names_are_told_apart() -> None:
    names = [name for name, _ in CASES]
    assert len(names) == len(set(names))
