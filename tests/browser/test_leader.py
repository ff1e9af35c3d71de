"""The leader's page in a browser: every figure opens to its rows, and what was chosen stands in the address."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LIVE, SCREENSHOTS, OpenPage
from tests.browser.desk import PATIENCE_MS
from tests.browser.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _patience() -> None:
    """Wait longer than usual: the first figures of a town come while its history is still being counted."""
    expect.set_options(timeout=PATIENCE_MS)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1180, 820)])
def test_cards_attention_and_ranking_stand_on_one_page(
    open_page: OpenPage, live_server: Server, width: int, height: int
) -> None:
    page = open_page(
        f"{live_server.url}/leader", account="demo-leader", width=width, height=height, ready=LIVE
    )
    expect(page.locator(".leader-card").first).to_be_visible()
    expect(page.locator(".leader-notices .notice").first).to_be_visible()
    expect(page.locator(".leader-ranking").first).to_be_visible()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"leader-{width}x{height}.png")


def test_a_figure_opens_to_its_parts_and_rows_and_the_address_keeps_it(
    open_page: OpenPage, live_server: Server
) -> None:
    page = open_page(f"{live_server.url}/leader", account="demo-leader", ready=LIVE)
    page.locator('.leader-figure[data-indicator="handled_on_time_rate"]').click()
    drill = page.locator(".leader-drill")
    expect(drill.locator(".drill-head")).to_contain_text("按期处置率")
    expect(drill.locator(".source-rows tbody tr").first).to_be_visible()
    drill.locator('[data-split="village"]').click()
    expect(drill.locator('[data-split="village"]')).to_have_attribute("aria-pressed", "true")
    page.locator('[data-switch="period"][data-value="year"]').click()
    page.wait_for_url("**period=year**")
    page.reload()
    expect(page.locator(".leader-drill .drill-head")).to_contain_text("按期处置率")
    assert "indicator=handled_on_time_rate" in page.url
    assert "by=village" in page.url


def test_a_visitor_is_told_that_the_page_is_not_theirs(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(f"{live_server.url}/leader", ready=None)
    page.wait_for_url("**/login**")
    expect(page.locator(".leader-card")).to_have_count(0)
