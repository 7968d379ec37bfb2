"""The tables of the API, the one owner of data. Tables do not validate: what crosses HTTP is checked in `schemas`.

A generated `id` is typed as what it is once the row is flushed; nothing reads it before.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from api.db import EnumValue, UtcDateTime
from api.lifecycle import Lane, Role, Status

FILTERED = ("status", "label", "street", "community", "grid", "assignee")
LAST_KEY = 2**31 - 1  # PostgreSQL's integer


def moment(**options: Any) -> Any:
    return Field(sa_type=UtcDateTime, **options)


def of_enum(kind: type[Any], **options: Any) -> Any:
    return Field(sa_column=Column(EnumValue(kind), nullable=False, **options))


def json_list() -> Any:
    return Field(default_factory=list, sa_type=JSON)


class Area(SQLModel, table=True):
    """A street, community or base grid; `parent` is the code above it."""

    code: str = Field(primary_key=True)
    name: str = Field(index=True)
    level: str  # street | community | grid
    parent: str = Field(default="", index=True)
    kind: str = ""  # of a grid: 综合 | 专属
    households: int | None = None
    polygon: str = Field(default="", sa_type=Text)  # WKT, WGS 84; "": not drawn
    demo: bool = False
    retired_at: datetime | None = moment(default=None)
    revision: int = Field(default=0, index=True)  # of the areas, when this one last changed


class Unit(SQLModel, table=True):
    """Who handles tickets: a contractor of one street, a joint station (联动工作站), a department."""

    code: str = Field(primary_key=True)
    name: str
    kind: str  # contractor | station | department
    street: str = Field(default="", index=True)  # name of the street it serves
    demo: bool = False


class Staff(SQLModel, table=True):
    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    role: Role = of_enum(Role)
    scope: str = ""  # code of the street, community or unit the person is bound to; empty: the whole district
    password_hash: str = ""
    wrong_passwords: int = 0  # in a row
    locked_until: datetime | None = moment(default=None)
    active: bool = True
    demo: bool = False
    created_at: datetime = moment()


class StaffSession(SQLModel, table=True):
    __tablename__ = "staff_session"
    token_hash: str = Field(primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    csrf: str
    expires_at: datetime = moment()


class StaffToken(SQLModel, table=True):
    __tablename__ = "staff_token"
    token_hash: str = Field(primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    reads_only: bool = False
    created_at: datetime = moment()
    expires_at: datetime | None = moment(default=None)


class StaffGrant(SQLModel, table=True):
    """A chat that a member of staff bound to themselves: the bot may act for them from there, until it is revoked."""

    __tablename__ = "staff_grant"
    channel: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    created_at: datetime = moment()


class BindingCode(SQLModel, table=True):
    __tablename__ = "binding_code"
    code_hash: str = Field(primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    expires_at: datetime = moment()


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
        Index("ix_ticket_reporter", "channel", "reporter", "reported_at"),
        Index("ix_ticket_public", "kind", "reported_at"),  # what Open311 lists
    )

    id: int = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    lane: Lane = of_enum(Lane)
    kind: str
    label: str
    status: Status = of_enum(Status)
    step: int = 1
    priority: int = 0  # 0 ordinary, 1 a hazard, 2 danger to life
    urgent: bool = False
    text: str = Field(sa_type=Text)
    place: str = ""
    street: str = ""
    community: str = ""
    grid: str = ""
    lat: float | None = None
    lon: float | None = None
    channel: str
    reporter: str
    confirmed: bool = False
    confidence: float = 0.0
    alternatives: list[dict[str, Any]] = json_list()
    because: list[str] = json_list()
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

    __table_args__ = (UniqueConstraint("ticket_id", "seq", name="uq_event_seq"),)

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    seq: int = 0  # 1, 2, … within its ticket
    action: str  # an Action, or "report" for the first
    before: str = ""
    after: str
    role: Role = of_enum(Role)
    actor: str
    note: str = Field(default="", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = moment(index=True)
    seals: dict[str, list[str]] = Field(default_factory=dict, sa_type=JSON)  # field -> [salt, digest]
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
    """The promise's clock stands from `opened_at` until the resident's reply or, at `ends_at`, until the clock's."""

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    question: str = Field(sa_type=Text)
    opened_at: datetime = moment()
    ends_at: datetime = moment(index=True)
    closed_at: datetime | None = moment(default=None)


class Follower(SQLModel, table=True):
    """A resident who is told of a ticket: its reporter, and whoever joined."""

    __table_args__ = (UniqueConstraint("ticket_id", "channel", "address"),)

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    channel: str
    address: str = Field(index=True)
    via: str = ""  # number of the merged ticket that brought them here
    score: int | None = None


class Photo(SQLModel, table=True):
    id: str = Field(primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    by: str
    width: int
    height: int
    digest: str
    at: datetime = moment()


class Notice(SQLModel, table=True):
    """The outbox: recorded with the transition, claimed under a lease, acknowledged one by one."""

    __table_args__ = (
        Index("ix_notice_next", "sent_at", "not_before_at"),
        Index("ix_notice_line", "channel", "address", "sent_at"),
    )

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    event_id: int = Field(foreign_key="event.id")
    kind: str
    channel: str
    address: str
    urgent: bool = False
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime = moment()
    not_before_at: datetime = moment()
    attempts: int = 0
    claimed_by: str = ""
    sent_at: datetime | None = moment(default=None)
    failed: str = ""  # why it can never arrive, e.g. the person blocked the bot


class RequestKey(SQLModel, table=True):
    """An Idempotency-Key that was used: by whom, for which body, and for which ticket."""

    __tablename__ = "request_key"
    caller: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    digest: str
    number: str = ""
    at: datetime = moment()


class Client(SQLModel, table=True):
    """A program of another office (the 12345 hotline, an Open311 app): its key, and what the key is good for."""

    name: str = Field(primary_key=True)
    key_hash: str = Field(unique=True)
    scopes: list[str] = json_list()
    created_at: datetime = moment()
    revoked_at: datetime | None = moment(default=None)


class Intake(SQLModel, table=True):
    """A report of another office: their id, once for ever, and which bodies came under it."""

    source: str = Field(primary_key=True)
    their_id: str = Field(primary_key=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)  # None: while it is being opened
    digests: list[str] = json_list()
    at: datetime = moment()
    stopped_at: datetime | None = moment(default=None)  # the source asked to be told no more of it
