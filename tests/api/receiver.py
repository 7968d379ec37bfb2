"""Another office's end of the callbacks: a real server on loopback that fails, is slow, stops and comes back."""

import asyncio
import hashlib
import json
import socket
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from uvicorn import Config

from tests.emulator.serving import Server

BLOCK = 64  # bytes of SHA-256


@dataclass
class Got:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told


@dataclass
class Receiver:
    """`answers`: a status for each of the next requests, then 200. `delay`: seconds before each answer."""

    url: str
    got: list[Got] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drips: bool = False
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: Request) -> Response:
        self.got.append(Got(request.url.path, dict(request.headers), await request.body()))
        self.arrived.set()
        status = self.answers.pop(0) if self.answers else 200
        await asyncio.sleep(self.delay)
        if self.drips:
            return StreamingResponse(_drops(), status)
        return Response(b"thanks" * 10, status, self.headers)

    def told_of(self, their_id: str) -> list[dict[str, Any]]:
        return [got.told for got in self.got if got.told["id"] == their_id]

    def steps(self) -> dict[str, list[str]]:
        """The statuses that each id was told, in the order of arrival."""
        found = defaultdict(list)
        for got in self.got:
            found[got.told["id"]].append(got.told["status"])
        return dict(found)


async def _drops() -> AsyncIterator[bytes]:
    while True:
        yield b"."
        await asyncio.sleep(0.05)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
        return port


@asynccontextmanager
async def receiving(port: int) -> AsyncIterator[Receiver]:
    receiver = Receiver(f"http://127.0.0.1:{port}/progress")
    app = Starlette(routes=[Route("/{path:path}", receiver.take, methods=["GET", "POST"])])
    config = Config(app, lifespan="off", log_level="critical", access_log=False, timeout_graceful_shutdown=1)
    server = Server(config)
    task = asyncio.create_task(server.serve(sockets=[socket.create_server(("127.0.0.1", port))]))
    await server.running.wait()
    try:
        yield receiver
    finally:
        server.stopping.set()
        await task


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """HMAC by RFC 2104, step by step: not the code that signs."""
    key = (hashlib.sha256(secret).digest() if len(secret) > BLOCK else secret).ljust(BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + timestamp.encode() + body).digest()
    return "sha256=" + hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).hexdigest()
