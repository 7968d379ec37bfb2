"""what residents and staff wrote, enciphered; the keys that were used; who may look into a legal matter until when"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from api.cipher import Cipher
from api.ciphered import cipher_of, seal_facts

revision = "0018"
down_revision = "0015"
A_BATCH = 1000
PLAIN = ("by", "label", "score")


def upgrade() -> None:
    op.create_table(
        "used_key",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    _tables_of_legal_matters()
    _residents()
    if any([_seal(name, columns) for name, columns in SEALED.items()]):
        used = sa.table("used_key", sa.column("id"), sa.column("at", sa.DateTime(timezone=True)))
        op.execute(used.insert().values(id=cipher_of(op.get_bind().dialect).newest, at=datetime.now(UTC)))


def _residents() -> None:
    """Their addresses, and the marks they are found by from now on. Never by copying: others refer to the table."""
    bind = op.get_bind()
    op.execute("ALTER TABLE resident ADD COLUMN mark VARCHAR NOT NULL DEFAULT ''")
    names = [sa.column(name, sa.String) for name in ("id", "channel", "address", "mark")]
    table, last = sa.table("resident", *names), ""
    change = table.update().where(table.c.id == sa.bindparam("its"))
    change = change.values(address=sa.bindparam("sealed"), mark=sa.bindparam("marked"))
    while rows := bind.execute(sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(A_BATCH)).all():
        cipher = cipher_of(bind.dialect)
        bind.execute(
            change,
            [
                {
                    "its": row.id,
                    "sealed": cipher.seal(row.address),
                    "marked": cipher.mark(f"{row.channel}:{row.address}"),
                }
                for row in rows
            ],
        )
        last = rows[-1].id
    op.create_index("ix_resident_mark", "resident", ["mark"], unique=True)


def _tables_of_legal_matters() -> None:
    op.create_table(
        "broken_glass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_broken_glass_staff", "broken_glass", ["staff"])
    op.create_table(
        "words_gone",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    kept = sa.text("reporter_id IS NOT NULL")
    op.create_index("ix_ticket_kept", "ticket", ["lane", "ended_at"], sqlite_where=kept, postgresql_where=kept)


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
    "saved_view": {"wanted": WORDS},
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
