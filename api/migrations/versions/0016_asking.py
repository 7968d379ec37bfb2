"""what a legal topic asks, and residents who stay anonymous to the adviser"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """No batch: SQLite would copy the table for the truth value, and others refer to it."""
    op.add_column("ticket", sa.Column("facts", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("ticket", sa.Column("pseudonym", sa.String(), nullable=False, server_default=""))
    op.add_column("ticket", sa.Column("in_chat", sa.Boolean(), nullable=False, server_default=sa.false()))
