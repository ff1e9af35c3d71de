"""Silence and outage: the page says what is true, and comes back by itself with the same view.

The clocks are sped up: ticks, silence limits and probes are all divided by SPEED, so ten minutes of the
town take ten minutes ÷ SPEED of the test. The only limits that are not sped up are Dash's own; the one
that would close a silent socket is read from the page and must be off.
"""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import READY, OpenPage, Watcher
from tests.browser.server import Server
from tests.conftest import MINI_TOWN

pytestmark = pytest.mark.browser

SPEED = 24
TEN_MINUTES_MS = 10 * 60 * 1000 / SPEED
TIMING = {
    "silent_seconds": 45 / SPEED,
    "worry_seconds": 20 / SPEED,
    "probe_seconds": 5 / SPEED,
    "probe_most_seconds": 30 / SPEED,
    "wish_seconds": 5 / SPEED,
}
NOTE_STATES = """() => {
  window.states = [document.documentElement.dataset.link];
  new MutationObserver(() => window.states.push(document.documentElement.dataset.link))
    .observe(document.documentElement, { attributeFilter: ['data-link'] });
}"""
BACK_MS = 30_000


@pytest.fixture(scope="module")
def fast_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server of its own, to be killed, whose signs of life are SPEED times as frequent."""
    server = Server(tmp_path_factory.mktemp("fast"), MINI_TOWN | {"CLOUD_TICK_SECONDS": str(15 / SPEED)})
    server.start()
    yield server
    server.stop()


def _wait_for_link(page: Page, state: str) -> None:
    page.wait_for_function(
        "(state) => document.documentElement.dataset.link === state", arg=state, timeout=BACK_MS
    )


def _wait_for_words(page: Page, words: str) -> None:
    page.wait_for_function("(words) => document.body.innerText.includes(words)", arg=words, timeout=BACK_MS)


def _report(server: Server, title: str) -> None:
    server.post_case(title, address="凤凰镇")


def test_nothing_of_dash_closes_a_silent_socket(fast_server: Server, open_page: OpenPage) -> None:
    page = open_page(fast_server.url)
    config = json.loads(page.text_content("#_dash-config") or "{}")
    found = re.findall(r'"inactivity_?[tT]imeout":\s*(\w+)', json.dumps(config))
    assert found == ["0"], config


def test_the_first_request_after_a_start_may_come_from_a_wall(tmp_path: Path) -> None:
    """A wall that reloads before anybody opened `/` gets every script, too."""
    server = Server(tmp_path, MINI_TOWN)
    server.start()
    with urllib.request.urlopen(server.url + "/wall", timeout=30) as answer:
        page = answer.read().decode()
    server.stop()
    assert 'src="/assets/entry.js' in page


def test_ten_silent_minutes_end_with_a_live_page(fast_server: Server, open_page: OpenPage) -> None:
    page = open_page(fast_server.url + "/?list=newest", timing=TIMING)
    page.evaluate("() => { window.mark = 'same page'; }")
    page.evaluate(NOTE_STATES)
    page.wait_for_timeout(TEN_MINUTES_MS)
    assert set(page.evaluate("() => window.states")) == {"live"}
    _report(fast_server, "静默十分钟之后")
    _wait_for_words(page, "静默十分钟之后")
    assert page.evaluate("() => window.mark") == "same page"


def test_ten_minutes_without_server_end_with_a_live_page(
    fast_server: Server, open_page: OpenPage, watcher: Watcher
) -> None:
    watcher.is_outage_expected = True
    page = open_page(fast_server.url + "/wall", timing=TIMING)
    fast_server.kill()
    _wait_for_link(page, "down")
    assert "已断开" in page.inner_text('[data-live="link"]')
    assert "画面截至" in page.inner_text("#banner")
    page.wait_for_timeout(TEN_MINUTES_MS)
    assert page.evaluate("() => document.documentElement.dataset.link") == "down"
    fast_server.start()
    _wait_for_link(page, "live")
    _report(fast_server, "停机十分钟之后")
    _wait_for_words(page, "停机十分钟之后")
    assert not page.is_visible("#banner")


def test_a_dropped_connection_recovers_with_the_same_view(
    fast_server: Server, open_page: OpenPage, watcher: Watcher
) -> None:
    """Choices and range are those of before; what was reported meanwhile is there."""
    watcher.is_outage_expected = True
    page = open_page(fast_server.url + "/?kind=police&list=newest", timing=TIMING)
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -500)
    page.wait_for_function("() => location.search.includes('at=')")
    page.wait_for_timeout(500)
    before = _view(page)
    fast_server.kill()
    _wait_for_link(page, "down")
    _wait_for_words(page, "已断开")
    fast_server.start()
    _report(fast_server, "断开期间上报")
    page.wait_for_function(READY, timeout=BACK_MS)
    _wait_for_words(page, "断开期间上报")
    assert _view(page) == before


SILENCE_AND_A_CLOCK_SET_BACK = """() => {
  const { cloud } = window;
  cloud.feed.receive = () => {};
  cloud.watchdog.reload = () => {};
  const wall = Date.now;
  Date.now = () => wall() - 3600 * 1000;
  cloud.timing.silent_seconds = 1;
}"""


def test_a_clock_set_back_hides_no_silence(live_server: Server, open_page: OpenPage) -> None:
    page = open_page(live_server.url)
    page.evaluate(SILENCE_AND_A_CLOCK_SET_BACK)
    _wait_for_link(page, "down")


def _view(page: Page) -> dict[str, Any]:
    return page.evaluate(
        """() => {
          const graph = document.querySelector('#map.js-plotly-plot, #map .js-plotly-plot');
          const range = [...graph.layout.xaxis.range, ...graph.layout.yaxis.range].map(Math.round);
          return { search: location.search, range };
        }"""
    )


def test_a_dead_server_does_not_keep_the_wall_green(
    fast_server: Server, open_page: OpenPage, watcher: Watcher
) -> None:
    """Clock, ages and overdue count go on from the deadlines while nobody answers."""
    watcher.is_outage_expected = True
    page = open_page(fast_server.url + "/wall", timing=TIMING)
    fast_server.kill()
    _wait_for_link(page, "down")
    clock = page.inner_text('[data-live="clock"]')
    overdue = page.evaluate(
        """() => {
          const { picture } = window.cloud.feed.state;
          const dated = Object.values(picture.cases).filter((row) => row.due_at);
          const last = Math.max(...dated.map((row) => Date.parse(row.due_at)));
          return [picture.figures.overdue.value,
                  window.cloud.derive.figures(picture, last + 1000).overdue.value, dated.length];
        }"""
    )
    page.wait_for_function(
        "(clock) => document.querySelector('[data-live=clock]').textContent !== clock", arg=clock
    )
    now, later, dated = overdue
    assert later >= dated > now
    fast_server.start()
    _wait_for_link(page, "live")
