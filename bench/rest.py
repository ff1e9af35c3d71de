"""At rest: what four open pages cost the server when nothing happens, and what still travels."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from bench.live import database
from bench.pages import READY_ORDINARY, READY_OURS, open_pages
from bench.proxy import CountingProxy
from bench.serve import full_town, helper_process
from bench.table import BenchRow, less_is_better
from tests.browser import chromium

PAGES = 4
SECONDS = 60


def rows() -> Iterator[BenchRow]:
    """Measure a quiet minute with four pages open, against the ordinary page."""
    with (
        full_town() as server,
        helper_process("bench.ordinary", database(server)) as (peer_url, peer_pid),
        chromium.launch() as browser,
    ):
        mine = _quiet_minute(browser, server.port, server.pid, PAGES, READY_OURS)
        peer = _quiet_minute(browser, int(peer_url.rsplit(":", 1)[1]), peer_pid, 1, READY_ORDINARY)
        name = f"server CPU at rest, {PAGES} pages (ordinary: 1 page)"
        yield less_is_better(name, mine[0], peer[0], "% core", "< 1 %")
        yield less_is_better("bytes to one page at rest", mine[1], peer[1], "B/min")


def _quiet_minute(browser: Browser, port: int, pid: int, pages: int, ready: str) -> tuple[float, float]:
    """Return percent of a core and bytes per page in a minute after the pages came to rest."""
    with (
        CountingProxy(port) as proxy,
        open_pages(browser, f"http://127.0.0.1:{proxy.port}/", pages, ready),
    ):
        time.sleep(5)
        cpu, sent, start = _cpu_seconds(pid), proxy.down, time.perf_counter()
        time.sleep(SECONDS)
        elapsed = time.perf_counter() - start
        return (
            100 * (_cpu_seconds(pid) - cpu) / elapsed,
            (proxy.down - sent) / pages * 60 / elapsed,
        )


def _cpu_seconds(pid: int) -> float:
    """Return the processor time of a process so far (fields 14 and 15 of /proc/PID/stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
