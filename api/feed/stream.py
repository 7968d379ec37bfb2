"""One listener's stream: what it missed since its place, then what comes, as chunks of server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from random import randrange

from api.db import Database
from api.feed import rows, telling
from api.feed.hub import Hub, Listener
from api.feed.place import Place

COME_BACK = (1000, 3000)  # milliseconds; not all at once after a restart


async def stream(hub: Hub, db: Database, listener: Listener, since: Place | None, wait: float) -> AsyncIterator[bytes]:
    """For `wait` seconds at the most; who wants more comes back with its place, and is known anew."""
    ends, upto = asyncio.get_running_loop().time() + wait, listener.place
    yield f"retry: {randrange(*COME_BACK)}\n\n".encode()
    async for chunk in _missed(db, listener, since, upto):
        yield chunk
    yield telling.standing(upto)
    while (left := ends - asyncio.get_running_loop().time()) > 0:
        try:
            batch = await asyncio.wait_for(listener.waiting.get(), left)
        except TimeoutError:
            return
        if batch is None:
            return
        if batch.events:
            yield batch.events
        listener.place = batch.place


async def _missed(db: Database, listener: Listener, since: Place | None, upto: Place) -> AsyncIterator[bytes]:
    if since is None:
        return
    async with db.reading() as session:
        if not await rows.reaches_back(session, since):
            yield telling.event("reset", upto, {})
            return
    while since < upto:
        async with db.reading() as session:
            changes = await rows.after(session, since, upto)
        if events := telling.as_events(listener.audience, changes):
            yield events
        since = changes[-1].place if len(changes) == rows.A_READ else upto
