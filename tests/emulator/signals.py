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

    def wait(self) -> Coroutine[Any, Any, bool]:
        """For what is sent from this moment on, even when the waiting begins a little later, as a task."""
        return self._event.wait()
