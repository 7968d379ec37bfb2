"""what the live feed tells"""

import sqlalchemy as sa
from alembic import op

revision = "live"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tx", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("was", sa.JSON(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feed_place", "feed", ["tx", "id"])
    # where it begins: a place before the first row that is kept is known to have lost something
    op.execute("INSERT INTO feed (tx, action, at) VALUES (0, 'begin', CURRENT_TIMESTAMP)")
