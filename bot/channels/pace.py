"""How fast Telegram may be talked to: one message a second in a chat (a few at once are let through), 29 a second in
all; answers go before notices. One chat that must wait holds up nobody else."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable

A_SECOND = 29.0
PER_CHAT = 1.0
BURST = 3.0
FORGOTTEN_AFTER = 60.0


class Pace:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._free_at: dict[str, float] = {}
        self._next = 0.0
        self._answers: Counter[str] = Counter()  # that wait, by chat

    async def turn(self, chat: str, *, answer: bool) -> None:
        """Returns when a message may go to this chat."""
        self._answers[chat] += answer
        try:
            while (wait := self._wait(chat, answer=answer)) > 0:  # noqa: ASYNC110 - it waits for the time to pass
                await asyncio.sleep(wait)
            self._take(chat)
        finally:
            self._answers[chat] -= answer
            self._answers = +self._answers

    def _wait(self, chat: str, *, answer: bool) -> float:
        now = self.clock()
        in_turn = max(self._own(chat) - now, self._next - now, 0.0)
        behind = not answer and any(self._own(other) <= max(now, self._next) for other in +self._answers)
        return max(in_turn, 1 / A_SECOND) if behind else in_turn

    def _own(self, chat: str) -> float:
        """When this chat's own limit lets the next message through."""
        return self._free_at.get(chat, 0.0) - (BURST - 1) / PER_CHAT

    def _take(self, chat: str) -> None:
        now = self.clock()
        self._free_at[chat] = max(self._free_at.get(chat, 0.0), now) + 1 / PER_CHAT
        self._next = max(self._next, now) + 1 / A_SECOND
        if len(self._free_at) > 10_000:
            self._free_at = {known: at for known, at in self._free_at.items() if at > now - FORGOTTEN_AFTER}

    def hold(self, chat: str, seconds: float) -> None:
        """Telegram said `retry_after` for this chat."""
        self._free_at[chat] = self.clock() + seconds + (BURST - 1) / PER_CHAT
