"""What the live feed tells, in an order in which nothing can appear later before what was read already."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Field, SQLModel

from api.models.columns import moment

KEY = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER counts by itself there


class this_transaction(FunctionElement[int]):
    """Its number on PostgreSQL; 0 on SQLite, whose one writer gives `Feed.id` in the order of commits."""

    type = BigInteger()
    inherit_cache = True


class oldest_running(FunctionElement[int]):
    """Every transaction with a smaller number has ended, and what it wrote is seen by this very statement."""

    type = BigInteger()
    inherit_cache = True


@compiles(this_transaction, "postgresql")
def _its_number(_element: Any, _compiler: Any, **_: Any) -> str:
    return "pg_current_xact_id()::text::bigint"


@compiles(this_transaction, "sqlite")
def _no_number(_element: Any, _compiler: Any, **_: Any) -> str:
    return "0"


@compiles(oldest_running, "postgresql")
def _of_this_snapshot(_element: Any, _compiler: Any, **_: Any) -> str:
    return "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


@compiles(oldest_running, "sqlite")
def _the_next(_element: Any, _compiler: Any, **_: Any) -> str:
    return "1"


class Feed(SQLModel, table=True):
    """Written with the event it tells of. `was`: who could see the ticket before, where that has changed."""

    __table_args__ = (Index("ix_feed_place", "tx", "id"), {"sqlite_autoincrement": True})

    id: int = Field(default=None, sa_column=Column(KEY, primary_key=True))
    tx: int = Field(default=None, sa_column=Column(BigInteger, default=this_transaction(), nullable=False))
    ticket_id: int | None = None
    action: str
    was: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    at: datetime = moment()
