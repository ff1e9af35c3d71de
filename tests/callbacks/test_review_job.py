"""The timed job of bad reviews looks, opens what waits, and goes on after a failure."""

import pytest
from sqlalchemy import func, select

from callbacks import repeating, review_job
from data.services.review_cases import ReviewWatch
from data.store.tables import cases
from tests.callbacks.test_seal_job import Turns
from tests.data.services.test_review_cases import say
from tests.worlds import NOW, make_world


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


def test_a_review_has_its_case_after_a_turn_and_a_failure_is_only_a_pause(world, monkeypatch):
    monkeypatch.setattr(review_job, "utc_now", lambda: NOW)
    look, failures = ReviewWatch.look, [RuntimeError("gone")]

    def fail_first(self, now):
        if failures:
            raise failures.pop()
        return look(self, now)

    monkeypatch.setattr(ReviewWatch, "look", fail_first)
    say(world)
    turns = Turns(3)
    review_job.keep_reviews(world, "me", turns)
    every, retry = review_job.LOOK_EVERY_SECONDS, repeating.RETRY_SECONDS
    assert turns.waits == [every, retry, every, every]
    with world.store.read() as connection:
        assert connection.execute(select(func.count()).select_from(cases)).scalar_one() == 1
