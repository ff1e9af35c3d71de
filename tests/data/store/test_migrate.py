"""The migrations lead to exactly the tables that the code knows."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from data.store.account_tables import users
from data.store.migrate import migrate
from data.store.tables import metadata
from data.store.work_tables import alarms


def test_every_table_stands_in_one_metadata():
    assert users.metadata is alarms.metadata is metadata


def test_migrations_and_tables_agree(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(store):
    migrate(store.engine)
