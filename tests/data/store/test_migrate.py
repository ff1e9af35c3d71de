"""The migrations lead to exactly the tables that the code knows."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text

from data.store.account_tables import users
from data.store.migrate import migrate
from data.store.tables import metadata, visible_cases
from data.store.work_tables import alarms


def test_every_table_stands_in_one_metadata():
    assert users.metadata is alarms.metadata is metadata


def test_migrations_and_tables_agree(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_open_cases_are_found_without_walking_through_the_closed_ones(store):
    query = select(visible_cases.c.due_at).where(visible_cases.c.is_open.is_(True))
    sql = query.compile(store.engine, compile_kwargs={"literal_binds": True})
    with store.engine.connect() as connection:
        if store.is_sqlite:
            steps = connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"))
        else:
            connection.execute(text("SET enable_seqscan = off"))  # an empty table would be read whole
            steps = connection.execute(text(f"EXPLAIN {sql}"))
        assert "ix_cases_open_due_at" in " ".join(str(step) for step in steps)


def test_migrating_twice_changes_nothing(store):
    migrate(store.engine)
