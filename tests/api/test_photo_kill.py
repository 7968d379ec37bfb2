"""kill -9 of the API while pictures come in: what was answered is there in both sizes, and no row lacks its file."""

import asyncio
import random
from pathlib import Path

import httpx

from nlp.understand import Understander
from tests.api.life import REPORT
from tests.api.pictures import drawn
from tests.processes import Product, running

KILLS, AT_ONCE = 4, 4
BOT = {"Authorization": "Bearer test-bot-key"}


async def _until_up(http: httpx.AsyncClient) -> None:
    while True:
        try:
            if (await http.get("/readyz")).is_success:
                return
        except httpx.TransportError:
            await asyncio.sleep(0.1)


async def _send(http: httpx.AsyncClient, numbers: list[str], answered: dict[str, str], worker: int) -> None:
    """Different pictures, each to a ticket of its own, until cancelled. Who was killed did not answer."""
    count = 0
    while True:
        count += 1
        content = drawn("PNG", (300 + count % 50, 300 + worker), colour=f"#{count % 4096:03x}")
        number = numbers[(count * AT_ONCE + worker) % len(numbers)]
        try:
            sent = await http.post(f"/api/v1/tickets/{number}/photos", files={"file": content}, headers=BOT)
        except httpx.TransportError:
            await asyncio.sleep(0.05)
            continue
        if sent.status_code == 201:
            answered[sent.json()["photo"]] = number
        else:
            assert sent.json()["code"] == "too_many", sent.text


async def test_no_answered_picture_is_lost(tmp_path: Path, model_dir: Path, understander: Understander) -> None:
    keys = {"BOT_API_KEY": "test-bot-key", "REPORTS_AN_HOUR": "0", "REQUESTS_A_MINUTE": "0"}
    product = Product(tmp_path / "var", model_dir / "model", keys)
    product.prepare()
    with running(product, ["api"]):
        async with httpx.AsyncClient(base_url=product.api_url, trust_env=False, timeout=20) as http:
            await _until_up(http)
            numbers = []
            for resident in range(40):
                body = REPORT | {"reporter": f"r{resident}"}
                numbers.append((await http.post("/api/v1/tickets", json=body, headers=BOT)).json()["number"])
            answered: dict[str, str] = {}
            for _ in range(KILLS):
                senders = [asyncio.create_task(_send(http, numbers, answered, worker)) for worker in range(AT_ONCE)]
                await asyncio.sleep(random.uniform(0.3, 1.0))
                product.api.kill()
                for sender in senders:
                    sender.cancel()
                ended = await asyncio.gather(*senders, return_exceptions=True)
                assert all(isinstance(how, asyncio.CancelledError) for how in ended), ended
                await _until_up(http)
            assert len(answered) > KILLS
            said = product.command("api", "photos", "check")
            assert ", 0 lacking" in said and int(said.splitlines()[-1].split()[0]) >= len(answered)
            for photo, number in answered.items():
                for size in ("", "/small"):
                    got = await http.get(f"/api/v1/tickets/{number}/photos/{photo}{size}", headers=BOT)
                    assert got.status_code == 200 and got.content.endswith(b"\xff\xd9")
