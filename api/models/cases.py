"""Answers to legal questions that may help the next resident: while they are written, and once two advisers agreed."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from api.models.columns import json_list, moment, words


class CaseDraft(SQLModel, table=True):
    """A case that its author writes or a second adviser looks at: enciphered, because it still leads to its matter.
    Approved, the row is gone, and with it the only thing that knew of both."""

    __tablename__ = "case_draft"
    id: int = Field(default=None, primary_key=True)
    ticket_id: int | None = Field(
        default=None, foreign_key="ticket.id", unique=True
    )  # None: another version of `case_id`
    case_id: int | None = Field(default=None, foreign_key="legal_case.id", unique=True)
    author: str = Field(index=True)
    state: str  # one of `case_drafts.State`
    label: str
    question: str = words()
    answer: str = words()
    laws: str = words()  # as they were typed, a line each
    remark: str = words(default="")  # why it was sent back
    changed_at: datetime = moment()


class LegalCase(SQLModel, table=True):
    """Public knowledge, in nobody's words: plain. No column of it leads to a matter or to a resident."""

    __tablename__ = "legal_case"
    id: int = Field(default=None, primary_key=True)
    label: str = Field(index=True)
    question: str = Field(sa_type=Text)
    answer: str = Field(sa_type=Text)
    laws: list[list[str]] = json_list()  # [law, article] each
    version: int = 1
    author: str
    approved_by: str
    approved_at: datetime = moment()
    reviewed_on: date = Field(index=True)  # when an adviser last found it to be good law
    asked_at: datetime | None = moment(default=None)  # since when the clock asks to look again
    withdrawn_at: datetime | None = moment(default=None)
    withdrawn_by: str = ""
    withdrawn_why: str = words(default="")
    shown: int = 0  # how often residents read it, and how often it was all they needed
    helped: int = 0
    demo: bool = False


class CaseVersion(SQLModel, table=True):
    """Each version as it was approved, never edited."""

    __tablename__ = "case_version"
    case_id: int = Field(primary_key=True, foreign_key="legal_case.id")
    version: int = Field(primary_key=True)
    question: str = Field(sa_type=Text)
    answer: str = Field(sa_type=Text)
    laws: list[list[str]] = json_list()
    author: str
    approved_by: str
    approved_at: datetime = moment()
