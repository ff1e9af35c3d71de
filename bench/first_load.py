"""From an address to a map that is ready: with an empty cache, and once more with a warm one."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from playwright.sync_api import Browser, Page

from bench.live import database
from bench.pages import READY_ORDINARY, READY_OURS
from bench.serve import full_town, helper
from bench.table import BenchRow, less_is_better
from tests.browser import chromium

ROUNDS = 5
PATIENCE_MS = 120_000


def rows() -> Iterator[BenchRow]:
    """Measure the median of five first loads with 5,000 open cases, against the ordinary page."""
    with (
        full_town() as server,
        helper("bench.ordinary", database(server)) as peer_url,
        chromium.launch() as browser,
    ):
        _load(browser, server.url, READY_OURS)  # the server's own first answer is not the browser's load
        mine = _medians(browser, server.url, READY_OURS)
        peer = _medians(browser, peer_url, READY_ORDINARY)
        yield less_is_better("first load → map ready, cold cache", mine[0], peer[0], "s", "≤ 2.5 s")
        yield less_is_better("first load → map ready, warm cache", mine[1], peer[1], "s", "≤ 1.0 s")


def _medians(browser: Browser, url: str, ready: str) -> tuple[float, float]:
    times = [_load(browser, url, ready) for _ in range(ROUNDS)]
    return float(np.median([t[0] for t in times])), float(np.median([t[1] for t in times]))


def _load(browser: Browser, url: str, ready: str) -> tuple[float, float]:
    """Return the seconds of a cold and a warm load in a fresh context."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    cold = _seconds(page, url, ready)
    page.goto("about:blank")
    warm = _seconds(page, url, ready)
    context.close()
    return cold, warm


def _seconds(page: Page, url: str, ready: str) -> float:
    start = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(ready, timeout=PATIENCE_MS, polling="raf")
    return time.perf_counter() - start
