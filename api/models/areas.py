"""The district: streets, communities, base grids."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from api.models.columns import moment


class Area(SQLModel, table=True):
    """A street, community or base grid; `parent` is the code above it."""

    code: str = Field(primary_key=True)
    name: str = Field(index=True)
    level: str  # street | community | grid
    parent: str = Field(default="", index=True)
    kind: str = ""  # of a grid: 综合 | 专属
    households: int | None = None
    polygon: str = Field(default="", sa_type=Text)  # WKT, WGS 84; "": not drawn
    demo: bool = False
    retired_at: datetime | None = moment(default=None)
    revision: int = Field(default=0, index=True)  # of the areas, when this one last changed
