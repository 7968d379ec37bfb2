"""Who handles what: units, whom and what they serve, when who is on duty, and the rules by which tickets go to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from api.models.columns import json_list, moment


class Unit(SQLModel, table=True):
    """Whom tickets are given to; `organisation_file.KINDS` says what there is. Without a `UnitArea` it serves its
    street, and without a street the whole district."""

    code: str = Field(primary_key=True)
    name: str
    kind: str = Field(index=True)
    street: str = Field(default="", index=True)  # name of the street it stands under
    demo: bool = False
    retired_at: datetime | None = moment(default=None)


class UnitArea(SQLModel, table=True):
    __tablename__ = "unit_area"
    unit: str = Field(primary_key=True, foreign_key="unit.code")
    area: str = Field(primary_key=True, foreign_key="area.code", index=True)


class UnitMember(SQLModel, table=True):
    """A person of a unit: the judge, prosecutor, police officer and lawyer of a 三官一律 group, a station's crews."""

    __tablename__ = "unit_member"
    id: int = Field(default=None, primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    post: str
    name: str
    staff: str = ""  # the name they sign in with, if they do


class Shift(SQLModel, table=True):
    """When a member of staff is on duty for a unit: `times` as `rota.Times` reads them."""

    id: int = Field(default=None, primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    staff: str
    times: list[dict[str, Any]] = json_list()


class RoutingRule(SQLModel, table=True):
    """One line of the list that is read from the top; see `rules.Rule`."""

    __tablename__ = "routing_rule"
    place: int = Field(primary_key=True)
    name: str = Field(unique=True)
    items: list[str] = json_list()
    areas: list[str] = json_list()
    times: list[dict[str, Any]] = json_list()
    urgent: bool | None = None
    to: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    joint: list[dict[str, str]] = json_list()


class RuleTrouble(SQLModel, table=True):
    """A rule that was a ticket's turn and could not apply, why, and how often."""

    __tablename__ = "rule_trouble"
    rule: str = Field(primary_key=True)
    why: str = Field(primary_key=True)
    area: str = Field(primary_key=True)  # code of the community or street it was about, "" where unknown
    times: int = 1
    number: str  # the last ticket
    first_at: datetime = moment()
    last_at: datetime = moment(index=True)


class Part(SQLModel, table=True):
    """What a joint unit (协办) has to do with a ticket whose lead (主办) is another."""

    ticket_id: int = Field(primary_key=True, foreign_key="ticket.id")
    unit: str = Field(primary_key=True, index=True)  # code, or the name of a handler
    invited_at: datetime = moment()
    done_at: datetime | None = moment(default=None)
    done_by: str = ""
    released_at: datetime | None = moment(default=None)
