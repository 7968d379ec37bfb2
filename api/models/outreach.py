"""法治宣传: which topics residents want to hear of, and which cases they were sent."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from api.models.columns import moment


class Subscription(SQLModel, table=True):
    resident_id: str = Field(primary_key=True, foreign_key="resident.id")
    label: str = Field(primary_key=True)
    since_at: datetime = moment()


class CaseSent(SQLModel, table=True):
    """Never twice the same one, and no two in a week."""

    __tablename__ = "case_sent"
    resident_id: str = Field(primary_key=True, foreign_key="resident.id")
    case_id: int = Field(primary_key=True, foreign_key="legal_case.id")
    at: datetime = moment()
