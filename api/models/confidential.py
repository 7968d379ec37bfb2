"""What keeps legal matters confidential."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from api.models.columns import moment


class BrokenGlass(SQLModel, table=True):
    """A supervisor may read a legal matter until then; why stands in the ticket's history."""

    __tablename__ = "broken_glass"
    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    staff: str = Field(index=True)
    until_at: datetime = moment()


class WordsGone(SQLModel, table=True):
    """A ticket whose words left the index of words, until no page of that index holds them."""

    __tablename__ = "words_gone"
    ticket_id: int = Field(primary_key=True)
    at: datetime = moment()
