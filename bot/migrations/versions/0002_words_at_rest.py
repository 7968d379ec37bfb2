"""what people said, enciphered; the keys that were used"""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from api.ciphered import cipher_of

revision = "0002"
down_revision = "0001"
A_BATCH = 1000
KEYS = {"inbox": ("id",), "chat": ("channel", "chat"), "command": ("id",), "frame": ("chat", "n")}
WORDS: dict[str, tuple[str, Any]] = {
    "inbox": ("event", sa.Text()),
    "chat": ("dialogue", sa.Text()),
    "command": ("command", sa.Text()),
    "frame": ("frame", sa.JSON()),
}


def upgrade() -> None:
    op.create_table(
        "used_key",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    if any([_seal(name) for name in KEYS]):
        used = sa.table("used_key", sa.column("id"), sa.column("at", sa.DateTime(timezone=True)))
        op.execute(used.insert().values(id=cipher_of(op.get_bind().dialect).newest, at=datetime.now(UTC)))


def _seal(name: str) -> int:
    """A batch at a time, in the order of keys; how many rows."""
    bind, (words, kind), many = op.get_bind(), WORDS[name], 0
    table = sa.table(name, *map(sa.column, KEYS[name]), sa.column(words, kind))
    keys = [table.c[key] for key in KEYS[name]]
    change = table.update().where(*(key == sa.bindparam(f"its_{key.name}") for key in keys))
    change = change.values({words: sa.bindparam("sealed", type_=kind)})
    query = sa.select(table).order_by(*keys).limit(A_BATCH)
    rows = bind.execute(query).all()
    while rows:
        cipher = cipher_of(bind.dialect)
        its = [{f"its_{key}": getattr(row, key) for key in KEYS[name]} for row in rows]
        told = [_sealed(cipher, getattr(row, words)) for row in rows]
        bind.execute(change, [key | {"sealed": words} for key, words in zip(its, told, strict=True)])
        many += len(rows)
        last = [getattr(rows[-1], key) for key in KEYS[name]]
        rows = bind.execute(query.where(sa.tuple_(*keys) > sa.tuple_(*last))).all()
    return many


def _sealed(cipher: Any, value: Any) -> str:
    return str(cipher.seal(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
