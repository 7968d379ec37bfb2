"""What goes wrong: limits that are kept as Telegram keeps them, and failures a test asks for."""

import math
from dataclasses import dataclass, field
from typing import Literal

from .refusals import Refused, flood

When = Literal["before", "after"]
DROPPED = 0


@dataclass(slots=True)
class Fault:
    """`refusal` None: the connection is cut. An empty `method` means any but getUpdates."""

    left: int
    method: str
    when: When
    refusal: Refused | None

    def concerns(self, method: str) -> bool:
        return self.left > 0 and (method.lower() == self.method.lower() if self.method else method != "getUpdates")


@dataclass(slots=True)
class Faults:
    waiting: list[Fault] = field(default_factory=list)

    def add(self, n: int, refusal: Refused | None, when: When = "before", method: str = "") -> None:
        self.waiting.append(Fault(n, method, when, refusal))

    def next(self, method: str) -> Fault | None:
        fault = next((fault for fault in self.waiting if fault.concerns(method)), None)
        if fault:
            fault.left -= 1
        return fault


@dataclass(slots=True)
class Bucket:
    rate: float
    capacity: float
    tokens: float
    at: float

    def fill(self, now: float) -> float:
        """Seconds until the next message may go; 0 when it may go now."""
        self.tokens = min(self.capacity, self.tokens + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate


@dataclass(slots=True)
class Limits:
    per_chat: float | None = None
    burst: int = 3
    per_second: float | None = None
    buckets: dict[object, Bucket] = field(default_factory=dict)

    def check(self, chat_id: object, now: float) -> None:
        """A refused message costs nothing of the other limit."""
        kept = [self._bucket(chat_id, self.per_chat, self.burst, now), self._bucket("all", self.per_second, 1, now)]
        buckets = [bucket for bucket in kept if bucket]
        wait = max((bucket.fill(now) for bucket in buckets), default=0.0)
        if wait:
            raise flood(math.ceil(wait))
        for bucket in buckets:
            bucket.tokens -= 1

    def _bucket(self, key: object, rate: float | None, burst: int, now: float) -> Bucket | None:
        if rate is None:
            return None
        size = max(float(burst), rate)
        return self.buckets.setdefault(key, Bucket(rate, size, size, now))
