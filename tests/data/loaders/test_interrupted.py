"""A load is seen whole or not at all, dies without a trace, and stands in nobody's way."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update

from data.domain.errors import Conflict
from data.loaders import ledger, pipeline, publish, staging
from data.loaders.liveness import only_load
from data.loaders.pipeline import load
from data.loaders.sweep import sweep_dead_loads
from data.opening import open_town
from data.settings import Settings
from data.store.tables import cases, changes, journal, loads, metadata, rejects
from data.store.unit_of_work import Store
from data.world import World
from tests.conftest import ROOT
from tests.data.loaders.conftest import GOOD, NOW, OpenWorld

WriteCsv = Callable[..., Path]
LOADER = """
import sys
from datetime import datetime
from pathlib import Path
from data.loaders import imports, publish, staging
from data.loaders.pipeline import load
from data.settings import Settings
from data.world import open_world
url, town, path, now, stop_at = sys.argv[1:]
def wait(*_args, **_more):
    print("here", flush=True)
    sys.stdin.read()
if stop_at == "staged":
    publish.Publisher.publish = wait
elif stop_at == "changing":
    slices = []
    apply = publish.Publisher._apply_slice
    def second(self, *args):
        slices.append(1)
        return wait() if len(slices) == 2 else apply(self, *args)
    publish.Publisher._apply_slice = second
else:
    staging.STAGE_ROWS = publish.JOURNAL_SLICE = 100
    calls = []
    write = imports.ImportJournal.write
    def third(*args):
        calls.append(1)
        return wait() if len(calls) == 3 else write(*args)
    imports.ImportJournal.write = third
world = open_world(Settings(database_url=url, town=town, hash_key="key"))
load(world, "calls", Path(path), datetime.fromisoformat(now))
"""
COUNTED = (
    "cases",
    "case_contents",
    "journal",
    "rejects",
    "loads",
    "staged_changes",
    "before_images",
    "changes",
)


def _counts(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one()
            for name in COUNTED
        }


def _visible(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM visible_cases")).scalar_one())


@contextmanager
def _loader_stopped_at(stop_at: str, world: World, path: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a real process that loads the file and halts at a point, then kill it with SIGKILL."""
    arguments = [world.store.engine.url.render_as_string(hide_password=False), str(world.town.folder)]
    process = subprocess.Popen(
        [sys.executable, "-c", LOADER, *arguments, str(path), NOW.isoformat(), stop_at],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _lines(count: int) -> list[str]:
    return [GOOD.replace("A1", f"B{number}") for number in range(count)]


def test_a_load_that_is_killed_half_way_leaves_the_database_as_before(
    world: World, write_csv: WriteCsv
) -> None:
    load(world, "calls", write_csv(GOOD), NOW)
    before = _counts(world.store)
    path = write_csv(*_lines(500), "坏行", name="big.csv")
    with _loader_stopped_at("staged", world, path):
        assert _visible(world.store) == 1
        assert sweep_dead_loads(world.store, NOW) == []  # it lives: nobody touches it
        with pytest.raises(Conflict, match="正在由另一个进程载入"):
            load(world, "calls", path, NOW)
    assert _visible(world.store) == 1
    assert len(_swept(world.store)) == 1
    assert _counts(world.store) == before
    assert load(world, "calls", path, NOW).counts.inserted == 500


def _swept(store: Store) -> list[int]:
    """Sweep as soon as PostgreSQL has noticed that the process is gone and given its lock back."""
    deadline = time.monotonic() + 60
    while not (swept := sweep_dead_loads(store, NOW)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return swept


def test_a_load_killed_while_publishing_is_unseen_and_then_completed(
    world: World, write_csv: WriteCsv
) -> None:
    with _loader_stopped_at("publishing", world, write_csv(*_lines(500))):
        pass
    assert _visible(world.store) == 0
    assert len(_swept(world.store)) == 1
    assert _visible(world.store) == 500
    with world.store.read() as connection:
        assert connection.execute(select(func.count()).select_from(journal)).scalar_one() == 500
        assert connection.execute(select(func.count()).where(changes.c.topic == "cases")).scalar_one() == 1


def test_cases_that_a_load_changes_are_never_hidden(
    open_mini: OpenWorld, database_url: str, mini_folder: Path, write_csv: WriteCsv
) -> None:
    """The publisher dies between two slices of changes; opening the town again completes the load."""
    world = open_mini(database_url)
    load(world, "calls", write_csv(*_lines(1_001)), NOW)
    changed = [line.replace("破损", "碎裂") for line in _lines(1_002)]  # and one new case
    with _loader_stopped_at("changing", world, write_csv(*changed)):
        assert (_visible(world.store), _titled(world.store, "井盖碎裂")) == (1_001, 500)
    assert _visible(world.store) == 1_001
    open_town(Settings(database_url=database_url, town=str(mini_folder), hash_key="key")).close()
    assert (_visible(world.store), _titled(world.store, "井盖碎裂")) == (1_002, 1_002)


def _titled(store: Store, title: str) -> int:
    with store.read() as connection:
        query = text("SELECT count(*) FROM visible_cases WHERE title = :title")
        return int(connection.execute(query, {"title": title}).scalar_one())


def test_a_dead_load_is_removed_in_whatever_order_its_rows_lie(
    world: World, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL moves a row that is written again to the end of its table."""

    def die(*_args: Any) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(publish.Publisher, "publish", die)
    monkeypatch.setattr(pipeline, "remove_if_staging", lambda *_args: None)
    with pytest.raises(OSError, match="power cut"):
        load(world, "calls", write_csv(*_lines(5)), NOW)
    with world.store.write() as transaction:
        lowest = select(func.min(cases.c.id)).scalar_subquery()
        transaction.connection.execute(update(cases).where(cases.c.id == lowest).values(reported_at=NOW))
        load_id = transaction.connection.execute(select(cases.c.load_id).limit(1)).scalar_one()
    assert ledger._remove_some(world.store, load_id, 5) == 5
    assert _counts(world.store)["cases"] == 0


def test_an_error_half_way_leaves_no_trace(
    mini: World, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _counts(mini.store)

    def broken(*_args: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(publish.Publisher, "publish", broken)
    with pytest.raises(OSError, match="disk full"):
        load(mini, "calls", write_csv(*_lines(20), "坏行"), NOW)
    assert _counts(mini.store) == before


def test_nothing_is_seen_before_everything_is(
    mini: World, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "STAGE_ROWS", 100)
    seen: list[int] = []
    real = staging._stage_new

    def watched(*args: Any) -> None:
        real(*args)
        seen.append(_visible(mini.store))

    monkeypatch.setattr(staging, "_stage_new", watched)
    load(mini, "calls", write_csv(*_lines(500)), NOW)
    assert (seen, _visible(mini.store)) == ([0] * 5, 500)


def test_two_loads_of_one_source_exclude_each_other_and_of_two_sources_do_not(
    world: World, write_csv: WriteCsv
) -> None:
    with only_load(world.store, "calls"):
        with pytest.raises(Conflict, match="正在由另一个进程载入"):
            load(world, "calls", write_csv(GOOD), NOW)
        assert load(world, "kept", write_csv(GOOD), NOW).counts.inserted == 1


def test_a_large_load_never_keeps_a_writer_waiting(
    mini: World, write_csv: WriteCsv, open_mini: OpenWorld
) -> None:
    """Another connection writes all the while; its slowest write waits less than a second."""
    path = write_csv(*_lines(20_000))
    other = Store.open(mini.store.engine.url.render_as_string(hide_password=False))
    waits: list[float] = []
    is_done = threading.Event()

    def write_on() -> None:
        while not is_done.is_set():
            began = time.perf_counter()
            with other.write() as transaction:
                transaction.connection.execute(insert(changes).values(topic="demo", at=NOW))
            waits.append(time.perf_counter() - began)

    writer = threading.Thread(target=write_on)
    writer.start()
    load(mini, "calls", path, NOW)
    is_done.set()
    writer.join()
    other.close()
    assert len(waits) > 20
    assert max(waits) < 1.0


def test_rejects_and_loads_of_living_and_dead_are_told_apart(mini: World, write_csv: WriteCsv) -> None:
    report = load(mini, "calls", write_csv(GOOD, "坏行"), NOW)
    with mini.store.read() as connection:
        status = connection.execute(select(loads.c.status).where(loads.c.id == report.load_id)).scalar_one()
        assert connection.execute(select(func.count()).select_from(rejects)).scalar_one() == 1
        assert connection.execute(select(func.count()).select_from(cases)).scalar_one() == 1
    assert status == "published"
    assert sweep_dead_loads(mini.store, NOW) == []
