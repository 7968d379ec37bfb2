"""What legal advisers said of themselves, by which matters find them, and what they did beside answering."""

from datetime import date, datetime

from sqlalchemy import String
from sqlmodel import Field, SQLModel

from api.models.columns import moment, words


class AdviserTopic(SQLModel, table=True):
    """A topic they know well; who named none takes any as well as another."""

    __tablename__ = "adviser_topic"
    staff: str = Field(primary_key=True)
    label: str = Field(primary_key=True)


class AdviserClient(SQLModel, table=True):
    """Somebody they act for elsewhere: compared with what residents write, and shown to the adviser alone."""

    __tablename__ = "adviser_client"
    id: int = Field(default=None, primary_key=True)
    staff: str = Field(index=True)
    name: str = words(String)


class AdviserService(SQLModel, table=True):
    """One of the district's 4+X services: a legal opinion for the community, a mediation, an event of 法治宣传."""

    __tablename__ = "adviser_service"
    id: int = Field(default=None, primary_key=True)
    staff: str = Field(index=True)
    kind: str  # one of `ledger.Kind`
    held_on: date = Field(index=True)
    community: str = ""  # code; "": of no single one
    title: str = words()
    papers: str = words(default="")  # where what belongs to it is kept
    attendance: int = 0  # who came, of 法治宣传
    another: bool = False  # a mediation that is none of those that count by themselves
    entered_at: datetime = moment()
