"""A real Chromium, and pages that are watched: no request leaves the host, no error on the console."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import chromium
from tests.browser.desk import SMALL_TOWN, Desk, quiet_category
from tests.browser.seats import Seats, Watcher
from tests.browser.server import Server

SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
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


@pytest.fixture(scope="package")
def seats(browser: Browser) -> Seats:
    """Return the browser's seats, which the tests take in turn."""
    return Seats(browser)


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    """Return the watcher of this test's pages; at the end nothing forbidden may have happened."""
    noted = Watcher()
    yield noted
    assert not noted.outside, "requests that leave the host"
    assert not noted.errors, "errors on the console"


@pytest.fixture
def open_page(seats: Seats, watcher: Watcher) -> Iterator[OpenPage]:
    """Return a function that opens a watched page on a seat of its own."""
    taken: list[Page] = []

    def opened(
        url: str,
        *,
        width: int = 1920,
        height: int = 1080,
        ready: str | None = READY,
        timing: dict[str, float] | None = None,
        account: str | None = None,
    ) -> Page:
        page = seats.take(width, height)
        taken.append(page)
        if account:
            log_in(page.context, url, account)
        if timing:
            seats.keep_apart(page)
            page.add_init_script(f"window.cloud = {{ timing: {json.dumps(timing)} }};")
        watcher.watch(page)
        page.goto(url)
        if ready:
            page.wait_for_function(ready, timeout=60_000)
        return page

    yield opened
    watcher.stop()
    for page in taken:
        seats.give_back(page)


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
def quiet_desk(sit: Callable[..., Desk], desk_server: Server) -> Desk:
    """Return a dispatcher's desk whose queue holds one category, of which nothing is open but what the test reports."""
    category = quiet_category(desk_server)
    desk = sit(query=f"?category={category}")
    desk.category = category
    return desk


@pytest.fixture
def grid_point(live_server: Server) -> Callable[[Server], dict[str, Any]]:
    """Return a function that gives a place inside the town's first comprehensive grid."""

    def point(server: Server = live_server) -> dict[str, Any]:
        return server.place()

    return point
