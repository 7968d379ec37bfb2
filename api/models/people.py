"""Who may come in: staff, and programs of other offices."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from api.lifecycle import Role
from api.models.columns import json_list, moment, of_enum


class Staff(SQLModel, table=True):
    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    role: Role = of_enum(Role)
    scope: str = ""  # code of the street, community or unit the person is bound to; empty: the whole district
    password_hash: str = ""
    wrong_passwords: int = 0  # in a row
    locked_until: datetime | None = moment(default=None)
    active: bool = True
    demo: bool = False
    created_at: datetime = moment()


class StaffSession(SQLModel, table=True):
    __tablename__ = "staff_session"
    token_hash: str = Field(primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    csrf: str
    expires_at: datetime = moment()


class StaffToken(SQLModel, table=True):
    __tablename__ = "staff_token"
    token_hash: str = Field(primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    reads_only: bool = False
    created_at: datetime = moment()
    expires_at: datetime | None = moment(default=None)


class StaffGrant(SQLModel, table=True):
    """A chat that a member of staff bound to themselves: the bot may act for them from there, until it is revoked."""

    __tablename__ = "staff_grant"
    channel: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    created_at: datetime = moment()


class BindingCode(SQLModel, table=True):
    __tablename__ = "binding_code"
    code_hash: str = Field(primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    expires_at: datetime = moment()


class Client(SQLModel, table=True):
    """A program of another office (the 12345 hotline, an Open311 app): its key, and what the key is good for."""

    name: str = Field(primary_key=True)
    key_hash: str = Field(unique=True)
    scopes: list[str] = json_list()
    created_at: datetime = moment()
    revoked_at: datetime | None = moment(default=None)
