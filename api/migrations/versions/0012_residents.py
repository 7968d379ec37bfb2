"""residents in a table of their own, known everywhere else by a random name"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
NAMED = "SELECT channel || ':' || address FROM resident"
OWN = sa.text("role = 'resident'")
DIALECTS = {
    "sqlite": {
        "random": "lower(hex(randomblob(16)))",
        "colon": "instr(actor, ':')",
        "salt": "json_extract(seals, '$.actor[0]')",
        "unsalted": "json_set(seals, '$.actor[0]', '')",
    },
    "postgresql": {
        "random": "replace(CAST(gen_random_uuid() AS text), '-', '')",
        "colon": "position(':' in actor)",
        "salt": "seals -> 'actor' ->> 0",
        "unsalted": "CAST(jsonb_set(CAST(seals AS jsonb), '{actor,0}', '\"\"') AS json)",
    },
}


def upgrade() -> None:
    said = DIALECTS[op.get_bind().dialect.name]
    _residents(said)
    _tickets()
    _followers()
    _events(said)
    _others()
    op.drop_index("ix_resident_named", "resident")


def _residents(said: dict[str, str]) -> None:
    op.create_table(
        "resident",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "address"),
    )
    op.create_table(
        "old_seal",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.PrimaryKeyConstraint("event_id"),
    )
    colon = said["colon"]
    op.execute(
        f"INSERT INTO resident (id, channel, address) SELECT {said['random']}, channel, address FROM ("
        " SELECT channel, reporter AS address FROM ticket WHERE text <> ''"  # else it was erased
        " UNION SELECT channel, address FROM follower"
        " UNION SELECT channel, address FROM notice"
        "  WHERE address <> '' AND channel <> 'desk' AND staff_id IS NULL AND kind <> 'progress'"
        f" UNION SELECT substr(actor, 1, {colon} - 1), substr(actor, {colon} + 1) FROM event"
        "  WHERE role = 'resident' AND actor <> ''"
        ") AS everybody"
    )
    op.create_index("ix_resident_named", "resident", [sa.text("(channel || ':' || address)")])


def _tickets() -> None:
    """No batch: SQLite would copy the table without its indexes by expression."""
    op.execute("ALTER TABLE ticket ADD COLUMN reporter_id VARCHAR REFERENCES resident (id)")
    op.execute(
        "UPDATE ticket SET reporter_id = (SELECT resident.id FROM resident"
        " WHERE resident.channel = ticket.channel AND resident.address = ticket.reporter) WHERE text <> ''"
    )
    op.drop_index("ix_ticket_reporter", "ticket")
    op.execute("ALTER TABLE ticket DROP COLUMN reporter")
    op.create_index("ix_ticket_reporter", "ticket", ["reporter_id", "reported_at"])


def _followers() -> None:
    op.execute("ALTER TABLE follower ADD COLUMN resident_id VARCHAR REFERENCES resident (id)")
    op.execute(
        "UPDATE follower SET resident_id = (SELECT resident.id FROM resident"
        " WHERE resident.channel = follower.channel AND resident.address = follower.address)"
    )
    op.drop_index("ix_follower_address", "follower")
    without_its_constraint = sa.Table(
        "follower",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("ticket_id", sa.Integer(), sa.ForeignKey("ticket.id"), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("resident_id", sa.String(), sa.ForeignKey("resident.id"), nullable=True),
    )
    with op.batch_alter_table("follower", copy_from=without_its_constraint) as batch_op:
        batch_op.drop_column("channel")
        batch_op.drop_column("address")
        batch_op.alter_column("resident_id", existing_type=sa.String(), nullable=False)
        batch_op.create_unique_constraint("uq_follower", ["ticket_id", "resident_id"])
        batch_op.create_index("ix_follower_resident_id", ["resident_id"])


def _events(said: dict[str, str]) -> None:
    """What binds an event stays as it is; the salt of the address goes where the address went."""
    op.execute(
        f"INSERT INTO old_seal (event_id, salt) SELECT id, {said['salt']} FROM event"
        f" WHERE role = 'resident' AND actor <> '' AND {said['salt']} <> ''"
    )
    op.execute(f"UPDATE event SET seals = {said['unsalted']} WHERE id IN (SELECT event_id FROM old_seal)")
    _rename("event", "actor", "role = 'resident'")
    op.create_index("ix_event_resident", "event", ["actor"], sqlite_where=OWN, postgresql_where=OWN)


def _others() -> None:
    _rename("photo", "by")
    _rename("request_key", "caller")
    op.execute(
        "UPDATE notice SET address = (SELECT resident.id FROM resident"
        " WHERE resident.channel = notice.channel AND resident.address = notice.address)"
        " WHERE address <> '' AND channel <> 'desk' AND staff_id IS NULL AND kind <> 'progress'"
    )
    bind = op.get_bind()
    keys = bind.execute(sa.text("SELECT caller, key FROM request_key")).all()
    hashed = [{"caller": who, "key": key, "kept": hashlib.sha256(key.encode()).hexdigest()} for who, key in keys]
    if hashed:
        bind.execute(sa.text("UPDATE request_key SET key = :kept WHERE caller = :caller AND key = :key"), hashed)


def _rename(table: str, column: str, which: str = "1 = 1") -> None:
    op.execute(
        f'UPDATE {table} SET "{column}" = (SELECT resident.id FROM resident'
        f" WHERE (resident.channel || ':' || resident.address) = {table}.\"{column}\")"
        f' WHERE {which} AND "{column}" IN ({NAMED})'
    )
