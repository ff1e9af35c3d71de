"""Every page at 1080p and at 4K: nothing cut off, nothing over another, nothing too small; screenshots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from data.modules import MODULES
from tests.browser.conftest import LIVE, READY, SCREENSHOTS, OpenPage
from tests.browser.server import Server

pytestmark = pytest.mark.browser

PROBE = (Path(__file__).parent / "layout_probe.js").read_text(encoding="utf-8")
PAGES = {"situation": "/", "wall": "/wall", **{module.key: module.path for module in MODULES}}
MAPS = {"situation", "wall"}
SIZES = ((1920, 1080), (3840, 2160))
WALL_SIZES = (
    (1920, 1080),
    (2560, 1440),
    (3840, 2160),
    (3840, 1080),
    (5120, 1440),
    (7680, 2160),
    (7680, 4320),
    (1180, 820),
)
SMALLEST_AT_1080 = 25
TALL_WORDS = "消防通道被占用且堆放大量杂物影响二十余户居民日常出行与应急疏散请尽快派人到现场核实处理并回复"


def _settle(page: Page) -> None:
    """Let fonts and the first frames of the map come to rest."""
    page.evaluate("() => document.fonts.ready.then(() => null)")
    page.wait_for_timeout(800)


def _probe(page: Page) -> dict[str, Any]:
    _settle(page)
    return page.evaluate(PROBE)


@pytest.fixture(scope="module")
def long_words(live_server: Server) -> None:
    """Report a case with the longest title and address there can be: it must fit, too."""
    live_server.post_case(TALL_WORDS[:60], address="凤凰镇恬庄村" * 8, category="0501")


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("name", PAGES)
def test_no_text_is_clipped_or_overlaps(
    name: str, size: tuple[int, int], open_page: OpenPage, live_server: Server, long_words: None
) -> None:
    width, height = size
    ready = READY if name in MAPS else LIVE
    page = open_page(live_server.url + PAGES[name], width=width, height=height, ready=ready)
    found = _probe(page)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{width}x{height}.png")
    assert found["count"] > 20
    assert found["clipped"] == []
    assert found["overlaps"] == []
    assert found["odd"] == []
    assert not found["hasPageBar"]


@pytest.mark.parametrize("size", WALL_SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_the_wall_fits_every_screen(
    size: tuple[int, int], open_page: OpenPage, live_server: Server, long_words: None
) -> None:
    """No scroll bar, and no character smaller than eight metres allow."""
    width, height = size
    page = open_page(live_server.url + "/wall", width=width, height=height)
    found = _probe(page)
    assert not found["hasPageBar"]
    assert found["bars"] == []
    assert found["smallest"] >= SMALLEST_AT_1080 * height / 1080 - 0.05, found["small"]
    assert found["clipped"] == []
    assert found["overlaps"] == []
    if width / height > 3:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"wall-{width}x{height}.png")


def test_the_wall_has_no_controls(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(live_server.url + "/wall")
    assert page.locator("main button:visible, main input:visible, main select:visible").count() == 0


def test_the_probe_notices_what_is_broken(open_page: OpenPage, live_server: Server) -> None:
    """The checks above can fail: a clipped text, an overlap and a tiny one are put on the page."""
    page = open_page(live_server.url)
    page.evaluate(
        """() => document.body.insertAdjacentHTML('beforeend',
          `<div style="position:fixed;top:500px;left:500px;width:60px;overflow:hidden;white-space:nowrap">
             被截断的一行很长的文字</div>
           <div style="position:fixed;top:600px;left:500px;font-size:5px">重叠的文字一</div>
           <div style="position:fixed;top:600px;left:502px;font-size:5px">重叠的文字二</div>`)"""
    )
    found = _probe(page)
    assert any("被截断" in line for line in found["clipped"])
    assert any("文字一 × 重叠的文字二" in line for line in found["overlaps"])
    assert found["smallest"] == 5


@pytest.mark.parametrize("path", ["/api/docs", "/m/nothing"])
def test_other_pages_load_nothing_from_outside(path: str, open_page: OpenPage, live_server: Server) -> None:
    """The watcher fails the test when a request leaves the host or the console shows an error."""
    page = open_page(live_server.url + path, ready=None)
    page.wait_for_load_state(
        "networkidle", timeout=10_000
    ) if path == "/api/docs" else page.wait_for_selector(".page *")
    assert page.inner_text("body").strip()
