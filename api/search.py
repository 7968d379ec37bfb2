"""Words in tickets, found in a million of them: an index of pairs of letters, so any two neighbours are a word.

SQLite: an FTS5 table of its own, without the text. PostgreSQL: a tsvector beside the row, with a GIN index. Both know
where in the text a pair stands: what is found holds the very words that were looked for, in their order.
"""

import re
from datetime import datetime

from sqlalchemy import ColumnElement, delete, literal_column, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.db import Database
from api.lifecycle import Lane
from api.models import Ticket, WordsGone
from nlp.text import folded

A_MERGE = 500  # pages of the index
RUN = re.compile(r"[^\W_]+")


def pairs(words: str) -> list[str]:
    """路灯坏 -> 路灯, 灯坏, 坏. A run's last letter stands alone, so that a word of one letter is found too."""
    found: list[str] = []
    for run in RUN.findall(folded(words)):
        found += [run[i : i + 2] for i in range(len(run))]
    return found


def _phrases(words: str) -> list[list[str]]:
    """What must all be found: of each run its pairs; of a single letter, itself."""
    return [[run[i : i + 2] for i in range(max(len(run) - 1, 1))] for run in RUN.findall(folded(words))]


def is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"


async def index(session: AsyncSession, ticket: Ticket, before: str | None = None) -> None:
    """After the ticket's words are set. `before`: what was indexed until now. Legal matters are in no index."""
    after = said(ticket)
    if ticket.lane is Lane.LEGAL or after == (before or ""):
        return
    run = (await session.connection()).execute
    if not is_sqlite(session):
        await run(_POSTGRES.bindparams(key=ticket.id, words=as_tsvector(after)))
        return
    if before:
        await run(_FORGET.bindparams(key=ticket.id, words=" ".join(pairs(before))))
    if after:
        await run(_SQLITE.bindparams(key=ticket.id, words=" ".join(pairs(after))))


async def forget(session: AsyncSession, ticket: Ticket, now: datetime) -> None:
    """Before the ticket leaves the public lane, or loses its words. Its pages are cleared by `clear`."""
    run = (await session.connection()).execute
    if not is_sqlite(session):
        await run(_POSTGRES.bindparams(key=ticket.id, words=""))
        return
    await run(_FORGET.bindparams(key=ticket.id, words=" ".join(pairs(said(ticket)))))
    await session.merge(WordsGone(ticket_id=ticket.id, at=now))


async def clear(db: Database) -> int:
    """SQLite's index only marks what was taken out, until its parts are merged: does that, a little at a time, and
    empties the WAL. How many tickets' words are nowhere any more."""
    async with db.reading() as session:
        gone = (await session.exec(select(WordsGone.ticket_id))).all()
    if not gone:
        return 0
    begin, more = -A_MERGE, True  # a negative number begins with all parts
    while more:
        async with db.writer() as connection:
            before = (await connection.execute(_CHANGES)).scalar_one()
            await connection.execute(_MERGE.bindparams(pages=begin))
            more, begin = (await connection.execute(_CHANGES)).scalar_one() - before > 1, A_MERGE
    async with db.writing() as session:
        await session.exec(delete(WordsGone).where(col(WordsGone.ticket_id).in_(gone)))
    await db.empty_wal()
    return len(gone)


_CHANGES = text("SELECT total_changes()")
_MERGE = text("INSERT INTO ticket_words (ticket_words, rank) VALUES ('merge', :pages)")
_SQLITE = text("INSERT INTO ticket_words (rowid, words) VALUES (:key, :words)")
_FORGET = text("INSERT INTO ticket_words (ticket_words, rowid, words) VALUES ('delete', :key, :words)")
_POSTGRES = text("UPDATE ticket SET words = CAST(CAST(:words AS text) AS tsvector) WHERE id = :key")


def said(ticket: Ticket) -> str:
    return f"{ticket.text}\n{ticket.place}"


def as_tsvector(words: str) -> str:
    """Its literal, past PostgreSQL's parser: what that takes for a word hangs on the database's locale."""
    return " ".join(f"'{pair}':{place}" for place, pair in enumerate(pairs(words)[:16_000], 1))


def holds(session: AsyncSession, words: str) -> ColumnElement[bool] | None:
    """The tickets that hold each run of `words`; None when there is nothing in it to look for."""
    phrases = _phrases(words)
    if not phrases:
        return None
    if is_sqlite(session):
        query = " AND ".join(f'"{" ".join(phrase)}"' + "*" * (len(phrase[-1]) == 1) for phrase in phrases)
        match = text("SELECT rowid FROM ticket_words WHERE ticket_words MATCH :words").bindparams(words=query)
        return col(Ticket.id).in_(match.columns(literal_column("rowid")).scalar_subquery())
    wanted = " & ".join(
        "(" + " <-> ".join(f"'{pair}'" + ":*" * (len(pair) == 1) for pair in phrase) + ")" for phrase in phrases
    )
    return text("ticket.words @@ CAST(CAST(:words AS text) AS tsquery)").bindparams(words=wanted)  # type: ignore[return-value]
