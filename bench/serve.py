"""What is measured, each in a process of its own: the program with 5,000 open cases, and its baselines."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert

from data.modules import MODULES
from data.settings import Settings
from data.store.tables import cases
from data.world import World, open_world, utc_now
from tests.browser.server import ROOT, Server, free_port, without_settings

OPEN_CASES = 5_000
START_SECONDS = 60
COUNTING_SECONDS = 180
MINI_TOWN = {"CLOUD_DEMO_MONTHS": "1", "CLOUD_DEMO_CASES_PER_DAY": "40", "CLOUD_SIMULATE": "0"}


@contextmanager
def full_town(extra: dict[str, str] | None = None) -> Iterator[Server]:
    """Run the program on a demo town with 5,000 more open cases, its history counted as after some minutes' work."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), MINI_TOWN | (extra or {}))
        server.start()
        server.stop()
        world = open_world(Settings(database_url=server.database_url))
        fill(world, OPEN_CASES)
        world.close()
        server.start()
        _wait_until_counted(server)
        try:
            yield server
        finally:
            server.stop()


def _wait_until_counted(server: Server) -> None:
    """Wait until no figure of the year is being counted: a start with new rows has work of its own for a minute."""
    deadline = time.monotonic() + COUNTING_SECONDS
    while time.monotonic() < deadline:
        answers = (server.get(f"/api/v1/indicators?module={one.key}&period=year") for one in MODULES)
        if not any(item["is_recounting"] for answer in answers for item in answer["items"]):
            return
        time.sleep(1)
    raise RuntimeError(f"the town's figures were not counted within {COUNTING_SECONDS} s")


@contextmanager
def helper(module: str, settings: dict[str, str] | None = None) -> Iterator[str]:
    """Run `python -m module PORT` and give its address once it answers."""
    with helper_process(module, settings) as (url, _):
        yield url


@contextmanager
def helper_process(module: str, settings: dict[str, str] | None = None) -> Iterator[tuple[str, int]]:
    """Run `python -m module PORT` and give its address and process id once it answers."""
    port = free_port()
    command = [sys.executable, "-m", module, str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=without_settings() | (settings or {}), stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(10)


def fill(world: World, count: int, seed: int = 7) -> None:
    """Add open cases at random places of the town, reported in the last two days."""
    rng = np.random.default_rng(seed)
    now = utc_now()
    frame = world.grids.current(now.astimezone(world.town.profile.zone).date()).frame
    fine = frame[frame["kind"] == "comprehensive"].reset_index(drop=True)
    points = fine.geometry.representative_point()
    codes = [c for c in world.town.categories if str(c.wall_sensitivity) == "normal"]
    rows = []
    for number in range(count):
        place = int(rng.integers(len(fine)))
        category = codes[int(rng.integers(len(codes)))]
        reported = now - timedelta(minutes=float(rng.uniform(5, 2880)))
        shift_lon, shift_lat = rng.normal(0, 0.001, 2)
        rows.append(
            _row(number, category, reported, fine["code"][place])
            | {"lon": points.x[place] + shift_lon, "lat": points.y[place] + shift_lat}
        )
    with world.store.write() as transaction:
        transaction.connection.execute(insert(cases), rows)
        transaction.changed("loads", now)


def _row(number: int, category: Any, reported: Any, grid: str) -> dict[str, Any]:
    """Return the columns of an open case."""
    return {
        "number": f"bench-{number:06d}",
        "source_key": "bench",
        "title": f"{category.name}{number:06d}",
        "category_code": category.code,
        "severity": str(category.severity),
        "state": "dispatched",
        "is_open": True,
        "version": 1,
        "intake_channel": "window",
        "reported_at": reported,
        "due_at": reported + timedelta(days=1),
        "location_grade": "A",
        "comprehensive_code": grid,
        "is_edge": False,
        "is_joint": False,
        "changed_by": "bench",
        "is_demo": True,
    }


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {url}")
