"""One call of the Bot API, from the parameters to the answer: faults, limits, the method, the journal."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .faults import Faults, Limits
from .params import Params
from .polling import WEBHOOK_SET, Polling
from .refusals import Refused
from .settings_methods import METHODS
from .shapes import Json
from .state import State

NAMES = {name.lower(): name for name in (*METHODS, "getUpdates")}
LIMITED = {
    "sendMessage", "sendPhoto", "sendLocation", "editMessageText", "editMessageCaption", "editMessageReplyMarkup",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """`status` 0: the connection was cut; `answer` is then what the bot did not get to know."""

    method: str
    params: Json
    at: float
    status: int
    answer: Json


class Gateway:
    def __init__(self, state: State, polling: Polling, limits: Limits, clock: Callable[[], float]) -> None:
        self.journal: list[Call] = []
        self.faults = Faults()
        self.limits = limits
        self._state = state
        self._polling = polling
        self._clock = clock

    async def call(self, method: str, params: Params) -> Call:
        name, at = NAMES.get(method.lower(), method), self._clock()
        try:
            status, answer = await self._answer(name, params)
        except asyncio.CancelledError:
            self.journal.append(Call(name, params.shown(), at, 0, {}))
            raise
        self.journal.append(Call(name, params.shown(), at, status, answer))
        return self.journal[-1]

    async def _answer(self, name: str, params: Params) -> tuple[int, Json]:
        fault = self.faults.next(name)
        done: Json = {}
        if fault is None or fault.when == "after":
            status, done = await self._carry_out(name, params)
        if fault is None:
            return status, done
        return (fault.refusal.status, fault.refusal.answer()) if fault.refusal else (0, done)

    async def _carry_out(self, name: str, params: Params) -> tuple[int, Json]:
        try:
            return 200, {"ok": True, "result": await self._result(name, params)}
        except Refused as refusal:
            return refusal.status, refusal.answer()

    async def _result(self, name: str, params: Params) -> Any:
        if name == "getUpdates":
            return await self._polling.updates(params)
        if name not in METHODS:
            raise Refused(404, "method not found")
        if name in LIMITED:
            self.limits.check(params.values.get("chat_id"), self._clock())
        result = METHODS[name](self._state, params, int(self._clock()))
        if name == "setWebhook" and self._state.webhook.url:
            self._polling.end(Refused(409, WEBHOOK_SET))
        return result
