"""A suspension ends by itself: once, in the name of the program, at its named date however late it is written."""

import threading
from datetime import timedelta

import pytest

from data.domain.vocabulary import Action, CaseState, Role
from data.services.timed_resume import cases_to_resume, resume_case
from data.settings import Settings
from data.world import open_world
from tests.data.domain.clock_oracle import local
from tests.data.services.life import DISPATCHER, LEAD, LEADER, Life

A = Action
END = local("11-25 09:00")


@pytest.fixture
def life(world):
    """Two working hours from Monday 09:00, suspended at 10:00 until Wednesday 09:00: one hour is left."""
    life = Life.begin(world).sent()
    life.walk("11-23 09:30", A.SIGN)
    life.do(A.SUSPEND, LEAD, "11-23 10:00", until=END)
    return life


def resume_all(world, now):
    return [resume_case(world, case_id, now) for case_id in cases_to_resume(world, now)]


def test_not_a_moment_early_and_then_by_the_program(world, life):
    assert resume_all(world, END - timedelta(microseconds=1)) == []
    assert resume_case(world, life.case_id, END - timedelta(microseconds=1)) is False
    assert resume_all(world, END) == [True]
    last = life.entries[-1]
    assert (last.action, last.actor, last.actor_role) == (A.RESUME, "system", Role.SYSTEM)
    assert (last.from_state, last.to_state) == (CaseState.SUSPENDED, CaseState.SIGNED)
    assert last.reason == "挂起到期，自动恢复"
    assert life.due == local("11-25 10:00")
    assert life.agrees("11-25 09:30")
    assert resume_all(world, END) == []


def test_after_an_outage_it_happened_at_its_date_and_is_known_since_now(world, life):
    version = life.row["version"]
    assert resume_all(world, local("11-27 08:00")) == [True]
    last = life.entries[-1]
    assert (last.happened_at, last.recorded_at) == (END, local("11-27 08:00"))
    assert last.is_time_flagged
    assert life.row["version"] == version + 1
    assert life.due == local("11-25 10:00")
    assert life.reading("11-27 08:00").overdue_since == local("11-25 10:00")


def test_what_was_done_meanwhile_comes_first_and_the_clock_is_the_same(world, life):
    life.do(A.SUPERVISE, LEADER, "11-25 11:00", reply_by=local("11-26 09:00"))
    assert resume_all(world, local("11-25 12:00")) == [True]
    assert life.entries[-1].happened_at == local("11-25 11:00")
    assert life.due == local("11-25 10:00")
    assert life.agrees()


def test_a_case_that_was_resumed_by_hand_is_left_alone(world, life):
    life.do(A.RESUME, DISPATCHER, "11-24 09:00")
    assert resume_all(world, END) == []
    assert resume_case(world, life.case_id, END) is False


def test_two_servers_resume_once(world, life, database_url):
    other = open_world(Settings(database_url=database_url, simulate=0))
    start, results = threading.Barrier(2), []

    def one(mine):
        found = cases_to_resume(mine, END)
        start.wait()
        results.extend(resume_case(mine, case_id, END) for case_id in found)

    threads = [threading.Thread(target=one, args=(mine,)) for mine in (world, other)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    other.close()
    assert sorted(results) == [False, True]
    assert [entry.action for entry in life.entries].count(A.RESUME) == 1
