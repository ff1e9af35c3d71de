"""Loading: the Boston file against `pandas.read_csv` + `to_sql` alone, and the memory of a million rows.

Ours reads, checks, converts, locates, keeps a journal and publishes; the baseline only copies cells.
Both start from an imported program and an empty database file, in turn, the best of three each.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pandas as pd

from bench.table import BenchRow, more_is_better, print_table
from data.loaders.pipeline import load
from data.settings import Settings
from data.store.engine import open_engine
from data.world import World, open_world, utc_now

ROOT = Path(__file__).resolve().parent.parent
BOSTON = ROOT / "tests" / "towns" / "boston"
REQUESTS = "boston311_2011H2.csv.gz"
DISTRICTS = "boston_police_districts_wgs84.geojson"
ROUNDS = 3
MILLION = 1_000_000
KIB_PER_MB = 1024


def rows() -> Iterator[BenchRow]:
    """Rows per second of the real file, and the peak memory of a million rows."""
    real = shared() / "real"
    ours, baseline = [], []
    for _ in range(ROUNDS):
        baseline.append(_baseline_s(real / REQUESTS))
        ours.append(_ours_s(real))
    count = len(pd.read_csv(real / REQUESTS, usecols=[0]))
    yield more_is_better(
        f"load {count:,} Boston rows", count / min(ours), count / min(baseline), "rows/s", ">= 0.5x"
    )
    seconds, peak_mb = _million(real)
    yield BenchRow(f"load a CSV of {MILLION:,} rows", MILLION / seconds, None, "rows/s")
    yield BenchRow("peak memory of that load", peak_mb, None, "MB", "< 600 MB")


def shared() -> Path:
    """Return the folder of real data."""
    return Path(os.environ.get("CLOUD_SHARED", ROOT.parent / "shared"))


def _baseline_s(path: Path) -> float:
    """Seconds that pandas alone takes to read the file and to write it to one table."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/baseline.db")
        began = perf_counter()
        pd.read_csv(path).to_sql("requests", engine, index=False)
        taken = perf_counter() - began
        engine.dispose()
    return taken


def _ours_s(real: Path) -> float:
    """Seconds of the whole load, from the file to the published cases."""
    with tempfile.TemporaryDirectory() as folder:
        world = _boston(folder, real)
        began = perf_counter()
        load(world, "requests", real / REQUESTS, utc_now())
        taken = perf_counter() - began
        world.close()
    return taken


def _boston(folder: str, real: Path) -> World:
    """Open the Boston town on an empty database and give it its districts."""
    world = open_world(Settings(database_url=f"sqlite:///{folder}/ours.db", town=str(BOSTON)))
    load(world, "districts_geojson", real / DISTRICTS, utc_now())
    return world


def _million(real: Path) -> tuple[float, float]:
    """Load a million rows in a process of their own; return seconds and peak MB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.csv"
        _write_million(real / REQUESTS, path)
        arguments = [sys.executable, "-m", "bench.load", str(path), folder, str(real)]
        found = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, peak_mb = found.stdout.split()
    return float(seconds), float(peak_mb)


def _write_million(source: Path, target: Path) -> None:
    """Repeat the real rows under new numbers until there are a million."""
    frame = pd.read_csv(source, dtype=str)
    written = 0
    while written < MILLION:
        part = frame.head(MILLION - written)
        part = part.assign(case_enquiry_id=[str(written + number) for number in range(len(part))])
        part.to_csv(target, index=False, mode="a", header=written == 0)
        written += len(part)


def _measure(path: Path, folder: str, real: Path) -> None:
    """Load a file and print seconds and peak MB; run in a process of its own."""
    world = _boston(folder, real)
    began = perf_counter()
    report = load(world, "requests", path, utc_now())
    taken = perf_counter() - began
    assert report.counts.inserted == MILLION, report.counts
    print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MB)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _measure(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
    else:
        print_table(rows())
