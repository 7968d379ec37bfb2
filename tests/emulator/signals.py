import asyncio
from collections.abc import Coroutine
from typing import Any


class Signal:
    """Wakes everyone who waits for something to have changed. For one event loop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def send(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    def wait(self) -> Coroutine[Any, Any, None]:
        """For what is sent from this moment on, even when the waiting begins a little later, as a task."""
        return _set(self._event)


async def _set(event: asyncio.Event) -> None:
    await event.wait()
