"""Seats in front of the browser: each a context with one page, taken, cleaned and taken again.

A page that has shown the program opens it in half the work: its process has the scripts compiled already.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request

LOCAL = {"127.0.0.1", ""}  # data: and blob: have no host
OUTAGE_WORDS = ("ERR_CONNECTION", "WebSocket connection to", "the server did not respond")
EMPTY = "about:blank"
FORGET = "() => { localStorage.clear(); sessionStorage.clear(); }"


class Seats:
    """The seats of one browser: `take` gives one on which nobody has sat, or nobody is remembered."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[Page] = []
        self._apart: set[Page] = set()

    def take(self, width: int, height: int) -> Page:
        """Return an empty page of a size."""
        if not self._free:
            return self._browser.new_context(
                viewport={"width": width, "height": height}, locale="zh-CN"
            ).new_page()
        page = self._free.pop()
        page.set_viewport_size({"width": width, "height": height})
        return page

    def keep_apart(self, page: Page) -> None:
        """Say that a page got what cannot be taken from it again: nobody sits there after this test."""
        self._apart.add(page)

    def give_back(self, page: Page) -> None:
        """Forget who sat there and what was kept; a seat that cannot be cleaned is taken away."""
        if page in self._apart or not _is_cleaned(page):
            page.context.close()
        else:
            self._free.append(page)


def _is_cleaned(page: Page) -> bool:
    try:
        for other in page.context.pages:
            if other is not page:
                other.close()
        page.unroute_all()
        page.mouse.move(0, 0)
        page.evaluate(FORGET)
        page.goto(EMPTY)
        page.context.clear_cookies()
    except Error:
        return False
    return True


class Watcher:
    """Notes what no page may do."""

    def __init__(self) -> None:
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.is_outage_expected = False
        self._heard: list[tuple[Any, str, Callable[..., None]]] = []

    def watch(self, page: Page) -> None:
        """Listen to one page from before its first request."""
        self._hear(page.context, "request", self._request)
        self._hear(page, "console", self._console)
        self._hear(page, "pageerror", self._error)

    def stop(self) -> None:
        """Listen no longer."""
        for emitter, event, listener in self._heard:
            emitter.remove_listener(event, listener)
        self._heard.clear()

    def _hear(self, emitter: Any, event: str, listener: Callable[..., None]) -> None:
        emitter.on(event, listener)
        self._heard.append((emitter, event, listener))

    def _request(self, request: Request) -> None:
        if (urlsplit(request.url).hostname or "") not in LOCAL:
            self.outside.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        is_refused = self.is_outage_expected and any(words in message.text for words in OUTAGE_WORDS)
        if message.type == "error" and not is_refused:
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _error(self, error: Error) -> None:
        self.errors.append(f"uncaught: {error}")
