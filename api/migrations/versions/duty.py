"""notices for people on duty, by chat"""

import sqlalchemy as sa
from alembic import op

revision = "duty"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("notice", sa.Column("staff_id", sa.Integer(), nullable=True))
