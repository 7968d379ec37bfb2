"""One reader of the feed in a process, for all who listen there; what they share is written down once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from api import credentials
from api.actors import Actor
from api.db import Database
from api.feed import present, rows, telling
from api.feed.place import BEGINNING, Place
from api.feed.present import Presents
from api.feed.sight import audience
from api.office import Clock

log = structlog.get_logger()
EVERY = 0.25  # seconds between two looks at the database
LOOKERS_READ = 1.0  # and between two looks at who looks at what
LOOKED_AT = 2.0  # and between two looks at who may still listen
MOST_WAITING = 400  # batches that one who reads slowly may leave lying; then they are sent away, and resume


@dataclass(frozen=True, slots=True)
class Batch:
    """`place` is reached once `events` are sent."""

    place: Place
    events: bytes


@dataclass(eq=False, slots=True)
class Listener:
    """None in `waiting` ends the stream."""

    actor: Actor
    credential: str  # digest of the token or cookie
    place: Place
    audience: Actor
    fresh: bool = True  # was not told yet who looks at what
    waiting: asyncio.Queue[Batch | None] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def give(self, batch: Batch) -> None:
        if not self.waiting.full():
            self.waiting.put_nowait(batch)
            return
        self.end()

    def end(self) -> None:
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


class Hub:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self.listeners: set[Listener] = set()
        self._somebody, self._turn = asyncio.Event(), asyncio.Lock()
        self._place = BEGINNING
        self._presents: Presents = {}
        self.reads = 0  # of the database, ever

    @asynccontextmanager
    async def listening(self, actor: Actor, credential: str) -> AsyncIterator[Listener]:
        """From `Listener.place` on, everything comes to its queue."""
        async with self._turn:
            if not self.listeners:
                async with self._db.reading() as session:
                    self._place = await rows.newest(session)
            listener = Listener(actor, credential, self._place, audience(actor))
            self.listeners.add(listener)
        self._somebody.set()
        try:
            yield listener
        finally:
            self.listeners.discard(listener)
            if not self.listeners:
                self._somebody.clear()

    async def run(self) -> None:
        time = asyncio.get_running_loop().time
        seldom = ((LOOKERS_READ, self.tell_lookers), (LOOKED_AT, self.send_away))
        done = dict.fromkeys((once for _, once in seldom), time())
        while True:
            await self._somebody.wait()
            try:
                await self.tell()
                for every, once in seldom:
                    if time() - done[once] > every:
                        done[once] = time()
                        await once()
            except Exception:  # a database that is away: everything is told once it is back
                log.exception("feed_failed")
            await asyncio.sleep(EVERY)

    async def tell(self) -> None:
        """What is new, to everybody who may know of it."""
        async with self._turn:
            async with self._db.reading() as session:
                changes = await rows.after(session, self._place)
            self.reads += 1
            if not changes:
                return
            self._place = changes[-1].place
            batches: dict[Actor, Batch] = {}
            for one in self.listeners:
                if one.audience not in batches:
                    batches[one.audience] = Batch(self._place, telling.as_events(one.audience, changes))
                one.give(batches[one.audience])

    async def tell_lookers(self) -> None:
        """Who came to a ticket or left it, to everybody who may know of the ticket; all of it to who has just come."""
        async with self._turn:
            async with self._db.reading() as session:
                now = await present.read(session, self._clock())
            changed, whole = present.changed(self._presents, now), list(now.values())
            self._presents = now
            told: dict[tuple[Actor, bool], Batch] = {}
            for one in self.listeners:
                key = one.audience, one.fresh
                if key not in told:
                    told[key] = Batch(self._place, present.as_events(one.audience, whole if one.fresh else changed))
                if told[key].events:
                    one.give(told[key])
                one.fresh = False

    async def send_away(self) -> None:
        """Whoever is known by what was revoked or has run out, or is somebody else by now."""
        listeners = list(self.listeners)
        async with self._db.reading() as session:
            known = await credentials.standing(session, {one.credential for one in listeners}, self._clock())
        for listener in listeners:
            if known.get(listener.credential) != (listener.actor.role, listener.actor.scope):
                listener.end()

    def close(self) -> None:
        for listener in self.listeners:
            listener.end()
