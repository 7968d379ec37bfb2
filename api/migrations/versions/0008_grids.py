"""borders of grids, demonstration grids, retired ones; the revision by which processes see that areas changed"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("area", sa.Column("polygon", sa.Text(), nullable=False, server_default=""))
    op.add_column("area", sa.Column("demo", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("area", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("area", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_area_revision", "area", ["revision"])
