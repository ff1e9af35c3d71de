"""The leader's page in a browser: every figure opens to its rows, and what was chosen stands in the address."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from data.modules import MODULES
from tests.browser.conftest import LIVE, SCREENSHOTS, OpenPage
from tests.browser.desk import PATIENCE_MS
from tests.browser.server import Server

pytestmark = pytest.mark.browser
HIDDEN_BELOW = """() => [...document.querySelectorAll('.page, .leader-cards, .leader-side, .leader-card')]
  .filter((node) => node.scrollHeight > node.clientHeight + 1).map((node) => node.className)"""


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
    expect(page.locator(".leader-residents .residents-row").first).to_be_visible()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    rows = page.evaluate(
        "[...document.querySelectorAll('.leader-card')].map(n => n.querySelectorAll('button').length)"
    )
    assert rows == [3] * len(MODULES)
    if width >= 1920:
        assert page.evaluate(HIDDEN_BELOW) == []
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


def test_a_figure_is_opened_and_left_by_keyboard_and_back_takes_choices_away(
    open_page: OpenPage, live_server: Server
) -> None:
    page = open_page(f"{live_server.url}/leader", account="demo-leader", ready=LIVE)
    figure = page.locator('.leader-figure[data-indicator="rework_rate"]')
    figure.focus()
    page.keyboard.press("Enter")
    drill = page.locator(".leader-drill")
    expect(drill).to_be_focused()
    page.keyboard.press("Escape")
    expect(drill.locator(".drill-head")).to_have_count(0)
    expect(figure).to_be_focused()
    page.locator('select[data-choose="module"]').select_option("dispatch")
    expect(page.locator(".leader-card")).to_have_count(1)
    page.locator('select[data-choose="unit"]').select_option("enforcement")
    page.locator('[data-switch="compare"]').click()
    page.wait_for_url("**module=dispatch**compare=yoy**")
    expect(page.locator(".leader-notices")).to_contain_text("与去年同期比")
    page.go_back()
    expect(page.locator('[data-switch="compare"]')).to_have_attribute("aria-pressed", "false")
    page.locator(".card-link").click()
    expect(page.locator("[data-narrowed]")).to_contain_text("指标只看：综合执法局")
    page.go_back()
    expect(page.locator('select[data-choose="unit"]')).to_have_value("enforcement")
    page.go_back()
    expect(page.locator('select[data-choose="unit"]')).to_have_value("")


def test_a_visitor_is_told_that_the_page_is_not_theirs(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(f"{live_server.url}/leader", ready=None)
    page.wait_for_url("**/login**")
    expect(page.locator(".leader-card")).to_have_count(0)
