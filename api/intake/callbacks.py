"""Progress carried to the sources: claimed under a lease, posted, settled by the answer. One loop a source, so that one
that is slow or down holds up no other; any number of processes may run them."""

import asyncio
import contextlib
import json
import os
import random
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
import structlog

from api.db import Database
from api.intake import outbox
from api.intake.signing import sign
from api.intake.verdicts import verdict
from api.models import Notice
from api.office import Clock
from api.settings import Settings

AT_ONCE = 8  # callbacks of one source under way in one process
ANSWERS_WITHIN = 10.0  # seconds for all of a callback, however slowly the answer drips
LEASE = timedelta(seconds=3 * ANSWERS_WITHIN)
LOOKS_EVERY = 1.0
ENDS_WITHIN = 3.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Receiver:
    source: str
    url: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Carrier:
    """One process's hands."""

    db: Database
    clock: Clock
    http: httpx.AsyncClient
    chance: Callable[[], float] = random.random
    worker: str = ""
    answers_within: float = ANSWERS_WITHIN

    async def once(self, receiver: Receiver) -> int:
        """Carries what is due now, up to AT_ONCE; answers how many were tried."""
        now = self.clock()
        async with self.db.reading() as session:
            if not await outbox.waiting(session, receiver.source, now):
                return 0
        async with self.db.writing() as session:
            claimed = await outbox.claim(session, self.worker, receiver.source, AT_ONCE, now, LEASE)
        await asyncio.gather(*(self._carry(receiver, notice) for notice in claimed))
        return len(claimed)

    async def _carry(self, receiver: Receiver, notice: Notice) -> None:
        answer, asked = await self._post(receiver, notice)
        now = self.clock()
        age = now - notice.created_at
        meant = verdict(answer, attempts=notice.attempts, age=age, chance=self.chance(), asked=asked)
        async with self.db.writing() as session:
            await outbox.settle(session, notice, meant, now)
        if meant.failed:
            log.warning("callback_failed", source=receiver.source, notice=notice.id, reason=meant.failed)

    async def _post(self, receiver: Receiver, notice: Notice) -> tuple[int | str, str]:
        """(status, or the type of what went wrong; Retry-After). The answer's body is not read."""
        body = json.dumps(notice.facts, ensure_ascii=False).encode()
        timestamp = str(int(self.clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "X-Timestamp": timestamp,
            "X-Signature": sign(receiver.secret, timestamp, body),
            "Idempotency-Key": f"notice-{notice.id}",
        }
        try:
            async with asyncio.timeout(self.answers_within):
                async with self.http.stream("POST", receiver.url, content=body, headers=headers) as answer:
                    return answer.status_code, answer.headers.get("retry-after", "")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
            return type(error).__name__, ""


def receivers_of(settings: Settings) -> list[Receiver]:
    return [
        Receiver(source, url, settings.callback_secret(source)) for source, url in settings.intake_callbacks.items()
    ]


@asynccontextmanager
async def carrying(db: Database, settings: Settings, clock: Clock) -> AsyncIterator[None]:
    """While the block runs. What is under way at its end has a moment; else its lease ends, and it comes again."""
    stopping, receivers = asyncio.Event(), receivers_of(settings)
    if not receivers:
        yield
        return
    worker = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    async with httpx.AsyncClient(follow_redirects=False, timeout=ANSWERS_WITHIN) as http:
        carrier = Carrier(db, clock, http, worker=worker)
        loops = [asyncio.create_task(_keep_carrying(carrier, receiver, stopping)) for receiver in receivers]
        try:
            yield
        finally:
            stopping.set()
            await _ended(loops)


async def _ended(loops: list[asyncio.Task[None]]) -> None:
    if loops:
        _, late = await asyncio.wait(loops, timeout=ENDS_WITHIN)
        for loop in late:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)


async def _keep_carrying(carrier: Carrier, receiver: Receiver, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        tried = 0
        try:
            tried = await carrier.once(receiver)
        except Exception:  # e.g. the database is away for a moment
            log.exception("callbacks_stumbled", source=receiver.source)
        if not tried:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), LOOKS_EVERY)
