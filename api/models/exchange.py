"""What goes out, and what came in already."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from api.models.columns import moment, sealed_json, words


class Notice(SQLModel, table=True):
    """The outbox: recorded with the transition, claimed under a lease, acknowledged one by one."""

    __table_args__ = (
        Index("ix_notice_next", "sent_at", "not_before_at"),
        Index("ix_notice_line", "channel", "address", "sent_at"),
        Index("ix_notice_again", "again_of", unique=True),
    )

    id: int = Field(default=None, primary_key=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)  # None: it is of no ticket
    event_id: int | None = Field(default=None, foreign_key="event.id")
    kind: str
    channel: str
    address: str  # of residents `Resident.id`; of a desk its name; of another office its id of the matter
    staff_id: int | None = None  # whose bound chat it is for; None: a resident's, or a desk's
    urgent: bool = False
    facts: dict[str, Any] = sealed_json(dict)
    created_at: datetime = moment()
    not_before_at: datetime = moment()
    attempts: int = 0
    claimed_by: str = ""
    sent_at: datetime | None = moment(default=None)
    failed: str = ""  # why it can never arrive, e.g. the person blocked the bot
    said: str = words(default="")  # what a resident read of a public matter, as the bot worded it
    again_of: int | None = None  # the notice that somebody had said once more by this one; each at most once


class RequestKey(SQLModel, table=True):
    """An Idempotency-Key that was used: by whom, for which body, and for which ticket."""

    __tablename__ = "request_key"
    caller: str = Field(primary_key=True)
    key: str = Field(primary_key=True)  # its SHA-256: programs write whose it is into their keys
    digest: str  # of the body, which may be a guessable sentence, by a key
    number: str = ""
    at: datetime = moment()


class Intake(SQLModel, table=True):
    """A report of another office: their id, once for ever, and which bodies came under it."""

    source: str = Field(primary_key=True)
    their_id: str = Field(primary_key=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)  # None: while it is being opened
    digests: list[str] = sealed_json(list)
    at: datetime = moment()
    stopped_at: datetime | None = moment(default=None)  # the source asked to be told no more of it
