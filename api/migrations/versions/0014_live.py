"""what the live feed tells; the order of the queue by lateness and neighbours; views that staff keep"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
IS_OPEN = sa.text("ended_at IS NULL")
HAD = "CASE WHEN status = 'reported_back' THEN check_warned ELSE warned END"


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tx", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("was", sa.JSON(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feed_place", "feed", ["tx", "id"])
    # where it begins: a place before the first row that is kept is known to have lost something
    op.execute("INSERT INTO feed (tx, action, at) VALUES (0, 'begin', CURRENT_TIMESTAMP)")
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("staff", "name", name="uq_saved_view"),
    )
    _order()


def _order() -> None:
    with op.batch_alter_table("ticket") as table:
        for name in ("lateness", "joined"):
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        f"UPDATE ticket SET lateness = ({HAD}) - 1 WHERE ended_at IS NULL AND due_at IS NOT NULL AND ({HAD}) > 1"
    )
    op.execute(
        "UPDATE ticket SET joined = (SELECT count(*) FROM follower WHERE follower.ticket_id = ticket.id) - 1"
        " WHERE EXISTS (SELECT 1 FROM follower WHERE follower.ticket_id = ticket.id)"
    )
    op.drop_index("ix_ticket_open", table_name="ticket")
    op.create_index(
        "ix_ticket_open",
        "ticket",
        [
            *(sa.text(f"{name} DESC") for name in ("priority", "lateness", "joined")),
            "reported_at",
            "id",
            "status",
            "lane",
            "street",
            "community",
            "assignee",
        ],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
