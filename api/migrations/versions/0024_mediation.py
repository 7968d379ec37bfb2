"""matters handed to mediation, the clock that stands for them, and entries beside one that counts by itself"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
OPEN = sa.text("ended_at IS NULL")
WORDS = ("party", "reach", "name", "meets_where")
LONG_WORDS = ("why", "party_how", "agreement")
MOMENTS = ("resident_at", "remind_at", "calls_at", "ended_at")


def upgrade() -> None:
    op.create_table(
        "mediation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in WORDS),
        *(sa.Column(name, sa.Text(), nullable=False) for name in LONG_WORDS),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in MOMENTS),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("began_on", "ended_on")),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("called", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("ticket_id", "remind_at", "calls_at"):
        op.create_index(f"ix_mediation_{column}", "mediation", [column])
    op.create_index("ix_mediation_begun", "mediation", ["began_on"])
    op.create_index(
        "uq_mediation_open", "mediation", ["ticket_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    for table, column in (("pause", "of_mediation"), ("adviser_service", "another")):
        op.add_column(table, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
