"""programs of other offices; histories bound event by event"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "client",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name"),
        sa.UniqueConstraint("key_hash"),
    )

    op.create_table(
        "day_head",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("events", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("head", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seq", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("seals", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("state", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("mac", sa.String(), nullable=False, server_default=""))
    op.execute(
        "UPDATE event SET seq ="
        " (SELECT count(*) FROM event AS other WHERE other.ticket_id = event.ticket_id AND other.id <= event.id)"
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_unique_constraint("uq_event_seq", ["ticket_id", "seq"])
        batch_op.drop_index("ix_event_ticket_id")  # the constraint's own index begins with it
        batch_op.create_index("ix_event_at", ["at"], unique=False)
