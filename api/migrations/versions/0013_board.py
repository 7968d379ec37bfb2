"""what the board counts, by indexes alone"""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_index(
        "ix_ticket_board",
        "ticket",
        [
            "lane",
            "reported_at",
            "street",
            "community",
            "grid",
            "label",
            "status",
            "urgent",
            "warned",
            "disputes",
            "score",
        ],
    )
    op.create_index("ix_event_board", "event", ["action", "at", "ticket_id"])
