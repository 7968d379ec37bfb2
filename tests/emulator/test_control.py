"""The controls from another process."""

import asyncio
import sys
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest_asyncio
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from .conftest import make_bot

PACKAGE = Path(__file__).parent


@pytest_asyncio.fixture
async def process_url() -> AsyncIterator[str]:
    command = (sys.executable, "-m", "tests.emulator", "--port", "0", "--token", "42:TEST")
    process = await asyncio.create_subprocess_exec(*command, cwd=PACKAGE.parent.parent, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    yield (await process.stdout.readline()).decode().strip()
    process.terminate()
    await process.wait()


async def test_a_conversation_over_http(process_url: str) -> None:
    async with httpx.AsyncClient(base_url=process_url, trust_env=False) as http, make_bot(process_url) as bot:
        said = (await http.post("/control/say", json={"chat": 1, "text": "hi"})).json()["result"]
        assert said["message"]["text"] == "hi"
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
        await bot.send_message(1, "ready?", reply_markup=keyboard)
        found = await http.post("/control/wait_for", json={"chat": 1, "wanted": "ready"})
        assert found.json()["result"]["text"] == "ready?"
        query_id = (await http.post("/control/press", json={"chat": 1, "button": "Go"})).json()["result"]
        assert await bot.answer_callback_query(query_id)
        data = b64encode(b"jpeg").decode()
        photo = (await http.post("/control/photo", json={"chat": 1, "data": data})).json()["result"]
        file = await bot.get_file(photo["message"]["photo"][-1]["file_id"])
        assert bytes(await file.download_as_bytearray()) == b"jpeg"
        journal = (await http.get("/control/journal")).json()
        assert [call["method"] for call in journal] == ["getMe", "sendMessage", "answerCallbackQuery", "getFile"]
        chat = (await http.get("/control/chats/1")).json()
        assert [message["text"] for message in chat["sent"]] == ["ready?"]


async def test_refusals_over_http(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        assert (await http.post("/control/close")).status_code == 404
        assert (await http.get("/control/chats/9")).status_code == 404
        assert (await http.post("/control/press", json={"chat": 9, "button": "x"})).status_code == 400
        waited = await http.post("/control/wait_for", json={"chat": 9, "wanted": "x", "timeout": 0.01})
        assert waited.status_code == 408
