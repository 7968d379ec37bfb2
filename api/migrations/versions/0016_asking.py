"""what a legal topic asks, and residents who stay anonymous to the adviser"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    with op.batch_alter_table("ticket") as table:
        table.add_column(sa.Column("facts", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("pseudonym", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("in_chat", sa.Boolean(), nullable=False, server_default=sa.false()))
