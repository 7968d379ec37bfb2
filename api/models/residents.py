"""Who residents are: here, and in no other table. Everywhere else they go by `Resident.id`."""

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, SQLModel

from api.models.columns import words


class Resident(SQLModel, table=True):
    """Whom a channel reaches at an address: a chat, an account of an app, another office's matter."""

    __table_args__ = (UniqueConstraint("channel", "address"),)  # from before; sealed, no two addresses are the same

    id: str = Field(primary_key=True)  # random: says nothing, and once the row is gone means nobody
    channel: str
    address: str = words(String)
    mark: str = Field(unique=True, index=True)  # of both, by a key: who comes again is found by it (`residents`)


class OldSeal(SQLModel, table=True):
    """An event from before there were residents is bound by `channel:address`: its salt, kept apart from the event
    like the address, else trying out telephones and chats would find which one it is."""

    __tablename__ = "old_seal"
    event_id: int = Field(primary_key=True, foreign_key="event.id")
    salt: str
