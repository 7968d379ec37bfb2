"""Alembic: the connection is handed in by `Database.migrate`; new revisions are compared with the models."""

from alembic import context

from bot.store import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
