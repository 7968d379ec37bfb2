"""The district and who serves it."""

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


class Unit(SQLModel, table=True):
    """Who handles tickets: a contractor of one street, a joint station (联动工作站), a department."""

    code: str = Field(primary_key=True)
    name: str
    kind: str  # contractor | station | department
    street: str = Field(default="", index=True)  # name of the street it serves
    demo: bool = False
