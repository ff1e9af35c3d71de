"""Alembic's entry: runs on the connection that `data.store.migrate` hands over."""

from alembic import context

from data.store import (
    account_tables,
    appeal_tables,
    exemption_tables,
    measure_tables,
    mechanism_tables,
    modules,
    observer_tables,
    work_tables,
)
from data.store.tables import metadata

# Every table is known by now.
assert account_tables.metadata is work_tables.metadata is measure_tables.metadata is metadata
assert modules.shared.metadata is appeal_tables.metadata is mechanism_tables.metadata is metadata
assert exemption_tables.metadata is metadata
assert observer_tables.metadata is metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
