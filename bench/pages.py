"""Real Chromium pages to measure with: opened in browsers' contexts of their own, timed inside the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

READY_OURS = """() => {
  const graph = document.querySelector('#map .js-plotly-plot') || document.querySelector('#map.js-plotly-plot');
  return document.documentElement.dataset.link === 'live' && graph && graph.data
    && graph.data.filter((t) => t.meta && t.meta.role === 'grid').length >= 100
    && window.cloud.map.state.place !== ''
    && Object.values(window.cloud.points.counts()).reduce((sum, count) => sum + count, 0) > 100;
}"""
READY_ORDINARY = "() => document.querySelectorAll('#map .scatterlayer .point').length > 100"
READY_BARE = "() => document.title === 'ready'"

# Resolves with the page's clock in the frame after the words came into the document.
READY_MS = 60_000
PATIENCE_SECONDS = 30  # an overloaded page may never show it; it then counts as this long
WATCH = """([words, patience, place]) => {
  window.seen = new Promise((resolve) => {
    const look = () => {
      if (![...document.querySelectorAll(place)].some((node) => node.textContent.includes(words))) return;
      observer.disconnect();
      requestAnimationFrame(() => resolve(Date.now()));
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    setTimeout(() => resolve(Date.now()), 1000 * patience);
    look();
  });
}"""


@contextmanager
def open_pages(browser: Browser, url: str, count: int, ready: str) -> Iterator[list[Page]]:
    """Open `count` pages, each in a context of its own as on a seat of its own, and wait until ready."""
    contexts = [browser.new_context(viewport={"width": 1920, "height": 1080}) for _ in range(count)]
    pages = [context.new_page() for context in contexts]
    try:
        for page in pages:
            page.goto(url, timeout=READY_MS)
            page.wait_for_function(ready, timeout=READY_MS)
        yield pages
    finally:
        for context in contexts:
            context.close()


def watch(pages: list[Page], words: str, place: str = "body") -> None:
    """Let every page note when the words become visible in a place (a CSS selector)."""
    for page in pages:
        page.evaluate(WATCH, [words, PATIENCE_SECONDS, place])


def seen_at(pages: list[Page]) -> list[float]:
    """Return for each page when it showed the words: seconds since 1970."""
    return [page.evaluate("() => window.seen") / 1000 for page in pages]
