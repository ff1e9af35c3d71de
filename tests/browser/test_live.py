"""What is reported over REST appears on every open screen, as text and only as far as it may be shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.server import Server

pytestmark = pytest.mark.browser

Point = Callable[..., dict[str, Any]]
ATTACK = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>'


def _mark(page: Page) -> None:
    """Leave a mark that a reload would wipe out."""
    page.evaluate("() => { window.mark = 'same page'; }")


def _is_same_page(page: Page) -> bool:
    return page.evaluate("() => window.mark") == "same page"


def _wait_for_words(page: Page, words: str) -> None:
    page.wait_for_function("(words) => document.body.innerText.includes(words)", arg=words, timeout=10_000)


def test_a_report_appears_on_two_browsers_without_reload(
    open_page: OpenPage, live_server: Server, grid_point: Point
) -> None:
    pages = [open_page(live_server.url + "/?list=newest"), open_page(live_server.url + "/wall")]
    before = [page.inner_text('[data-figure="open"] [data-part="value"]') for page in pages]
    for page in pages:
        _mark(page)
    receipt = live_server.post_case("两屏同见的案卷", **grid_point())
    assert receipt["comprehensive"]
    for page, old in zip(pages, before, strict=True):
        _wait_for_words(page, "两屏同见的案卷")
        page.wait_for_function(
            "(old) => document.querySelector('[data-figure=open] [data-part=value]').textContent !== old",
            arg=old,
        )
        assert _is_same_page(page)


def test_three_tabs_of_one_browser_all_follow(
    open_page: OpenPage, live_server: Server, grid_point: Point
) -> None:
    """Tabs of one browser share a socket; closing one leaves the others alive."""
    first = open_page(live_server.url + "/?list=newest")
    others = [first.context.new_page() for _ in range(2)]
    for page in others:
        page.goto(live_server.url + "/?list=newest")
        page.wait_for_function("() => document.documentElement.dataset.link === 'live'")
    others.pop().close()
    live_server.post_case("同一浏览器多标签", **grid_point())
    for page in (first, *others):
        _wait_for_words(page, "同一浏览器多标签")


def test_a_page_change_keeps_the_feed(open_page: OpenPage, live_server: Server, grid_point: Point) -> None:
    """Going to a module and back loads nothing anew, and news still arrives."""
    page = open_page(live_server.url)
    _mark(page)
    page.click('a[href="/m/dispatch"]')
    page.wait_for_selector("#case-table")
    live_server.post_case("换页之后到达", **grid_point())
    _wait_for_words(page, "换页之后到达")
    page.click('.nav a[href="/"]')
    page.wait_for_selector("#map")
    assert _is_same_page(page)


def test_markup_in_a_title_is_shown_as_text(
    open_page: OpenPage, live_server: Server, grid_point: Point
) -> None:
    title = ATTACK[:60]
    paths = ("/?list=newest", "/wall", "/m/dispatch")
    pages = [open_page(live_server.url + path, ready=None) for path in paths]
    for page in pages:
        page.wait_for_function("() => document.documentElement.dataset.link === 'live'")
    live_server.post_case(title, **grid_point())
    for page in pages[:2]:
        page.wait_for_function("(title) => document.body.textContent.includes(title)", arg=title)
    for page in pages:
        assert page.evaluate("() => window.hurt") is None
        assert page.evaluate("() => document.querySelectorAll('img[src=x]').length") == 0


def test_a_masked_case_shows_its_kind_and_nothing_else(
    open_page: OpenPage, live_server: Server, grid_point: Point
) -> None:
    """A sensitive title never reaches a browser, neither on the screen nor in its memory."""
    from data.town import load_town

    town = load_town("fenghuang")
    dimmed = next(c.code for c in town.categories if c.wall_sensitivity == "dimmed")
    hidden = next(c.code for c in town.categories if c.wall_sensitivity == "hidden")
    page = open_page(live_server.url + "/?list=newest")
    secrets = {"遮蔽者某某": dimmed, "不上墙者某某": hidden}
    before = live_server.get("/api/v1/situation")["figures"]["open"]["value"]
    for title, category in secrets.items():
        live_server.post_case(title, category=category, **grid_point())
    page.wait_for_function(
        "(open) => document.querySelector('[data-figure=open] [data-part=value]').textContent === open",
        arg=f"{before + 2:,}",
    )
    _wait_for_words(page, "内容遮蔽")
    memory = page.evaluate(
        "() => document.documentElement.innerHTML + JSON.stringify(window.cloud.feed.state)"
    )
    assert not [title for title in secrets if title in memory]
