"""A world on each kind of database, a case in it, and somebody on shift where it happened."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from data.store.tables import shifts, staff
from tests.data.services.presses import report
from tests.worlds import NOW, make_world

GRID = "320582105204003"


@pytest.fixture
def world(database_url):
    """The home town with its grids, on SQLite and on PostgreSQL."""
    opened = make_world(database_url)
    yield opened
    opened.close()


@pytest.fixture
def case_id(world):
    return report(world)


@pytest.fixture
def member(world):
    """Somebody on shift in the grid of the case."""
    with world.store.write() as transaction:
        row = {"staff_no": "S1", "unit_code": "320582105204", "staff_kind": "contract", "role": "grid_member"}
        transaction.connection.execute(insert(staff).values(id=1, **row))
        times = {"starts_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(hours=1)}
        transaction.connection.execute(insert(shifts).values(staff_id=1, grid_code=GRID, **times))
    return "staff:1"
