"""warnings of a promise that runs out"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        for name in ("warned", "check_warned", "urged"):
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("warns_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_ticket_warns_at", ["warns_at"], unique=False)
