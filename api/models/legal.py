"""What legal advisers said of themselves, by which matters find them."""

from sqlalchemy import String
from sqlmodel import Field, SQLModel

from api.models.columns import words


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
