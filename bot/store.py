"""What the bot keeps: the inbox, one dialogue a chat, the commands still to carry out, the frames of the web chat.

What anybody said is enciphered. An update is in the inbox before its channel is told so. A turn is one transaction:
dialogue, commands and "handled".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    func,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from api.ciphered import Ciphered, CipheredJson
from api.db import Database, UtcDateTime
from api.keys import used_keys
from bot.events import Command, Event, Say
from bot.state import Dialogue

metadata = MetaData()
inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),  # of the channel's update: the same one twice is one row
    Column("channel", String(20), nullable=False),
    Column("chat", String(100), nullable=False),
    Column("event", Ciphered(), nullable=False),
    Column("from_person", Boolean, nullable=False),
    Column("handled", Boolean, nullable=False, default=False),
    Column("received_at", UtcDateTime, nullable=False),
    Index("ix_inbox_next", "handled", "channel", "chat", "id"),
)
chats = Table(
    "chat",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("chat", String(100), primary_key=True),
    Column("dialogue", Ciphered(), nullable=False),
    Column("heard_at", UtcDateTime),
)
commands = Table(
    "command",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("chat", String(100), nullable=False),
    Column("lane", String(10), nullable=False),  # say | act: each lane of a chat goes in order
    Column("command", Ciphered(), nullable=False),
    Column("notice_id", Integer, nullable=False, default=0),
    Column("done", Boolean, nullable=False, default=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", UtcDateTime, nullable=False),
    Column("failed", String(100), nullable=False, default=""),  # why it could never arrive
    Index("ix_command_next", "done", "channel", "chat", "id"),
    Index("ix_command_notice", "notice_id"),
)
frames = Table(
    "frame",
    metadata,
    Column("chat", String(100), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("command_id", Integer, nullable=False, unique=True),
    Column("frame", CipheredJson, nullable=False),
    Column("seen", Boolean, nullable=False, default=False),
)
used_keys(metadata)

Lane = Literal["say", "act"]
Chat = tuple[str, str]  # (channel, chat)
A = TypeVar("A")
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
DIALOGUE = TypeAdapter(Dialogue)


@dataclass(frozen=True, slots=True)
class Received:
    id: int
    chat: Chat
    event: Event


@dataclass(frozen=True, slots=True)
class Waiting:
    """A command to carry out, leased to whoever holds this value."""

    id: int
    chat: Chat
    command: Command
    attempts: int


@dataclass(frozen=True, slots=True)
class Told:
    done: bool
    failed: str = ""


def of_chat(table: Table, chat: Chat) -> Any:
    return and_(table.c.channel == chat[0], table.c.chat == chat[1])


class Store:
    def __init__(self, db: Database) -> None:
        self.db = db

    def _insert(self, table: Table) -> Any:
        return (sqlite.insert if self.db.is_sqlite else postgresql.insert)(table)

    async def receive(self, key: str, chat: Chat, event: Event, now: datetime, *, from_person: bool = True) -> bool:
        """Keeps an update; False when it was kept before. Returning means that it is on disk."""
        async with self.db.writer() as db:
            return await self._receive(db, key, chat, event, now, from_person)

    async def _receive(
        self, db: AsyncConnection, key: str, chat: Chat, event: Event, now: datetime, from_person: bool
    ) -> bool:
        row: dict[str, Any] = {
            "key": key,
            "channel": chat[0],
            "chat": chat[1],
            "event": EVENT.dump_json(event).decode(),
        }
        row |= {"from_person": from_person, "handled": False, "received_at": now}
        added = await db.execute(self._insert(inbox).values(row).on_conflict_do_nothing())
        return bool(added.rowcount)

    async def oldest(self, chat: Chat) -> Received | None:
        async with self.db.reader() as db:
            return await self._oldest(db, chat)

    async def _oldest(self, db: AsyncConnection, chat: Chat) -> Received | None:
        query = select(inbox.c.id, inbox.c.event).where(~inbox.c.handled, of_chat(inbox, chat)).order_by(inbox.c.id)
        row = (await db.execute(query.limit(1))).first()
        return Received(row.id, chat, EVENT.validate_json(row.event)) if row else None

    async def turn(self, received: Received, understood: Event, respond: Any, now: datetime) -> list[Command]:
        """One turn in one transaction. Empty when another process took this update in the meantime."""
        async with self.db.writer() as db:
            dialogue = await self._locked(db, received.chat, now)
            first = await self._oldest(db, received.chat)
            if first is None or first.id != received.id:
                return []
            dialogue, answers = respond(dialogue, understood)
            await db.execute(
                chats.update()
                .where(of_chat(chats, received.chat))
                .values(dialogue=DIALOGUE.dump_json(dialogue).decode())
            )
            await db.execute(inbox.update().where(inbox.c.id == received.id).values(handled=True, event="{}"))
            for command in answers:
                await db.execute(commands.insert().values(_row(received.chat, command, now)))
            return list(answers)

    async def _locked(self, db: AsyncConnection, chat: Chat, now: datetime) -> Dialogue:
        fresh = {
            "channel": chat[0],
            "chat": chat[1],
            "dialogue": DIALOGUE.dump_json(Dialogue()).decode(),
            "heard_at": now,
        }
        await db.execute(self._insert(chats).values(fresh).on_conflict_do_nothing())
        query = select(chats.c.dialogue).where(of_chat(chats, chat)).with_for_update()
        return DIALOGUE.validate_json((await db.execute(query)).scalar_one())

    async def next_command(self, chat: Chat, lane: Lane, now: datetime, lease: timedelta) -> Waiting | None:
        """The first command of the lane, leased, if it is due; those behind it wait for it."""
        undone = and_(~commands.c.done, of_chat(commands, chat), commands.c.lane == lane)
        first = select(func.min(commands.c.id)).where(undone).scalar_subquery()
        query = select(commands).where(commands.c.id == first, ~commands.c.done, commands.c.next_at <= now)
        async with self.db.reader() as db:
            if (await db.execute(query)).first() is None:
                return None
        async with self.db.writer() as db:
            row = (await db.execute(query.with_for_update(skip_locked=True))).first()
            if row is None:
                return None
            leased = {"next_at": now + lease, "attempts": row.attempts + 1}
            await db.execute(commands.update().where(commands.c.id == row.id).values(leased))
            return Waiting(row.id, chat, COMMAND.validate_json(row.command), row.attempts)

    async def done(self, waiting: Waiting, now: datetime, outcome: Event | None = None, failed: str = "") -> None:
        """Marks the command; what came of it enters the inbox in the same transaction."""
        marks = {"done": True, "command": "{}", "failed": failed}
        async with self.db.writer() as db:
            await db.execute(commands.update().where(commands.c.id == waiting.id).values(marks))
            if outcome is not None:
                await self._receive(db, f"outcome:{waiting.id}", waiting.chat, outcome, now, False)

    async def later(self, waiting: Waiting, at: datetime, now: datetime, tell: Event | None = None) -> None:
        async with self.db.writer() as db:
            await db.execute(commands.update().where(commands.c.id == waiting.id).values(next_at=at))
            if tell is not None:
                await self._receive(db, f"delayed:{waiting.id}", waiting.chat, tell, now, False)

    async def take_over(self, now: datetime) -> None:
        """At the start of the only process of an SQLite file: who held a lease is dead, nobody waits for its end."""
        if self.db.is_sqlite:
            async with self.db.writer() as db:
                due = commands.update().where(~commands.c.done, commands.c.next_at > now)
                await db.execute(due.values(next_at=now))

    async def unfinished(self, now: datetime) -> list[Chat]:
        """Chats with an update to answer or a command that is due."""
        answer = select(inbox.c.channel, inbox.c.chat).where(~inbox.c.handled)
        carry = select(commands.c.channel, commands.c.chat).where(~commands.c.done, commands.c.next_at <= now)
        async with self.db.reader() as db:
            rows = (await db.execute(answer.union(carry))).all()
        return [(row.channel, row.chat) for row in rows]

    async def told(self, notice_id: int) -> Told | None:
        """What became of this notice; None: it never came in."""
        query = select(commands.c.done, commands.c.failed).where(commands.c.notice_id == notice_id)
        known = select(inbox.c.id).where(inbox.c.key == f"notice:{notice_id}")
        async with self.db.reader() as db:
            row = (await db.execute(query)).first()
            if row is None:
                return Told(done=False) if (await db.execute(known)).first() else None
            return Told(row.done, row.failed)

    async def heard_at(self, chat: Chat, before: int | None = None) -> datetime | None:
        """When the person last wrote; with `before`, the id of an update: last before that one."""
        query = select(func.max(inbox.c.received_at)).where(of_chat(inbox, chat), inbox.c.from_person)
        if before is not None:
            query = query.where(inbox.c.id < before)
        async with self.db.reader() as db:
            heard_at: datetime | None = (await db.execute(query)).scalar_one_or_none()
            return heard_at

    async def add_frame(self, chat: str, command_id: int, frame: dict[str, Any]) -> None:
        """The web chat's outbox. The same command twice is one frame."""
        async with self.db.writer() as db:
            last = (await db.execute(select(func.max(frames.c.n)).where(frames.c.chat == chat))).scalar() or 0
            row = {"chat": chat, "n": last + 1, "command_id": command_id, "frame": frame, "seen": False}
            await db.execute(self._insert(frames).values(row).on_conflict_do_nothing(index_elements=["command_id"]))

    async def unseen(self, chat: str) -> list[dict[str, Any]]:
        return await self._frames(chat, ~frames.c.seen)

    async def frames_after(self, chat: str, n: int) -> list[dict[str, Any]]:
        """Seen or not: another tab of the same session may have been quicker."""
        return await self._frames(chat, frames.c.n > n)

    async def last_frame(self, chat: str) -> int:
        async with self.db.reader() as db:
            return (await db.execute(select(func.max(frames.c.n)).where(frames.c.chat == chat))).scalar() or 0

    async def _frames(self, chat: str, wanted: ColumnElement[bool]) -> list[dict[str, Any]]:
        query = select(frames.c.n, frames.c.frame).where(frames.c.chat == chat, wanted).order_by(frames.c.n)
        async with self.db.reader() as db:
            return [row.frame | {"n": row.n} for row in (await db.execute(query)).all()]

    async def seen(self, chat: str, n: int) -> None:
        async with self.db.writer() as db:
            mark = frames.update().where(frames.c.chat == chat, frames.c.n <= n, ~frames.c.seen)
            await db.execute(mark.values(seen=true()))


def _row(chat: Chat, command: Command, now: datetime) -> dict[str, Any]:
    said = isinstance(command, Say)
    return {
        "channel": chat[0],
        "chat": chat[1],
        "lane": "say" if said else "act",
        "command": COMMAND.dump_json(command).decode(),
        "notice_id": command.notice_id if isinstance(command, Say) else 0,
        "done": False,
        "attempts": 0,
        "next_at": now,
    }
