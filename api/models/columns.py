"""Kinds of columns that the tables share."""

from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from api.db import EnumValue, UtcDateTime

LAST_KEY = 2**31 - 1  # PostgreSQL's integer


def moment(**options: Any) -> Any:
    return Field(sa_type=UtcDateTime, **options)


def of_enum(kind: type[Any], **options: Any) -> Any:
    return Field(sa_column=Column(EnumValue(kind), nullable=False, **options))


def json_list() -> Any:
    return Field(default_factory=list, sa_type=JSON)
