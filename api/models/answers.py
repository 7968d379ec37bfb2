"""An adviser's answer before it is sent: what is written so far, and what another adviser says of it."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from api.models.columns import moment, words

STILL_OPEN = text("ended_at IS NULL")


class AnswerDraft(SQLModel, table=True):
    """Read by who wrote it, and by nobody else. `version` grows with each saving: who saw an older one is told."""

    __tablename__ = "answer_draft"
    ticket_id: int = Field(primary_key=True, foreign_key="ticket.id")
    staff: str = Field(primary_key=True)
    note: str = words(default="")
    laws: str = words(default="")
    lawyer: bool = False
    version: int = 1
    saved_at: datetime = moment()


class AnswerReview(SQLModel, table=True):
    """The draft as it was when `reviewer` was asked. `verdict`: one of `reviews.Verdict`; "" while open, and where it
    was taken back."""

    __tablename__ = "answer_review"
    __table_args__ = (
        Index(
            "uq_answer_review_open",
            "ticket_id",
            unique=True,
            sqlite_where=STILL_OPEN,
            postgresql_where=STILL_OPEN,
        ),
        Index("ix_answer_review_until", "until_at", sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN),
    )
    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    asker: str
    reviewer: str = Field(index=True)
    question: str = words()
    note: str = words(default="")
    laws: str = words(default="")
    lawyer: bool = False
    verdict: str = ""
    opinion: str = words(default="")
    asked_at: datetime = moment()
    until_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)
