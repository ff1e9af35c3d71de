"""A generated history stands up to the verification that an operator's does, sealed like everything else."""

import pytest

from data.services.sealing import seal_next
from data.settings import Settings
from data.views.verification import verify_journal
from data.world import open_world
from tests.data.demo.conftest import REFERENCE
from tests.data.views.tampering import tamper


@pytest.fixture
def world(demo, tmp_path):
    """A month of the full-size demo, for a test that writes into it."""
    path = tmp_path / "demo.db"
    with demo.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{path}'")
    opened = open_world(Settings(database_url=f"sqlite:///{path}", simulate=0))
    yield opened
    opened.close()


def test_a_month_of_the_demo_is_sealed_whole_and_verified(world):
    while seal_next(world, REFERENCE):
        pass
    report = verify_journal(world.store)
    assert report.listed == []
    assert report.cases > 4_000
    assert (report.unsealed, report.newest_seal.case_count) == (0, report.cases)
    assert report.newest_seal.entry_count == report.entries
    tamper(world.store, "DELETE FROM journal WHERE id = 777")
    report = verify_journal(world.store)
    assert report.found > 0
    assert "第一个空缺的编号是 777" in str(report.listed[-1])
