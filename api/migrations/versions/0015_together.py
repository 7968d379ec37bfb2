"""who took a ticket in hand, and who is looking at it"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def _ticket() -> sa.Column[int]:
    return sa.Column("ticket_id", sa.Integer(), sa.ForeignKey("ticket.id"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "hold",
        _ticket(),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    op.create_table(
        "presence",
        _ticket(),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("writes", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "staff"),
    )
    for table, column in (("hold", "staff"), ("hold", "until"), ("presence", "seen_at")):
        op.create_index(f"ix_{table}_{column}", table, [column])
