"""Staff beside each other on one ticket: who took it in hand, and whose page shows it right now."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from api.models.columns import moment


class Hold(SQLModel, table=True):
    """Nobody else of the desk acts on the ticket before `until`; see `api.holds`."""

    ticket_id: int = Field(primary_key=True, foreign_key="ticket.id")
    staff: str = Field(index=True)
    since: datetime = moment()
    until: datetime = moment(index=True)


class Presence(SQLModel, table=True):
    """Said anew while the page is open; too old, it says nothing. See `api.presence`."""

    ticket_id: int = Field(primary_key=True, foreign_key="ticket.id")
    staff: str = Field(primary_key=True)
    writes: bool = False
    seen_at: datetime = moment(index=True)
