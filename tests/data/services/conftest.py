"""A world on each kind of database."""

import pytest

from tests.worlds import make_world


@pytest.fixture
def world(database_url):
    """The home town with its grids, on SQLite and on PostgreSQL."""
    opened = make_world(database_url)
    yield opened
    opened.close()
