"""a notice may be said once more, by another one"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("notice", sa.Column("again_of", sa.Integer(), nullable=True))
    op.create_index("ix_notice_again", "notice", ["again_of"], unique=True)
