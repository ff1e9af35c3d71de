"""The timed job that ends suspensions: it looks on, and one case that fails keeps no other waiting."""

import pytest

from callbacks import resume_job
from data.domain.vocabulary import Action, CaseState
from tests.callbacks.test_seal_job import Turns
from tests.data.domain.clock_oracle import local
from tests.data.services.life import LEAD, Life
from tests.worlds import make_world


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def lives(world, monkeypatch):
    """Two suspended cases whose date has come."""
    monkeypatch.setattr(resume_job, "utc_now", lambda: local("11-24 09:00"))
    lives = [Life.begin(world).sent(), Life.begin(world).sent()]
    for life in lives:
        life.do(Action.SUSPEND, LEAD, "11-23 10:00", until=local("11-24 09:00"))
    return lives


def test_every_turn_resumes_what_is_due(world, lives):
    turns = Turns(2)
    resume_job.keep_resumes(world, "me", turns)
    assert [life.state for life in lives] == [CaseState.DISPATCHED, CaseState.DISPATCHED]
    assert turns.waits == [5.0, 5.0, 5.0]


def test_a_case_that_fails_is_logged_and_tried_again(world, lives, monkeypatch, caplog):
    resume = resume_job.resume_case

    def fail_first(world, case_id, now):
        if case_id == lives[0].case_id:
            raise OSError("disk full")
        return resume(world, case_id, now)

    monkeypatch.setattr(resume_job, "resume_case", fail_first)
    turns = Turns(1)
    resume_job.keep_resumes(world, "me", turns)
    assert [life.state for life in lives] == [CaseState.SUSPENDED, CaseState.DISPATCHED]
    assert turns.waits == [5.0, 10.0]
    assert f"case {lives[0].case_id} could not be resumed" in caplog.text


def test_a_database_that_does_not_answer_is_asked_again(world, monkeypatch, caplog):
    def broken(*_):
        raise OSError("gone")

    monkeypatch.setattr(resume_job, "cases_to_resume", broken)
    turns = Turns(1)
    resume_job.keep_resumes(world, "me", turns)
    assert turns.waits == [5.0, 10.0]
    assert "could not be read" in caplog.text
