from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from telegram import Bot
from telegram.request import HTTPXRequest

from . import Emulator, serve

TOKEN = "42:TEST"


def make_bot(url: str, token: str = TOKEN) -> Bot:
    requests = (HTTPXRequest(httpx_kwargs={"trust_env": False, "verify": False}) for _ in range(2))
    updates, others = requests
    return Bot(token, f"{url}/bot", f"{url}/file/bot", request=others, get_updates_request=updates)


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(TOKEN)


@pytest_asyncio.fixture
async def url(emulator: Emulator) -> AsyncIterator[str]:
    async with serve(emulator) as address:
        yield address


@pytest_asyncio.fixture
async def bot(url: str) -> AsyncIterator[Bot]:
    async with make_bot(url) as started:
        yield started
