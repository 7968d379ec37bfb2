"""A legal matter handed to mediation."""

from datetime import date, datetime

from sqlalchemy import Index, String, text
from sqlmodel import Field, SQLModel

from api.models.columns import json_list, moment, words

OPEN = text("ended_at IS NULL")


class Mediation(SQLModel, table=True):
    """From the proposal to how it ended; one open at a time in a matter. Days are the district's."""

    __table_args__ = (
        Index("uq_mediation_open", "ticket_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_mediation_begun", "began_on"),
    )

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    staff: str  # the adviser who proposed it; once it began, under whom it did
    kind: str  # one of `mediation.Kind`
    party: str = words(String)  # the other side
    reach: str = words(String)
    why: str = words()  # as the resident read it
    name: str = words(String, default="")  # the resident's, given for this mediation alone: gone with its end
    proposed_at: datetime = moment()
    resident_at: datetime | None = moment(default=None)  # consented
    began_on: date | None = None  # the other side consented
    party_how: str = words(default="")
    sessions: list[str] = json_list()  # moments in UTC, in order; of one that was put off the new one
    meets_where: str = words(String, default="")  # the last of them
    remind_at: datetime | None = moment(default=None, index=True)
    calls_at: datetime | None = moment(default=None, index=True)  # when nobody has moved it for too long
    called: int = 0  # 1: its adviser, 2: a supervisor, too
    outcome: str = ""  # one of `mediation.Outcome`
    agreement: str = words(default="")
    ended_on: date | None = None
    ended_at: datetime | None = moment(default=None)
