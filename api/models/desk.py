"""What members of staff arranged for themselves, and what is arranged for all of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from api.models.columns import moment, words


class SavedView(SQLModel, table=True):
    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("staff", "name", name="uq_saved_view"),)

    id: int = Field(default=None, primary_key=True)
    staff: str
    name: str
    wanted: str = words()  # the address of the queue behind its "?"


class StandardText(SQLModel, table=True):
    """Words that staff start from; `standard_texts` says for what they are offered and what may stand in them."""

    __tablename__ = "standard_text"

    id: int = Field(default=None, primary_key=True)
    name: str
    action: str
    about: str = ""  # label of an item, id of a category, "": anything
    step: int = 0  # 1-7, 0: any
    words: str = Field(sa_type=Text)
    changed_by: str = ""  # "": as it was shipped
    changed_at: datetime | None = moment(default=None)


class SetUpChange(SQLModel, table=True):
    """Who changed how the house works, and what: on which set-up page, `about` which rule or unit. `before` and `after`
    are its row, None where there was none."""

    __tablename__ = "set_up_change"

    id: int = Field(default=None, primary_key=True)
    page: str = Field(index=True)
    about: str
    by: str  # name of staff, "": with a file, by who runs the machine
    at: datetime = moment()
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    after: dict[str, Any] | None = Field(default=None, sa_type=JSON)


class OwnDay(SQLModel, table=True):
    """A day that the district itself has off or works, whatever the State Council's calendar says; kept when it is
    dropped, for the promises that counted by it."""

    __tablename__ = "own_day"

    id: int = Field(default=None, primary_key=True)
    day: date
    worked: bool
    why: str
    by: str
    at: datetime = moment()
    since: datetime = moment()  # it holds for what begins from then on
    dropped_by: str = ""
    until: datetime | None = moment(default=None)  # and before then
