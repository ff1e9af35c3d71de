"""From one press to the new state on open screens, beside a bare push of the same bytes.

Every page has the case chosen, as a seat that looks at it: the press is seen when its card says 已派遣.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator

import httpx
import numpy as np
from playwright.sync_api import Browser, Page

from bench.live import AIMS, PAUSE_SECONDS, SAMPLES, BarePush, Program, delays
from bench.pages import READY_BARE, READY_OURS, open_pages, seen_at, watch
from bench.serve import full_town, helper
from bench.table import BenchRow, less_is_better
from data.domain.vocabulary import CaseState
from tests.browser import chromium

CARD = "#case-card"
CHOOSE = """(id) => new Promise((resolve) => {
  const look = () => {
    if (!cloud.feed.state.picture.cases[id]) return setTimeout(look, 20);
    cloud.cards.choose({ case: String(id) });
    requestAnimationFrame(() => resolve());
  };
  look();
})"""


def rows() -> Iterator[BenchRow]:
    """Measure with 5,000 open cases on the map: one and four pages."""
    with full_town() as server, chromium.launch() as browser, httpx.Client(timeout=30) as client:
        ours = Program(server, client)
        with helper("bench.bare") as bare_url:
            bare = BarePush(bare_url, client, ours.example_press())
            for count in (1, 4):
                mine = _delays(browser, server.url + "/?list=newest", count, ours)
                floor = delays(browser, bare_url, count, READY_BARE, bare.push, SAMPLES)
                yield from _rows_of(count, mine, floor)


def _delays(browser: Browser, url: str, count: int, ours: Program) -> list[float]:
    """Return the milliseconds from the press to the last of `count` pages showing it, for each sample."""
    with open_pages(browser, url, count, READY_OURS) as pages:
        _delay(pages, ours)
        return [_delay(pages, ours) for _ in range(SAMPLES)]


def _delay(pages: list[Page], ours: Program) -> float:
    case_id = ours.report(f"量测{uuid.uuid4().hex[:8]}")
    for page in pages:
        page.evaluate(CHOOSE, case_id)
    time.sleep(PAUSE_SECONDS)
    watch(pages, CaseState.DISPATCHED.label, CARD)
    start = time.time()
    ours.press(case_id)
    return (max(seen_at(pages)) - start) * 1000


def _rows_of(count: int, mine: list[float], floor: list[float]) -> Iterator[BenchRow]:
    word = "1 page" if count == 1 else f"{count} pages"
    for share in (50, 95):
        value, least = (float(np.percentile(times, share)) for times in (mine, floor))
        name = f"press → visible on {word}, p{share} (bare push)"
        yield less_is_better(name, value, least, "ms", AIMS[count, share])
