"""tickets listed by Open311"""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index("ix_ticket_public", "ticket", ["kind", "reported_at"])
