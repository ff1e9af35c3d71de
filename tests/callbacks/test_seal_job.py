"""The timed job that seals: by lease, until all is covered, and again after a failure."""

import threading

import pytest

from callbacks import seal_job
from data.services import sealing
from data.services.report import report_case
from tests.data.services.test_report import ACTOR, COMMAND
from tests.data.services.test_sealing import all_seals
from tests.worlds import NOW, make_world


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


class Turns:
    """A stop event that lets a job take so many turns, and remembers for how long it was asked to wait."""

    def __init__(self, turns):
        self.left, self.waits = turns, []

    def wait(self, seconds):
        self.waits.append(seconds)
        self.left -= 1
        return self.left < 0

    def is_set(self):
        return False


def test_one_turn_covers_everything_and_the_next_waits_a_minute(world, monkeypatch):
    monkeypatch.setattr(sealing, "MOST_ENTRIES", 2)
    for _ in range(5):
        report_case(world, COMMAND, ACTOR, NOW)
    turns = Turns(1)
    seal_job.keep_seals(world, "me", turns)
    assert [seal.entry_count for seal in all_seals(world)] == [2, 4, 5]
    assert turns.waits == [60.0, 60.0]


def test_another_server_holds_the_job(world):
    report_case(world, COMMAND, ACTOR, NOW)
    seal_job._seal_all(world, "another", threading.Event())
    report_case(world, COMMAND, ACTOR, NOW)
    seal_job.keep_seals(world, "me", Turns(1))
    assert len(all_seals(world)) == 1


def test_a_failure_is_logged_and_tried_again_soon(world, monkeypatch, caplog):
    report_case(world, COMMAND, ACTOR, NOW)
    answers = iter([OSError("disk full"), True, False])

    def seal(*_):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(seal_job, "seal_next", seal)
    turns = Turns(2)
    seal_job.keep_seals(world, "me", turns)
    assert turns.waits == [60.0, 10.0, 60.0]
    assert "could not be sealed" in caplog.text


def test_it_stops_between_two_seals(world, monkeypatch):
    monkeypatch.setattr(sealing, "MOST_ENTRIES", 1)
    for _ in range(3):
        report_case(world, COMMAND, ACTOR, NOW)
    stop = threading.Event()
    stop.set()
    seal_job._seal_all(world, "me", stop)
    assert all_seals(world) == []
