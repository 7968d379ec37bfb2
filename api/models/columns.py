"""Kinds of columns that the tables share."""

from typing import Any

from sqlalchemy import JSON, Column, String, Text
from sqlmodel import Field

from api.ciphered import Ciphered, CipheredJson, Facts
from api.db import EnumValue, UtcDateTime

LAST_KEY = 2**31 - 1  # PostgreSQL's integer


def moment(**options: Any) -> Any:
    return Field(sa_type=UtcDateTime, **options)


def of_enum(kind: type[Any], **options: Any) -> Any:
    return Field(sa_column=Column(EnumValue(kind), nullable=False, **options))


def json_list() -> Any:
    return Field(default_factory=list, sa_type=JSON)


def words(stored: type[String] = Text, **options: Any) -> Any:
    """What somebody wrote: enciphered."""
    return Field(sa_type=Ciphered(stored), **options)


def sealed_json(empty: type[list[Any]] | type[dict[str, Any]]) -> Any:
    return Field(default_factory=empty, sa_type=CipheredJson)


def facts() -> Any:
    """Of an event; what is named here is asked for in SQL."""
    return Field(default_factory=dict, sa_type=Facts(("by", "label", "score")))
