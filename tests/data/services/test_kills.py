"""`kill -9` of a real process between press and answer loses nothing and doubles nothing.

The process is stopped before one of its steps, from its first statement to its answer, and killed there;
then the same press is made again. `make kills` does it at every step, several times over.
"""

from __future__ import annotations

import multiprocessing
import os

import pytest
from sqlalchemy import select

from data.domain.journal import GENESIS
from data.domain.people import SYSTEM
from data.domain.vocabulary import IntakeChannel
from data.services.report import ReportCase, report_case
from data.store.tables import cases, journal, orders, outbox
from data.store.work_tables import dispatch_plans
from tests.data.services.presser import NEVER, press, press_until
from tests.worlds import NOW

KILLS = int(os.environ.get("KILLS", "10"))
PATIENCE = 120
"""Seconds for a process that is only slow; nothing is measured."""


@pytest.fixture(scope="module")
def processes():
    """Real processes, each forked from one that has everything imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.data.services.presser"])
    return context


def report(world):
    command = ReportCase("井盖缺失", "0203", IntakeChannel.PATROL, 120.63, 31.77)
    return report_case(world, command, SYSTEM, NOW).id


def run(processes, world, case_id, stop_at):
    """Press in a process; kill it where it stops. Return its answer, None where it gave none."""
    ours, theirs = processes.Pipe()
    url = world.store.engine.url.render_as_string(hide_password=False)
    process = processes.Process(target=press_until, args=(url, case_id, NOW, f"k{case_id}", stop_at, theirs))
    process.start()
    theirs.close()
    assert ours.poll(PATIENCE), "the process neither stopped nor answered"
    said = ours.recv()
    if said == "stopped":
        process.kill()
    process.join(PATIENCE)
    assert process.exitcode == (-9 if said == "stopped" else 0)
    return None if said == "stopped" else said


def written(world, case_id):
    """What stands in the books about a case: state, version, and rows per table."""
    with world.store.read() as connection:
        case = connection.execute(select(cases).where(cases.c.id == case_id)).one()
        entries = connection.execute(
            select(journal).where(journal.c.case_id == case_id).order_by(journal.c.sequence)
        ).all()
        count = {
            table.name: len(connection.execute(select(table.c.id).where(table.c.case_id == case_id)).all())
            for table in (orders, outbox, dispatch_plans)
        }
    before = [GENESIS, *(entry.hash for entry in entries)]
    assert all(entry.previous_hash == hash_ for entry, hash_ in zip(entries, before, strict=False))
    return case.state, case.version, [entry.action for entry in entries], count


NOTHING = ("reported", 1, ["report"], {"orders": 0, "outbox": 0, "dispatch_plans": 0})


def test_a_killed_press_is_whole_or_not_there_and_pressed_again_is_there_once(world, processes):
    first = report(world)
    receipt, steps = run(processes, world, first, NEVER)
    everything = written(world, first)
    assert (everything[0], everything[1]) == ("dispatched", 2)
    assert everything[3]["orders"] == len(receipt["orders"])
    outcomes = set()
    for number in range(KILLS):
        stop_at = 1 + (number * steps // KILLS if steps > KILLS else number % steps)
        case_id = report(world)
        assert run(processes, world, case_id, stop_at) is None, f"step {stop_at} of {steps} was not reached"
        found = written(world, case_id)
        assert found in (NOTHING, everything), f"half a dispatch after a kill at step {stop_at}"
        again = press(world, case_id, NOW, f"k{case_id}")
        assert again["is_repeated"] is (found == everything)
        assert written(world, case_id) == everything
        outcomes.add(found == everything)
    last = report(world)
    assert run(processes, world, last, steps) is None
    assert written(world, last) == everything, "a press that is about to answer must be durable"
    assert outcomes >= {False}
