"""From a report over REST to the words on open screens, and what it costs on the wire."""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import numpy as np
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from bench.pages import PATIENCE_SECONDS, READY_BARE, READY_ORDINARY, READY_OURS, open_pages, seen_at, watch
from bench.proxy import CountingProxy
from bench.serve import OPEN_CASES, full_town, helper
from bench.table import BenchRow, less_is_better
from data.domain.situation import difference
from tests.browser import chromium
from tests.browser.server import Server, report_headers

SAMPLES = 30
SLOW_SAMPLES = 6
AIMS = {(1, 50): "≤ 50 ms", (1, 95): "≤ 100 ms", (4, 50): "≤ 100 ms", (4, 95): "≤ 200 ms"}
UPDATES = 10
PAUSE_SECONDS = 0.3  # reports come one by one; each is measured from rest

Send = Callable[[str], object]


def rows() -> Iterator[BenchRow]:
    """Measure with 5,000 open cases on the map: one and four pages, against a bare push and an ordinary page."""
    with full_town() as server, chromium.launch() as browser, httpx.Client(timeout=30) as client:
        ours = Program(server, client)
        with helper("bench.bare") as bare_url, helper("bench.ordinary", database(server)) as peer_url:
            bare = BarePush(bare_url, client, ours.example())
            for count in (1, 4):
                mine = delays(browser, server.url + "/?list=newest", count, READY_OURS, ours.report, SAMPLES)
                floor = delays(browser, bare_url, count, READY_BARE, bare.push, SAMPLES)
                peer = delays_or_patience(browser, peer_url, count, READY_ORDINARY, ours.report)
                yield from _rows_of(count, mine, floor, peer)
            yield _bytes(browser, server.port, int(peer_url.rsplit(":", 1)[1]), ours)


def database(server: Server) -> dict[str, str]:
    """Return the settings that let another process read the server's database."""
    return {"CLOUD_DATABASE_URL": server.database_url}


class Program:
    """The program under measurement, reported to over its own REST."""

    def __init__(self, server: Server, client: httpx.Client) -> None:
        self._url = f"{server.url}/api/v1"
        self._client = client
        grid = server.get("/api/v1/grids?kind=comprehensive")["features"][0]["geometry"]
        ring = grid["coordinates"][0]
        self._place = [sum(p[axis] for p in ring) / len(ring) for axis in (0, 1)]

    def report(self, title: str) -> int:
        """Report a case and return its key; returns when it is durable."""
        lon, lat = self._place
        body = {"title": title, "category": "0101", "intake_channel": "window", "lon": lon, "lat": lat}
        body["crs"] = "cgcs2000"
        answer = self._client.post(f"{self._url}/cases", json=body, headers=report_headers())
        return int(answer.raise_for_status().json()["id"])

    def press(self, case_id: int) -> None:
        """Dispatch a fresh case by one press; returns when it is durable."""
        body = {"action": "dispatch", "version": 1}
        answer = self._client.post(
            f"{self._url}/cases/{case_id}/actions", json=body, headers=report_headers()
        )
        answer.raise_for_status()

    def example(self) -> dict[str, Any]:
        """Return the change that one report makes to the picture, as the feed sends it."""
        return self._change(lambda: self.report("示例案卷"))

    def example_press(self) -> dict[str, Any]:
        """Return the change that one press makes to the picture, as the feed sends it."""
        case_id = self.report("示例案卷")
        return self._change(lambda: self.press(case_id))

    def _change(self, act: Callable[[], object]) -> dict[str, Any]:
        before = self._client.get(f"{self._url}/situation").json()
        act()
        after = self._client.get(f"{self._url}/situation").json()
        return {"kind": "delta", "seq": 2, "from": 1, **difference(before, after)}


class BarePush:
    """The same bytes over a bare websocket."""

    def __init__(self, url: str, client: httpx.Client, message: dict[str, Any]) -> None:
        self._url = url
        self._client = client
        self._text = json.dumps(message, ensure_ascii=False)

    def push(self, title: str) -> None:
        """Send the example message with another title to every open page."""
        text = self._text.replace("示例案卷", title)
        self._client.post(f"{self._url}/push", content=text.encode()).raise_for_status()


def delays(browser: Browser, url: str, count: int, ready: str, send: Send, samples: int) -> list[float]:
    """Return the milliseconds from sending to the last of `count` pages showing it, for each sample."""
    with open_pages(browser, url, count, ready) as pages:
        send(f"预热{uuid.uuid4().hex[:8]}")
        time.sleep(1)
        return [_delay(pages, send) for _ in range(samples)]


def delays_or_patience(browser: Browser, url: str, count: int, ready: str, send: Send) -> list[float]:
    """Return the delays of the peer; where its server is too busy ever to draw a page, the patience alone."""
    try:
        return delays(browser, url, count, ready, send, SLOW_SAMPLES)
    except PlaywrightTimeout:
        print(f"the ordinary page never got ready on {count} pages", file=sys.stderr)
        return [PATIENCE_SECONDS * 1000]


def _delay(pages: list[Page], send: Send) -> float:
    time.sleep(PAUSE_SECONDS)
    title = f"量测{uuid.uuid4().hex[:8]}"
    watch(pages, title)
    start = time.time()
    send(title)
    return (max(seen_at(pages)) - start) * 1000


def _rows_of(count: int, mine: list[float], floor: list[float], peer: list[float]) -> Iterator[BenchRow]:
    word = "1 page" if count == 1 else f"{count} pages"
    for share in (50, 95):
        value = float(np.percentile(mine, share))
        name = f"report → visible on {word}, p{share}"
        low, high = (float(np.percentile(times, share)) for times in (floor, peer))
        yield less_is_better(f"{name} (bare push)", value, low, "ms", AIMS[count, share])
        yield less_is_better(f"{name} (ordinary page)", value, high, "ms")


def _bytes(browser: Browser, ours: int, peer: int, program: Program) -> BenchRow:
    """Bytes on the wire to one page for one changed case, beside what the ordinary page fetches for it."""
    mine = _bytes_per_update(browser, ours, "/?list=newest", READY_OURS, program.report)
    other = _bytes_per_update(browser, peer, "/", READY_ORDINARY, program.report)
    return less_is_better(f"bytes per update at {OPEN_CASES:,} open cases", mine, other, "B", "< 2,048 B")


def _bytes_per_update(browser: Browser, port: int, path: str, ready: str, send: Send) -> float:
    with (
        CountingProxy(port) as proxy,
        open_pages(browser, f"http://127.0.0.1:{proxy.port}{path}", 1, ready) as pages,
    ):
        time.sleep(2)
        start = proxy.down
        for _ in range(UPDATES):
            _delay(pages, send)
        return (proxy.down - start) / UPDATES
