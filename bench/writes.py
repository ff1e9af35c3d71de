"""Durable reports per second over REST, against bare commits of the same rows with the same `synchronous`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlalchemy import insert

from bench.serve import MINI_TOWN
from bench.table import BenchRow, more_is_better
from data.store.migrate import migrate
from data.store.tables import cases, journal
from data.store.unit_of_work import Store
from tests.browser.server import Server, report_headers

COUNT = 400
AT_ONCE = 8


def rows() -> Iterator[BenchRow]:
    """Measure one client and eight at once."""
    for clients in (1, AT_ONCE):
        word = "1 client" if clients == 1 else f"{clients} clients"
        yield more_is_better(
            f"durable POST /cases, {word} (bare commits)", _posts(clients), _commits(clients), "per s"
        )


def _posts(clients: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), MINI_TOWN)
        server.start()
        try:
            with httpx.Client(base_url=server.url, timeout=30) as client:
                return _rate(lambda number: _post(client, number), clients)
        finally:
            server.stop()


def _post(client: httpx.Client, number: int) -> None:
    body = {
        "title": f"写入{number}",
        "category": "0101",
        "intake_channel": "window",
        "lon": 120.63 + number % 20 / 10_000,
        "lat": 31.77,
    }
    client.post("/api/v1/cases", json=body, headers=report_headers()).raise_for_status()


def _commits(clients: int) -> float:
    """Insert one case and one journal row in one transaction each, on the program's own engine."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/bare.db")
        migrate(store.engine)
        try:
            return _rate(lambda number: _commit(store, number), clients)
        finally:
            store.close()


def _commit(store: Store, number: int) -> None:
    now = datetime.now(UTC)
    case = {
        "number": f"bare-{number}",
        "source_key": "bare",
        "title": f"写入{number}",
        "category_code": "0101",
        "severity": "normal",
        "state": "reported",
        "is_open": True,
        "version": 1,
        "intake_channel": "window",
        "reported_at": now,
        "location_grade": "A",
        "changed_by": "bare",
    }
    with store.engine.begin() as connection:
        key = connection.execute(insert(cases).values(case)).inserted_primary_key
        connection.execute(insert(journal).values(_entry(key[0] if key else 0, now)))


def _entry(case_id: int, now: datetime) -> dict[str, object]:
    return {
        "case_id": case_id,
        "sequence": 1,
        "recorded_at": now,
        "happened_at": now,
        "actor": "bare",
        "actor_role": "system",
        "action": "report",
        "to_state": "reported",
        "payload": "{}",
        "previous_hash": "0" * 64,
        "hash": "0" * 64,
    }


def _rate(write: Callable[[int], None], clients: int) -> float:
    """Return how many writes per second `clients` threads reach."""
    for number in range(10):
        write(-1 - number)
    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(write, range(COUNT)))
    return COUNT / (time.perf_counter() - start)
