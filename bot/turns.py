"""One turn: the chat's oldest update is understood and answered, saved in one transaction, then carried out.

A chat has two lanes that never wait for each other: `say` (answering, and messages to the person, in order) and `act`
(what is asked of the API, in order). So a slow API cannot hold back the emergency numbers.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from api.schemas import MOST_SAID
from bot import duty_outcomes, outcomes
from bot.case_events import Topics
from bot.channels.port import Channel, Gone, Sent, TryLater
from bot.client import ApiClient, Member, Refused, Resident, Unavailable
from bot.dialogue import respond
from bot.duty_events import DutyCommand, FetchPictures, ListDuty, ShowDuty
from bot.events import Delayed, Event, Heard, ListMine, Said, Say, Show
from bot.hearing import Hearing
from bot.store import Chat, Lane, Received, Store, Waiting
from nlp.shadow import Beside
from nlp.understand import Understander

log = structlog.get_logger()
LOOKS = ListMine | Show | Topics | ListDuty | ShowDuty | FetchPictures  # nothing is asked to be done
LEASE = timedelta(seconds=30)
LONGEST_WAIT = 30.0  # seconds between two tries
SCANS_EVERY = 0.5  # for what a restart or another process left, and for tries that have come due
A_WHILE = timedelta(hours=1)  # of silence, after which words about a danger tell of another danger
GRACE = 3.0  # seconds for what is under way when the process is asked to stop


class Turns:
    def __init__(
        self,
        store: Store,
        hearing: Hearing,
        client: ApiClient,
        channels: dict[str, Channel],
        clock: Callable[[], datetime],
    ) -> None:
        self.store, self.client, self.channels, self.clock = store, client, channels, clock
        self.hearing = hearing
        self._tasks: dict[tuple[Chat, Lane], asyncio.Task[None]] = {}
        self._again: set[tuple[Chat, Lane]] = set()
        self._closing = False

    def take(self, nlp: Understander, beside: Beside) -> None:
        """Understands by another model from the next message on."""
        self.hearing = Hearing(nlp, beside)

    def wake(self, chat: Chat) -> None:
        """Something came in for this chat."""
        for lane in ("say", "act"):
            self._start((chat, lane))

    def _start(self, work: tuple[Chat, Lane]) -> None:
        if work in self._tasks:
            self._again.add(work)
        if work in self._tasks or self._closing:
            return
        task = asyncio.create_task(self._run(*work))
        self._tasks[work] = task
        task.add_done_callback(lambda _: self._ended(work))

    def _ended(self, work: tuple[Chat, Lane]) -> None:
        del self._tasks[work]
        if work in self._again and not self._closing:
            self._again.discard(work)
            self._start(work)

    async def run(self) -> None:
        """Until cancelled: looks after what nobody woke."""
        while True:
            try:
                for chat in await self.store.unfinished(self.clock()):
                    if chat[0] in self.channels:
                        self.wake(chat)
            except Exception:
                log.exception("scan_failed")
            await asyncio.sleep(SCANS_EVERY)

    async def rest(self) -> None:
        """Until every chat that was woken has been dealt with."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Ends what is under way; a command cut short stays in the store and is carried out after the next start."""
        self._closing = True
        if tasks := list(self._tasks.values()):
            _, late = await asyncio.wait(tasks, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, chat: Chat, lane: Lane) -> None:
        try:
            if lane == "say":
                while not self._closing and (await self._answer(chat) or await self._carry_out(chat, lane)):
                    pass
            else:
                while not self._closing and await self._carry_out(chat, lane):
                    pass
        except Exception:
            log.exception("turn_failed", channel=chat[0])
            await asyncio.sleep(SCANS_EVERY)

    async def _answer(self, chat: Chat) -> bool:
        received = await self.store.oldest(chat)
        if received is None:
            return False
        understood = await self._understood(received)
        answers = await self.store.turn(received, understood, respond, self.clock())
        if any(not isinstance(command, Say) for command in answers):
            self._start((chat, "act"))
        return True

    async def _understood(self, received: Received) -> Event:
        """Words that break the understanding are answered as not understood: the chat must go on."""
        said = received.event
        if not isinstance(said, Said):
            return said
        heard_at = await self.store.heard_at(received.chat, before=received.id)
        said = replace(said, anew=heard_at is None or self.clock() - heard_at > A_WHILE)
        try:
            return await self.hearing.hear(said)
        except Exception:
            log.exception("not_understood", channel=received.chat[0])
            return replace(said, heard=Heard())

    async def _carry_out(self, chat: Chat, lane: Lane) -> bool:
        waiting = await self.store.next_command(chat, lane, self.clock(), LEASE)
        if waiting is None:
            return False
        if isinstance(waiting.command, Say):
            return await self._say(waiting, waiting.command)
        return await self._ask(waiting)

    async def _say(self, waiting: Waiting, say: Say) -> bool:
        channel, chat = waiting.chat
        match await self.channels[channel].say(chat, say, waiting.id):
            case TryLater(seconds=seconds):
                await self._later(waiting, seconds)
                return False
            case Sent():
                await self.store.done(waiting, self.clock())
                await self.acknowledge(say.notice_id, sent=True, said=say.text[:MOST_SAID])
            case Gone(why=why):
                await self.store.done(waiting, self.clock(), failed=why)
                await self.acknowledge(say.notice_id, failed=why)
        return True

    async def acknowledge(self, notice_id: int, **answer: object) -> None:
        """What the API does not hear now it will ask about again: the notice comes back and is found to be done."""
        if notice_id:
            with contextlib.suppress(Unavailable, Refused):
                await self.client.acknowledge(notice_id, **answer)

    async def _ask(self, waiting: Waiting) -> bool:
        try:
            outcome = await self._outcome(waiting)
        except Unavailable:
            await self._later(waiting, min(2.0**waiting.attempts * 0.5, LONGEST_WAIT))
            return False
        await self.store.done(waiting, self.clock(), outcome)
        self._start((waiting.chat, "say"))
        return True

    async def _outcome(self, waiting: Waiting) -> Event | None:
        """The one person of a chat may speak as a resident and as a member of staff: the command says as whom."""
        command, chat = waiting.command, waiting.chat
        channel = self.channels[chat[0]]
        if isinstance(command, DutyCommand):
            return await duty_outcomes.ask(self.client, Member(*chat), command, channel, self.clock())
        return await outcomes.ask(self.client, Resident(*chat), command, channel.photo)

    async def _later(self, waiting: Waiting, seconds: float) -> None:
        now = self.clock()
        told = waiting.attempts > 0 and not isinstance(waiting.command, Say)  # one failed try is not worth a word
        what = "asked" if isinstance(waiting.command, LOOKS) else "told"
        await self.store.later(waiting, now + timedelta(seconds=seconds), now, Delayed(what) if told else None)
        if told:
            self._start((waiting.chat, "say"))
