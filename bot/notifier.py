"""Claims notices from the API and puts them into the inbox of their chat, where they are answered like anything else.

A notice is acknowledged when it was said, not when it was claimed; one that comes again is recognised by its id.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, time, timedelta

import structlog

from api.schemas import NoticeOut
from bot.client import ApiClient, Refused, Unavailable
from bot.events import Noticed
from bot.store import Chat, Store
from bot.texts import SHANGHAI
from bot.turns import Turns

log = structlog.get_logger()
CLAIMS_AT_MOST = 50
WAITS = 20.0  # seconds a claim waits for something to be there
AWAKE_FOR = timedelta(minutes=60)  # who wrote within the hour is awake: quiet hours do not hold for them


class Notifier:
    def __init__(
        self,
        client: ApiClient,
        store: Store,
        turns: Turns,
        worker: str,
        quiet: tuple[time, time] | None,
        clock: Callable[[], datetime],
    ) -> None:
        self.client, self.store, self.turns, self.worker, self.quiet, self.clock = (
            client,
            store,
            turns,
            worker,
            quiet,
            clock,
        )
        self._anew = True  # until the API knows that what was claimed under this name before is in nobody's hands

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.once(WAITS)
            except (Unavailable, Refused) as error:
                log.warning("no_notices", reason=str(error))
                await asyncio.sleep(1)
            except Exception:
                log.exception("notifier_failed")
                await asyncio.sleep(1)

    async def once(self, wait: float = 0) -> int:
        """One claim; returns how many notices came."""
        channels = list(self.turns.channels)
        claimed = await self.client.claim(self.worker, channels, CLAIMS_AT_MOST, wait, anew=self._anew)
        self._anew = False
        for row in claimed:
            try:
                await self._take(NoticeOut.model_validate(row))
            except Exception:  # those behind it must not wait; this one comes again
                log.exception("notice_not_taken", notice_id=row["id"])
        return len(claimed)

    async def _take(self, notice: NoticeOut) -> None:
        chat = (notice.channel, notice.address)
        told = await self.store.told(notice.id)
        if told and told.done:
            await self.turns.acknowledge(notice.id, sent=not told.failed, failed=told.failed)
        elif told is None and (wait := await self._quiet_for(chat, urgent=notice.urgent)):
            await self.turns.acknowledge(notice.id, later=wait)
        else:
            event = Noticed(notice.id, notice.kind, notice.facts)
            await self.store.receive(f"notice:{notice.id}", chat, event, self.clock(), from_person=False)
            self.turns.wake(chat)

    async def _quiet_for(self, chat: Chat, *, urgent: bool) -> float:
        """Seconds until this chat may be disturbed; 0 now."""
        if urgent or not self.turns.channels[chat[0]].wakes_people:
            return 0
        left = quiet_left(self.clock(), self.quiet)
        heard = await self.store.heard_at(chat) if left else None
        return 0 if heard and self.clock() - heard < AWAKE_FOR else left


def quiet_left(now: datetime, quiet: tuple[time, time] | None) -> float:
    """Seconds of the quiet hours (district time, may span midnight) that are left at `now`; 0 outside them."""
    if quiet is None:
        return 0
    local = now.astimezone(SHANGHAI)
    begin, end = quiet
    moment = local.time()
    inside = begin <= moment < end if begin <= end else moment >= begin or moment < end
    if not inside:
        return 0
    ends = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return ((ends if ends > local else ends + timedelta(days=1)) - local).total_seconds()
