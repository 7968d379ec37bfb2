"""notices for people on duty, by chat"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("notice", sa.Column("staff_id", sa.Integer(), nullable=True))
