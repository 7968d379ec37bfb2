"""What was said in a chat is kept for a time: then dialogues of who fell silent, and frames that were seen, go."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import and_, delete, exists, func, select

from api.db import Database
from bot.store import chats, commands, frames, inbox

log = structlog.get_logger()
EVERY = 3600.0  # seconds


async def forget(db: Database, before: datetime) -> int:
    """How many frames and dialogues. The newest frame of a chat stays: the next is counted from it."""
    later = frames.alias()
    newer = exists().where(later.c.chat == frames.c.chat, later.c.n > frames.c.n)
    told = select(commands.c.id).where(commands.c.done, commands.c.next_at < before)
    old_frames = delete(frames).where(frames.c.seen, newer, frames.c.command_id.in_(told))
    its = and_(inbox.c.channel == chats.c.channel, inbox.c.chat == chats.c.chat)
    heard = select(func.max(inbox.c.received_at)).where(its).scalar_subquery()
    waits = exists().where(its, ~inbox.c.handled)
    does = exists().where(commands.c.channel == chats.c.channel, commands.c.chat == chats.c.chat, ~commands.c.done)
    silent = delete(chats).where(heard < before, ~waits, ~does)
    async with db.writer() as connection:
        return sum([(await connection.execute(one)).rowcount for one in (old_frames, silent)])


async def run(db: Database, kept: timedelta, clock: Callable[[], datetime]) -> None:
    """Until cancelled."""
    while True:
        try:
            if gone := await forget(db, clock() - kept):
                log.info("forgot", rows=gone)
        except Exception:
            log.exception("forgetting_failed")
        await asyncio.sleep(EVERY)
