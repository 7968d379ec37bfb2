"""tickets listed by Open311"""

from alembic import op

revision = "open311"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("ix_ticket_public", "ticket", ["kind", "reported_at"])
