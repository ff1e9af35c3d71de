"""Following a world's changes, whoever commits them: this process or another one."""

from __future__ import annotations

import threading
from collections.abc import Callable

from data.store.watch import watch
from data.world import World


def follow_changes(world: World, on_change: Callable[[], None], stop: threading.Event) -> None:
    """Call `on_change` from some thread after every committed change, until `stop` is set."""
    news = News(world, on_change)
    world.store.listeners.append(news.tell)
    threading.Thread(
        target=watch,
        args=(world.store, news.tell, stop, world.settings.watch_seconds),
        name="watch-changes",
        daemon=True,
    ).start()


class News:
    """Passes on that something changed, once for each revision.

    The watcher sees this process's own commits too, and commits that change nothing on a screen.
    """

    def __init__(self, world: World, on_change: Callable[[], None]) -> None:
        self._world, self._on_change = world, on_change
        self._lock = threading.Lock()
        self._told = -1

    def tell(self) -> None:
        """Tell, unless this revision has been told."""
        revision = self._world.store.revision()
        with self._lock:
            is_news = revision != self._told
            self._told = revision
        if is_news:
            self._on_change()
