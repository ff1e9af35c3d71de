"""From the address of a module to its figures: 24 months of a counted town, beside the ordinary page on the same rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from playwright.sync_api import Browser

from bench.counted import counted_town
from bench.demo import MONTHS
from bench.live import database
from bench.serve import helper
from bench.table import BenchRow, less_is_better
from data.modules import MODULES
from data.world import utc_now
from tests.browser import chromium
from tests.browser.conftest import log_in
from tests.browser.server import Server

ROUNDS = 5
PATIENCE_MS = 120_000
SEAT = "demo-leader"
READY_PEER = "() => document.querySelectorAll('#map .scatterlayer .point').length > 0"
READY_MODULE = """() => document.documentElement.dataset.link === 'live'
  && document.querySelector('#board > *') && document.querySelector('#indicators [data-indicator]')"""
READY_LEADER = """() => document.documentElement.dataset.link === 'live'
  && document.querySelector('.leader-card') && document.querySelector('.leader-ranking')"""


def rows(months: int = MONTHS, rounds: int = ROUNDS) -> Iterator[BenchRow]:
    """Measure the median opening of every module and of the leader's page, as a seat that has been there before."""
    pages = {module.name: (module.path, READY_MODULE) for module in MODULES}
    pages["领导驾驶舱"] = ("/leader", READY_LEADER)
    with counted_town(utc_now(), months) as (folder, _):
        server = Server(folder, {"CLOUD_SIMULATE": "0"})
        server.start()
        try:
            with helper("bench.ordinary", database(server)) as peer_url, chromium.launch() as browser:
                peer = _opened(browser, peer_url, READY_PEER, rounds)
                for name, (path, ready) in pages.items():
                    ours = _opened(browser, server.url + path, ready, rounds, SEAT)
                    yield less_is_better(f"open {name} (ordinary page)", ours, peer, "ms", "")
        finally:
            server.stop()


def _opened(browser: Browser, url: str, ready: str, rounds: int, account: str = "") -> float:
    """Return the median milliseconds from the address to the page's figures; the first opening is left out."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    if account:
        log_in(context, url, account)
    page, times = context.new_page(), []
    for _ in range(rounds + 1):
        page.goto("about:blank")
        begun = time.perf_counter()
        page.goto(url, wait_until="commit")
        page.wait_for_function(ready, timeout=PATIENCE_MS, polling="raf")
        times.append(1000 * (time.perf_counter() - begun))
    context.close()
    return median(times[1:])
