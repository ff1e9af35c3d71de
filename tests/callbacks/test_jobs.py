"""The timed jobs: what a process holds, it holds by name."""

import pytest

from callbacks.jobs import LEASE_SECONDS, Jobs
from data.services.housekeeping import hold_job
from data.world import utc_now
from tests.worlds import make_world


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


def test_holding_one_job_is_not_holding_another(world):
    jobs = Jobs(world)
    assert hold_job(world, "digest", "another process", utc_now(), LEASE_SECONDS)
    assert jobs._holds("demo")
    assert not jobs._holds("digest")
    assert jobs._holds("demo")
