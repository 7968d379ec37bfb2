"""What a member of staff arranged for themselves."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from api.models.columns import words


class SavedView(SQLModel, table=True):
    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("staff", "name", name="uq_saved_view"),)

    id: int = Field(default=None, primary_key=True)
    staff: str
    name: str
    wanted: str = words()  # the address of the queue behind its "?"
