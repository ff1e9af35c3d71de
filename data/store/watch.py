"""Hearing of other processes' commits: LISTEN on PostgreSQL, `PRAGMA data_version` on SQLite."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from data.store.unit_of_work import CHANNEL, Store

RECONNECT_SECONDS = 2.0


def watch(store: Store, on_change: Callable[[], None], stop: threading.Event, every_seconds: float) -> None:
    """Call `on_change` after each commit of another process until `stop` is set; runs in a thread of its own.

    A lost connection is tried again, and `on_change` is called once after, for what was missed meanwhile.
    """
    look = _watch_sqlite if store.is_sqlite else _watch_postgres
    while not stop.is_set():
        try:
            look(store, on_change, stop, every_seconds)
        except Exception:
            stop.wait(RECONNECT_SECONDS)
            on_change()


def _watch_sqlite(
    store: Store, on_change: Callable[[], None], stop: threading.Event, every_seconds: float
) -> None:
    """`data_version` changes when another connection commits; one's own commits come by listener."""
    with store.engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        known = raw.execute("PRAGMA data_version").fetchone()
        while not stop.wait(every_seconds):
            version = raw.execute("PRAGMA data_version").fetchone()
            if version != known:
                known = version
                on_change()


def _watch_postgres(
    store: Store, on_change: Callable[[], None], stop: threading.Event, every_seconds: float
) -> None:
    with store.engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.autocommit = True
        raw.execute(f"LISTEN {CHANNEL}")
        on_change()
        while not stop.is_set():
            if any(True for _ in raw.notifies(timeout=every_seconds)):
                on_change()
