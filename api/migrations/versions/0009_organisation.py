"""who handles what: areas, members and shifts of units, routing rules and their troubles, parts of joint units"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("unit", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_unit_kind", "unit", ["kind"])
    op.create_table(
        "unit_area",
        sa.Column("unit", sa.String(), sa.ForeignKey("unit.code"), primary_key=True),
        sa.Column("area", sa.String(), sa.ForeignKey("area.code"), primary_key=True),
    )
    op.create_index("ix_unit_area_area", "unit_area", ["area"])
    op.create_table(
        "unit_member",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("unit", sa.String(), sa.ForeignKey("unit.code"), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
    )
    op.create_index("ix_unit_member_unit", "unit_member", ["unit"])
    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("unit", sa.String(), sa.ForeignKey("unit.code"), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
    )
    op.create_index("ix_shift_unit", "shift", ["unit"])
    op.create_table(
        "routing_rule",
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=True),
        sa.Column("to", sa.JSON(), nullable=False),
        sa.Column("joint", sa.JSON(), nullable=False),
    )
    op.create_table(
        "rule_trouble",
        sa.Column("rule", sa.String(), primary_key=True),
        sa.Column("why", sa.String(), primary_key=True),
        sa.Column("area", sa.String(), primary_key=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_rule_trouble_last_at", "rule_trouble", ["last_at"])
    op.create_table(
        "part",
        sa.Column("ticket_id", sa.Integer(), sa.ForeignKey("ticket.id"), primary_key=True),
        sa.Column("unit", sa.String(), primary_key=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_part_unit", "part", ["unit"])
