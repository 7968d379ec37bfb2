"""Delivery to the webhook: in order within a chat, side by side across chats, again until it is taken."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx

from .shapes import Json
from .signals import Signal
from .state import State, Webhook
from .updates import origin

HEADER = "X-Telegram-Bot-Api-Secret-Token"
SLOWEST = 2.0
Call = Callable[[str, Json], Awaitable[None]]


class Courier:
    """`answered` takes a method call that the bot put into its answer; `retry_within` is the first delay in seconds."""

    def __init__(
        self, state: State, changed: Signal, now: Callable[[], int], answered: Call, retry_within: float
    ) -> None:
        self._state = state
        self._changed = changed
        self._now = now
        self._answered = answered
        self._retry_within = retry_within
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._hook: Webhook | None = None
        self._client: httpx.AsyncClient | None = None

    def push(self) -> None:
        if self._state.webhook is not self._hook:
            self._cancel()
            self._hook = self._state.webhook
        if not self._hook.url:
            return
        for update in self._state.updates.due():
            chat = origin(update)
            if chat not in self._under_way and len(self._under_way) < self._hook.max_connections:
                self._under_way[chat] = asyncio.create_task(self._deliver(update, chat, self._hook))

    async def close(self) -> None:
        self._cancel()
        self._hook = None
        if self._client:
            await self._client.aclose()
            self._client = None

    def _cancel(self) -> None:
        for task in self._under_way.values():
            task.cancel()
        self._under_way = {}

    async def _deliver(self, update: Json, chat: str, hook: Webhook) -> None:
        delay = self._retry_within
        while not await self._taken(update, hook):
            await asyncio.sleep(delay)
            delay = min(delay * 2, SLOWEST)
        self._state.updates.done(update)
        del self._under_way[chat]
        self._changed.send()
        self.push()

    async def _taken(self, update: Json, hook: Webhook) -> bool:
        self._client = self._client or httpx.AsyncClient(timeout=60, trust_env=False, verify=False)
        headers = {HEADER: hook.secret} if hook.secret else {}
        try:
            response = await self._client.post(hook.url, json=update, headers=headers)
        except httpx.HTTPError as error:
            return self._failed(hook, str(error) or type(error).__name__)
        if not response.is_success:
            reason = f"{response.status_code} {response.reason_phrase}"
            return self._failed(hook, f"Wrong response from the webhook: {reason}")
        await self._carry_out(response)
        return True

    def _failed(self, hook: Webhook, reason: str) -> bool:
        hook.last_error_at, hook.last_error = self._now(), reason
        return False

    async def _carry_out(self, response: httpx.Response) -> None:
        if not response.headers.get("content-type", "").startswith("application/json"):
            return
        body = response.json()
        if isinstance(body, dict) and "method" in body:
            await self._answered(str(body.pop("method")), body)
