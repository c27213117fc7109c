"""Alembic's door: runs the migrations on the connection that `formcheck.records.migrate` hands over."""

from __future__ import annotations

from alembic import context

from formcheck.records.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
