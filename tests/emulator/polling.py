"""getUpdates: long polling, one at a time."""

import asyncio

from .params import Params
from .refusals import Refused
from .settings_methods import allow
from .shapes import Json
from .signals import Signal
from .state import State

OTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "terminated by setWebhook request"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
LONGEST = 50


class Polling:
    def __init__(self, state: State, changed: Signal) -> None:
        self._state = state
        self._changed = changed
        self._ended: asyncio.Future[None] | None = None

    async def updates(self, params: Params) -> list[Json]:
        if self._state.webhook.url:
            raise Refused(409, WEBHOOK_ACTIVE)
        self.end(Refused(409, OTHER))
        allow(self._state, params)
        self._state.updates.confirm(params.integer("offset"))
        self._changed.send()
        ended = self._ended = asyncio.get_running_loop().create_future()
        try:
            return await self._wait(ended, params)
        finally:
            if self._ended is ended:
                self._ended = None

    def end(self, reason: Refused) -> None:
        if self._ended and not self._ended.done():
            self._ended.set_exception(reason)

    async def _wait(self, ended: asyncio.Future[None], params: Params) -> list[Json]:
        loop = asyncio.get_running_loop()
        limit = min(params.integer("limit", 100) or 100, 100)
        until = loop.time() + min(params.integer("timeout"), LONGEST)
        while not (batch := self._state.updates.take(limit)) and loop.time() < until:
            change = asyncio.ensure_future(self._changed.wait())
            await asyncio.wait({ended, change}, timeout=until - loop.time(), return_when=asyncio.FIRST_COMPLETED)
            change.cancel()
            if ended.done():
                ended.result()
        return batch
