"""residents who want no case made of their legal matter"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Who asked before was not told of cases: of their matters none is made. No batch: see 0016."""
    op.add_column("ticket", sa.Column("no_case", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE ticket SET no_case = (lane = 'legal')")
