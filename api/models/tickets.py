"""Tickets and what happened to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from api.lifecycle import Lane, Role, Status
from api.models.columns import facts, json_list, moment, of_enum, sealed_json, words

RESIDENTS_OWN = text("role = 'resident'")  # no parameter: else SQLite does not see that the index is for it
UNERASED = text("reporter_id IS NOT NULL")  # what may have to be erased one day, looked for at each sweep
FILTERED = ("status", "label", "street", "community", "grid", "assignee")
COUNTED = (  # by the board, without a look at the rows
    "lane", "reported_at", "street", "community", "grid", "label", "status", "urgent", "warned", "disputes", "score",
)  # fmt: skip


class DayCount(SQLModel, table=True):
    """The last ticket number given out on a day (district time)."""

    __tablename__ = "day_count"
    day: str = Field(primary_key=True)
    last: int


class Ticket(SQLModel, table=True):
    __table_args__ = (
        # the queue's order, and what its filters ask for, without a look at the rows
        Index(
            "ix_ticket_open",
            text("priority DESC"),
            text("lateness DESC"),
            text("joined DESC"),
            "reported_at",
            "id",
            "status",
            "lane",
            "street",
            "community",
            "assignee",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        *(Index(f"ix_ticket_{name}", name, "id") for name in FILTERED),
        Index("ix_ticket_twin", "label", "street", "status"),
        Index("ix_ticket_reporter", "reporter_id", "reported_at"),
        Index("ix_ticket_public", "kind", "reported_at"),  # what Open311 lists
        Index("ix_ticket_board", *COUNTED),
        Index("ix_ticket_kept", "lane", "ended_at", sqlite_where=UNERASED, postgresql_where=UNERASED),
    )

    id: int = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    lane: Lane = of_enum(Lane)
    kind: str
    label: str
    status: Status = of_enum(Status)
    step: int = 1
    priority: int = 0  # 0 ordinary, 1 a hazard, 2 danger to life
    lateness: int = 0  # of the present promise: 1 late, 2 badly late; the queue's order
    joined: int = 0  # neighbours who follow it beside the reporter
    urgent: bool = False
    text: str = words()
    place: str = words(String, default="")
    street: str = ""
    community: str = ""
    grid: str = ""
    facts: list[dict[str, str]] = sealed_json(list)  # of a legal matter: what its topic asked, and the answers
    pseudonym: str = ""  # of a resident who stays anonymous to the adviser
    in_chat: bool = False  # the adviser may read and answer it in a chat, too
    no_case: bool = False  # the resident wants no case made of it
    lat: float | None = None
    lon: float | None = None
    channel: str
    reporter_id: str | None = Field(default=None, foreign_key="resident.id")  # None: erased
    confirmed: bool = False
    confidence: float = 0.0
    alternatives: list[dict[str, Any]] = json_list()
    because: list[str] = sealed_json(list)
    assignee: str | None = None
    handled_by: str | None = None
    escalated: bool = False
    asks: int = 0
    paused: bool = False
    returns: int = 0
    disputes: int = 0
    follow_ups: int = 0
    extensions: int = 0
    warned: int = 0  # how many of lifecycle.WARNINGS the promise of handling has had
    check_warned: int = 0  # and that of verification
    urged: int = 0  # 督办
    more_time: bool = False  # asked for and not yet decided
    score: int | None = None
    reported_at: datetime = moment()
    status_at: datetime = moment()
    due_at: datetime | None = moment(default=None, index=True)
    wakes_at: datetime | None = moment(default=None, index=True)
    warns_at: datetime | None = moment(default=None, index=True)
    ended_at: datetime | None = moment(default=None)
    events: int = 0  # how many it has, and the mac of the last
    head: str = ""


class Event(SQLModel, table=True):
    """What happened to a ticket: appended with the transition, bound to the event before it (`trail`), never edited."""

    __table_args__ = (
        UniqueConstraint("ticket_id", "seq", name="uq_event_seq"),
        Index("ix_event_resident", "actor", sqlite_where=RESIDENTS_OWN, postgresql_where=RESIDENTS_OWN),
        Index("ix_event_board", "action", "at", "ticket_id"),
    )

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    seq: int = 0  # 1, 2, … within its ticket
    action: str  # an Action, or "report" for the first
    before: str = ""
    after: str
    role: Role = of_enum(Role)
    actor: str  # name of staff, or a `Resident.id`
    note: str = words(default="")
    reason: str = words(default="")
    facts: dict[str, Any] = facts()
    at: datetime = moment(index=True)
    seals: dict[str, list[str]] = sealed_json(dict)  # field -> [salt, digest]; with them short words could be guessed
    state: str = ""  # digest of the ticket's row as the event left it
    mac: str = ""


class DayHead(SQLModel, table=True):
    """A day's events of all tickets under one mac, bound to the day before: shows what was removed later."""

    __tablename__ = "day_head"
    day: str = Field(primary_key=True)  # 2026-11-22, district time
    events: int
    digest: str  # SHA-256 over the macs of the day's events, ticket by ticket
    mac: str
    signed_at: datetime = moment()


class Pause(SQLModel, table=True):
    """The promise's clock stands from `opened_at` until the resident's reply or, at `ends_at`, until the clock's;
    that of a mediation until it ends, however long (`ends_at`: as long as one usually takes)."""

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    question: str = words()
    opened_at: datetime = moment()
    ends_at: datetime = moment(index=True)
    closed_at: datetime | None = moment(default=None)
    of_mediation: bool = False


class Follower(SQLModel, table=True):
    """A resident who is told of a ticket: its reporter, and whoever joined."""

    __table_args__ = (UniqueConstraint("ticket_id", "resident_id", name="uq_follower"),)

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    resident_id: str = Field(foreign_key="resident.id", index=True)
    via: str = ""  # number of the merged ticket that brought them here
    score: int | None = None


class Photo(SQLModel, table=True):
    id: str = Field(primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    by: str  # as `Event.actor`
    width: int
    height: int
    digest: str
    at: datetime = moment()


class PhotoGone(SQLModel, table=True):
    """A picture that was dropped with its ticket's words, until its files are out of the store too."""

    __tablename__ = "photo_gone"
    id: str = Field(primary_key=True)
    at: datetime = moment()
