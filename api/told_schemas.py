"""What a legal matter's resident told besides, as it crosses HTTP."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic import StringConstraints as Text

from api.typed import VISIBLE, Stripped, Typed


class Told(BaseModel):
    """A question that the matter's topic asks, by its short name, and the resident's answer."""

    model_config = ConfigDict(extra="forbid")

    asked: Annotated[str, Text(min_length=1, max_length=40, pattern=VISIBLE), Typed, Stripped]
    answer: Annotated[str, Text(min_length=1, max_length=500, pattern=VISIBLE), Typed, Stripped]
    number: Annotated[str, Text(pattern=r"^(GS\d{8}-\d{4,9})?$")] = Field(
        "",
        description="of a report told in the same breath; kept where the resident made or follows it, else dropped",
        exclude_if=lambda of: not of,
    )


class StateOut(BaseModel):
    """How far the report that was told beside the matter is now."""

    model_config = ConfigDict(from_attributes=True)

    status: str
    step: int
    due_at: Annotated[datetime, AfterValidator(lambda at: at.astimezone(UTC))] | None


class ToldOut(Told):
    number: str = Field(
        "", description="not told where the resident is anonymous to the reader", exclude_if=lambda of: not of
    )
    state: StateOut | None = Field(None, description="of the report with that number", exclude_if=lambda of: of is None)
