"""What clerks corrected in triage, as lessons for `python -m nlp train --corrections`: the resident's words, masked,
and what a clerk made of them. Never a legal matter, and nothing of who it was."""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.lifecycle import Action, Lane, Role
from api.models import Event, Ticket
from nlp.catalogue import Kind
from nlp.text import masked

PAGE = 200  # tickets read at once
TRIAGED = (
    col(Event.ticket_id) == col(Ticket.id),
    col(Event.action).in_((Action.CORRECT, Action.FILE)),
    col(Event.role) != Role.SYSTEM,
)
OURS = (col(Ticket.lane) == Lane.PUBLIC, select(Event.id).where(*TRIAGED).exists())


@dataclass(frozen=True, slots=True)
class Correction:
    text: str
    label: str
    place: str  # "" unless a clerk named it in the resident's own words
    event: int  # the key of the last change: of two corrections of one text the later counts

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()

    def as_line(self) -> str:
        told = {"text": self.text, "label": self.label} | ({"place": self.place} if self.place else {})
        return json.dumps(told, ensure_ascii=False) + "\n"


async def export(
    session: AsyncSession, file: Path, labels: Collection[str], read: Callable[[int], None], at_once: int = PAGE
) -> int:
    """Writes JSONL, the oldest report first and each text once, and answers how many lines. `labels` are those of the
    catalogue; `read` is told, twice, of as many tickets as `count` says. Raises OSError."""
    last: dict[bytes, int] = {}
    async for one in _corrections(session, labels, read, at_once):
        last[one.digest] = max(one.event, last.get(one.digest, 0))
    with _new(file) as stream:
        async for one in _corrections(session, labels, read, at_once):
            if last.get(one.digest) == one.event:
                stream.write(one.as_line())
    return len(last)


async def count(session: AsyncSession) -> int:
    """Tickets that triage had in hand."""
    return (await session.exec(select(func.count()).select_from(Ticket).where(*OURS))).one()


async def _corrections(
    session: AsyncSession, labels: Collection[str], read: Callable[[int], None], at_once: int
) -> AsyncIterator[Correction]:
    async for page in _pages(session, at_once):
        query = select(Event).where(col(Event.ticket_id).in_([ticket.id for ticket in page])).order_by(col(Event.id))
        events = defaultdict(list)
        for event in await session.exec(query):
            events[event.ticket_id].append(event)
        for ticket in page:
            found = correction_of(ticket, events[ticket.id])
            if found and found.label in labels:
                yield found
        read(len(page))


async def _pages(session: AsyncSession, at_once: int) -> AsyncIterator[list[Ticket]]:
    last = 0
    while True:
        query = select(Ticket).where(col(Ticket.id) > last, *OURS).order_by(col(Ticket.id)).limit(at_once)
        page = list((await session.exec(query)).all())
        if not page:
            return
        yield page
        last = page[-1].id


def correction_of(ticket: Ticket, events: Iterable[Event]) -> Correction | None:
    """None where triage left all as it was, or where it concerns nobody else. `events` are the ticket's, in order."""
    changes = [event for event in events if {"label", "place"} & event.facts.keys()]
    labels = [label for event in changes for label in event.facts.get("label", ())]
    places = [place for event in changes for place in event.facts.get("place", ())]
    relabelled, moved = [*labels, ticket.label][0] != ticket.label, [*places, ticket.place][0] != ticket.place
    legal = ticket.lane is Lane.LEGAL or any(label.startswith(f"{Kind.LEGAL}:") for label in [*labels, ticket.label])
    if legal or not (relabelled or moved) or not ticket.text.strip():
        return None
    text = masked(ticket.text)
    return Correction(text, ticket.label, ticket.place if moved and ticket.place in text else "", changes[-1].id)


@contextmanager
def _new(file: Path) -> Iterator[IO[str]]:
    """There whole or not at all, for its owner only. Raises FileExistsError."""
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as stream:
            yield stream
        os.link(part, file)
    finally:
        part.unlink(missing_ok=True)
