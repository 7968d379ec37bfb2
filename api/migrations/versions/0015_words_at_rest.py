"""what residents and staff wrote, enciphered; the keys that were used"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from api.cipher import Cipher
from api.ciphered import cipher_of, seal_facts

revision = "0015"
down_revision = "0014"
A_BATCH = 1000
PLAIN = ("by", "label", "score")


def upgrade() -> None:
    op.create_table(
        "used_key",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    if any([_seal(name, columns) for name, columns in SEALED.items()]):
        used = sa.table("used_key", sa.column("id"), sa.column("at", sa.DateTime(timezone=True)))
        op.execute(used.insert().values(id=cipher_of(op.get_bind().dialect).newest, at=datetime.now(UTC)))


def _in_text(cipher: Cipher, value: Any) -> Any:
    return cipher.seal(value)


def _in_json(cipher: Cipher, value: Any) -> Any:
    return cipher.seal(json.dumps(value, ensure_ascii=False))


def _in_facts(cipher: Cipher, value: Any) -> Any:
    return seal_facts(cipher, value, PLAIN)


Column = tuple[Any, Callable[[Cipher, Any], Any]]
WORDS: Column = (sa.Text, _in_text)
DATA: Column = (sa.JSON, _in_json)
FACTS: Column = (sa.JSON, _in_facts)
SEALED: dict[str, dict[str, Column]] = {
    "ticket": {"text": WORDS, "place": WORDS, "because": DATA},
    "event": {"note": WORDS, "reason": WORDS, "facts": FACTS, "seals": DATA},
    "pause": {"question": WORDS},
    "notice": {"facts": DATA},
}


def _seal(name: str, columns: Mapping[str, Column]) -> int:
    """A batch at a time, in the order of keys; how many rows."""
    bind, last, many = op.get_bind(), 0, 0
    table = sa.table(name, sa.column("id", sa.Integer), *(sa.column(one, kind) for one, (kind, _) in columns.items()))
    change = table.update().where(table.c.id == sa.bindparam("its"))
    change = change.values({one: sa.bindparam(f"new_{one}", type_=kind) for one, (kind, _) in columns.items()})
    while rows := bind.execute(sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(A_BATCH)).all():
        cipher = cipher_of(bind.dialect)
        bind.execute(change, [_sealed(cipher, row._mapping, columns) for row in rows])
        last, many = rows[-1].id, many + len(rows)
    return many


def _sealed(cipher: Cipher, row: Any, columns: Mapping[str, Column]) -> dict[str, Any]:
    """What is empty says nothing, and stays so."""
    found = {f"new_{one}": seal(cipher, row[one]) if row[one] else row[one] for one, (_, seal) in columns.items()}
    return {"its": row["id"]} | found
