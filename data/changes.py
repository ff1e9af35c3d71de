"""Following a world's changes, whoever commits them: this process or another one."""

from __future__ import annotations

import threading
from collections.abc import Callable

from data.store.watch import watch
from data.world import World


def follow_changes(world: World, on_change: Callable[[], None], stop: threading.Event) -> None:
    """Call `on_change` from some thread after every committed change, until `stop` is set."""
    world.store.listeners.append(on_change)
    threading.Thread(
        target=watch,
        args=(world.store, on_change, stop, world.settings.watch_seconds),
        name="watch-changes",
        daemon=True,
    ).start()
