"""cases: answers that help the next resident, while they are written and once they are approved; who wants to hear of
them"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "legal_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        *_words(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=False),
        sa.Column("withdrawn_why", sa.Text(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("helped", sa.Integer(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("label", "reviewed_on"):
        op.create_index(f"ix_legal_case_{column}", "legal_case", [column])
    op.create_table(
        "case_version",
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("legal_case.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_words(),
        sa.PrimaryKeyConstraint("case_id", "version"),
    )
    op.create_table(
        "case_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), sa.ForeignKey("ticket.id"), nullable=True, unique=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("legal_case.id"), nullable=True, unique=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("laws", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_case_draft_author", "case_draft", ["author"])
    _outreach()


def _outreach() -> None:
    op.create_table(
        "subscription",
        sa.Column("resident_id", sa.String(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "label"),
    )
    op.create_table(
        "case_sent",
        sa.Column("resident_id", sa.String(), sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("legal_case.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "case_id"),
    )
    with op.batch_alter_table("notice") as table:  # a case of the week is of no ticket
        table.alter_column("ticket_id", existing_type=sa.Integer(), nullable=True)
        table.alter_column("event_id", existing_type=sa.Integer(), nullable=True)


def _words() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("laws", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
    )
