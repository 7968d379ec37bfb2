"""an index of words; indexes for each order and filter of the lists"""

import sqlalchemy as sa
from alembic import op

from api.search import as_tsvector, pairs

revision = "0005"
down_revision = "0004"
OPEN = sa.text("ended_at IS NULL")
BY_ID = ("status", "label", "street", "community", "grid", "assignee")


def upgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_queue")
        batch_op.drop_index("ix_ticket_assignee")
        for name in BY_ID:
            batch_op.create_index(f"ix_ticket_{name}", [name, "id"])
    op.create_index(
        "ix_ticket_open",
        "ticket",
        [sa.text("priority DESC"), "reported_at", "id", "status", "lane", "street", "community", "assignee"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE ticket_words USING fts5(words, content='', tokenize='unicode61')")
        add = sa.text("INSERT INTO ticket_words (rowid, words) VALUES (:key, :words)")
    else:
        op.execute("ALTER TABLE ticket ADD COLUMN words tsvector")
        op.execute("CREATE INDEX ix_ticket_words ON ticket USING gin (words)")
        add = sa.text("UPDATE ticket SET words = CAST(CAST(:words AS text) AS tsvector) WHERE id = :key")
    rows = bind.execute(sa.text("SELECT id, text, place FROM ticket WHERE lane = 'public'")).all()
    for key, text, place in rows:
        said = f"{text}\n{place}"
        words = " ".join(pairs(said)) if bind.dialect.name == "sqlite" else as_tsvector(said)
        bind.execute(add, {"key": key, "words": words})
