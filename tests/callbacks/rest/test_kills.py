"""`kill -9` of the real HTTP server between press and answer loses nothing and doubles nothing.

The server is stopped before one of the press's steps, from its first statement to the first byte of its answer,
and killed there; it is started again and the same request is sent again. `make kills` does it at every step,
several times over.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data.domain.journal import GENESIS
from data.domain.people import SYSTEM
from data.domain.vocabulary import IntakeChannel
from data.services.housekeeping import hold_job
from data.services.report import ReportCase, report_case
from data.store.tables import cases, journal, orders, outbox
from data.store.work_tables import dispatch_plans
from data.world import utc_now
from tests.callbacks.rest.stopping_server import STEPS, STOP_AT, STOPPED, TOKEN, serve
from tests.worlds import make_world

KILLS = int(os.environ.get("KILLS", "10"))
NEVER = 0
PATIENCE = 120
"""Seconds for a process that is only slow; nothing is measured."""

NOTHING = ("reported", 1, ["report"], {"orders": 0, "outbox": 0, "dispatch_plans": 0})


@pytest.fixture
def world(database_url):
    """The home town on each kind of database; its demo history stays unwritten, as another process holds the job."""
    opened = make_world(database_url)
    hold_job(opened, "demo", "test", utc_now(), timedelta(days=1).total_seconds())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def processes():
    """Real processes, each forked from one that has everything imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.callbacks.rest.stopping_server"])
    return context


@pytest.fixture
def server(processes, world):
    """A server that is started again whenever it was killed."""
    running = Server(processes, world.store.engine.url.render_as_string(hide_password=False))
    yield running
    running.kill()


class Server:
    """The server's process and how to press over HTTP."""

    def __init__(self, processes: Any, url: str) -> None:
        self._processes, self._url = processes, url
        self._threads = ThreadPoolExecutor(1)
        self.start()

    def start(self) -> None:
        """Start the process and wait until it listens."""
        self._pipe, theirs = self._processes.Pipe()
        self._process = self._processes.Process(target=serve, args=(self._url, theirs), daemon=True)
        self._process.start()
        theirs.close()
        assert self._pipe.poll(PATIENCE), "the server did not start"
        self._port = self._pipe.recv()

    def kill(self) -> None:
        """End the process as a power cut would."""
        self._process.kill()
        self._process.join(PATIENCE)
        assert self._process.exitcode == -9

    def press(self, case_id: int) -> tuple[dict[str, Any], int]:
        """Press for a case as it was reported; return the receipt and the number of steps."""
        return self._send(case_id, NEVER).result(PATIENCE)

    def killed_press(self, case_id: int, stop_at: int) -> bool:
        """Press and kill the server before a step; return whether that step was reached."""
        answer = self._send(case_id, stop_at)
        while not self._pipe.poll(0.02):
            if answer.done():
                return False
        assert self._pipe.recv() == STOPPED
        self.kill()
        with pytest.raises(OSError):
            answer.result(PATIENCE)
        return True

    def _send(self, case_id: int, stop_at: int) -> Future[tuple[dict[str, Any], int]]:
        headers = {
            "Authorization": f"Bearer {TOKEN}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"k{case_id}",
            STOP_AT: str(stop_at),
        }
        address = f"http://127.0.0.1:{self._port}/api/v1/cases/{case_id}/actions"
        body = json.dumps({"action": "dispatch", "version": 1}).encode()
        return self._threads.submit(_answer, urllib.request.Request(address, body, headers))


def _answer(request: urllib.request.Request) -> tuple[dict[str, Any], int]:
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer), int(answer.headers[STEPS])


def report(world):
    command = ReportCase("井盖缺失", "0203", IntakeChannel.PATROL, 120.63, 31.77)
    return report_case(world, command, SYSTEM, utc_now()).id


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


def test_a_killed_press_is_whole_or_not_there_and_pressed_again_is_there_once(world, server):
    first = report(world)
    receipt, _ = server.press(first)
    everything = written(world, first)
    assert (everything[0], everything[1]) == ("dispatched", 2)
    assert everything[3]["orders"] == len(receipt["orders"])
    _, steps = server.press(report(world))  # of a server that has warmed up, as every one below has
    outcomes = set()
    for number in range(KILLS):
        stop_at = 1 + (number * steps // KILLS if steps > KILLS else number % steps)
        case_id = report(world)
        assert server.killed_press(case_id, stop_at), f"step {stop_at} of {steps} was not reached"
        found = written(world, case_id)
        assert found in (NOTHING, everything), f"half a dispatch after a kill at step {stop_at}"
        server.start()
        again, _ = server.press(case_id)
        assert again["is_repeated"] is (found == everything)
        assert written(world, case_id) == everything
        outcomes.add(found == everything)
    last = report(world)
    assert server.killed_press(last, steps)
    assert written(world, last) == everything, "a press that is about to answer must be durable"
    assert outcomes >= {False}
