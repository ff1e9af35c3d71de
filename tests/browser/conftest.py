"""A real Chromium, and pages that are watched: no request leaves the host, no error on the console."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.browser import chromium
from tests.browser.server import Server

SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
LOCAL = {"127.0.0.1", ""}  # data: and blob: have no host
READY = """() => {
  const graph = document.querySelector('#map.js-plotly-plot, #map .js-plotly-plot');
  return document.documentElement.dataset.link === 'live' && graph && graph.data
    && graph.data.some((trace) => trace.meta && trace.meta.role === 'grid')
    && graph.querySelectorAll('.scatterlayer .trace').length > 0
    && window.cloud.map.state.place !== '';
}"""
LIVE = "() => document.documentElement.dataset.link === 'live'"

OpenPage = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return a running headless Chromium."""
    with chromium.launch() as running:
        yield running


class Watcher:
    """Notes what no page may do."""

    def __init__(self) -> None:
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.is_outage_expected = False

    def watch(self, page: Page) -> None:
        """Listen to one page from before its first request."""
        page.context.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))

    def _request(self, request: Request) -> None:
        if (urlsplit(request.url).hostname or "") not in LOCAL:
            self.outside.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        is_refused = self.is_outage_expected and "ERR_CONNECTION" in message.text
        is_refused |= self.is_outage_expected and "WebSocket connection to" in message.text
        if message.type == "error" and not is_refused:
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    """Return the watcher of this test's pages; at the end nothing forbidden may have happened."""
    noted = Watcher()
    yield noted
    assert not noted.outside, "requests that leave the host"
    assert not noted.errors, "errors on the console"


@pytest.fixture
def open_page(browser: Browser, watcher: Watcher) -> Iterator[OpenPage]:
    """Return a function that opens a watched page on a seat (a browser context) of its own."""
    contexts = []

    def opened(
        url: str,
        *,
        width: int = 1920,
        height: int = 1080,
        ready: str | None = READY,
        timing: dict[str, float] | None = None,
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        contexts.append(context)
        if timing:
            context.add_init_script(f"window.cloud = {{ timing: {json.dumps(timing)} }};")
        page = context.new_page()
        watcher.watch(page)
        page.goto(url)
        if ready:
            page.wait_for_function(ready, timeout=60_000)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def grid_point(live_server: Server) -> Callable[[Server], dict[str, Any]]:
    """Return a function that gives a place inside the town's first comprehensive grid."""

    def point(server: Server = live_server) -> dict[str, Any]:
        feature = server.get("/api/v1/grids?kind=comprehensive")["features"][0]
        ring = feature["geometry"]["coordinates"][0]
        lon, lat = (sum(corner[axis] for corner in ring[:-1]) / (len(ring) - 1) for axis in (0, 1))
        return {"lon": lon, "lat": lat, "crs": "cgcs2000"}

    return point
