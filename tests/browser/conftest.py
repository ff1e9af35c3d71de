"""A real Chromium, and pages that are watched: no request leaves the host, no error on the console."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.browser import chromium
from tests.browser.desk import SMALL_TOWN, Desk
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
OUTAGE_WORDS = ("ERR_CONNECTION", "WebSocket connection to", "the server did not respond")
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
        is_refused = self.is_outage_expected and any(words in message.text for words in OUTAGE_WORDS)
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
        account: str | None = None,
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        contexts.append(context)
        if account:
            log_in(context, url, account)
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


def log_in(context: BrowserContext, url: str, account: str) -> None:
    """Take a demo account's seat as the login page does; the session's cookie stays with the context."""
    parts = urlsplit(url)
    house = f"{parts.scheme}://{parts.netloc}"
    answer = context.request.post(
        house + "/login",
        form={"account": account, "next": "/desk"},
        headers={"Origin": house},
        max_redirects=0,
    )
    assert answer.status == 303, answer.text()


@pytest.fixture(scope="package")
def desk_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a small town for the tests of the desk, who file and dispatch as they like."""
    server = Server(tmp_path_factory.mktemp("desk"), SMALL_TOWN)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sit(open_page: OpenPage, desk_server: Server) -> Callable[..., Desk]:
    """Return a function that opens the desk for a role, on a seat of its own."""

    def sat(role: str = "dispatcher", query: str = "", **how: Any) -> Desk:
        ready = how.pop("ready", Desk.READY)
        page = open_page(
            f"{desk_server.url}/desk{query}",
            account=f"demo-{role.replace('_', '-')}",
            ready=ready,
            **how,
        )
        return Desk(page, desk_server)

    return sat


@pytest.fixture
def grid_point(live_server: Server) -> Callable[[Server], dict[str, Any]]:
    """Return a function that gives a place inside the town's first comprehensive grid."""

    def point(server: Server = live_server) -> dict[str, Any]:
        return server.place()

    return point
