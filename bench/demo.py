"""Generating the demo town: rows per second, time to the first screen's data, and what other writers feel of it."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Column, MetaData, Table, func, insert, select

from bench.table import BenchRow, less_is_better, more_is_better
from data.demo.run import generate_demo
from data.opening import open_town
from data.settings import Settings
from data.store.tables import journal, visible_cases
from data.store.unit_of_work import Store
from data.world import World

REFERENCE = datetime(2026, 11, 23, 9, 32, 8, tzinfo=UTC)
MONTHS = 24
SAMPLE_ROWS = 50_000
AT_ONCE = 2_000
PROBE_SECONDS = 0.05


def rows() -> Iterator[BenchRow]:
    """Generate the whole history once, with a second writer knocking all the while."""
    with tempfile.TemporaryDirectory() as folder:
        world = open_town(Settings(database_url=f"sqlite:///{Path(folder) / 'cloud.db'}", simulate=0))
        quiet = statistics.quantiles([_knock(world.store) for _ in range(40)], n=20)[-1]
        probe = Probe(world.store)
        seconds, first = _generate(world, probe)
        written = _count(world.store)
        bare = _bare_rows_per_second(world.store, Path(folder))
        world.close()
    yield less_is_better(f"demo: {MONTHS} months, all of it", seconds, None, "s", "< 60 s")
    yield less_is_better("demo: until the first screen's cases show", first, None, "s", "< 5 s")
    yield more_is_better(
        "demo: journal rows, drawn and hashed (bare inserts of ready rows)", written / seconds, bare, "rows/s"
    )
    yield less_is_better(
        "demo: another write meanwhile, p95 (at rest)", probe.p95() * 1000, quiet * 1000, "ms", "< 200 ms"
    )


@dataclass(slots=True)
class Probe:
    """A second writer that commits a row again and again and remembers how long it took."""

    store: Store
    waits: list[float] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Knock until it is over."""
        while not self.is_over.wait(PROBE_SECONDS):
            self.waits.append(_knock(self.store))

    def p95(self) -> float:
        """Return the time in seconds that 19 of 20 writes did not exceed."""
        return statistics.quantiles(self.waits, n=20)[-1]


def _knock(store: Store) -> float:
    begun = time.perf_counter()
    with store.write() as transaction:
        transaction.changed("staff", REFERENCE)
    return time.perf_counter() - begun


def _generate(world: World, probe: Probe) -> tuple[float, float]:
    """Return the seconds that everything took, and those until the newest chunk was visible."""
    published: list[float] = []
    begun = time.perf_counter()

    def note() -> None:
        if not published and _visible(world.store):
            published.append(time.perf_counter() - begun)

    world.store.listeners.append(note)
    thread = threading.Thread(target=probe.run)
    thread.start()
    generate_demo(world.store, world.town, reference=REFERENCE, seed=20231, hmac_key=b"bench", months=MONTHS)
    seconds = time.perf_counter() - begun
    probe.is_over.set()
    thread.join()
    return seconds, published[0]


def _visible(store: Store) -> bool:
    with store.read() as connection:
        return connection.execute(select(visible_cases.c.id).limit(1)).first() is not None


def _count(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(journal)).scalar_one())


def _bare_rows_per_second(store: Store, folder: Path) -> float:
    """Insert journal rows that are there already into a table without keys, as SQLAlchemy does it by itself."""
    with store.read() as connection:
        ready = [dict(row) for row in connection.execute(select(journal).limit(SAMPLE_ROWS)).mappings()]
    empty = Store.open(f"sqlite:///{folder / 'bare.db'}")
    alone = Table(
        journal.name, MetaData(), *(Column(c.name, c.type, primary_key=c.primary_key) for c in journal.c)
    )
    alone.create(empty.engine)
    begun = time.perf_counter()
    for start in range(0, len(ready), AT_ONCE):
        with empty.engine.begin() as connection:
            connection.execute(insert(alone), ready[start : start + AT_ONCE])
    seconds = time.perf_counter() - begun
    empty.close()
    return len(ready) / seconds
