import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from .app import create_app
from .emulator import Emulator


class Server(uvicorn.Server):
    """Stops at once: uvicorn's own loop looks every 0.1 s, which is most of a short test."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.running = asyncio.Event()
        self.stopping = asyncio.Event()

    async def main_loop(self) -> None:
        self.running.set()
        await self.stopping.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # signals stay with the test run


@asynccontextmanager
async def serve(emulator: Emulator, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serves on the running loop; gives the address without a slash at its end. Port 0 is a free one."""
    listening = socket.create_server((host, port))
    config = uvicorn.Config(
        create_app(emulator),
        lifespan="off",
        log_level="critical",
        access_log=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    server = Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    await server.running.wait()
    try:
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        await emulator.close()
        server.stopping.set()
        await task
