"""reports of other offices; notices of one address in their order"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "intake",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("their_id", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("digests", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("source", "their_id"),
    )
    op.create_index("ix_intake_ticket_id", "intake", ["ticket_id"])
    op.create_index("ix_notice_line", "notice", ["channel", "address", "sent_at"])
