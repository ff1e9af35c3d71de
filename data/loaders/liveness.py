"""One load of a source at a time, and a sure sign whether the process of a load still lives.

The sign is a lock that the system itself takes away when the process ends, however it ends: a file lock
beside an SQLite database, an advisory lock in PostgreSQL. No clock and no heartbeat is involved.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from data.domain.errors import Conflict
from data.store.unit_of_work import Store


@contextmanager
def source_lock(store: Store, source_key: str) -> Iterator[bool]:
    """Hold the lock of a source while the block runs; give False when another process holds it."""
    if not store.is_sqlite:
        with _advisory_lock(store, source_key) as is_held:
            yield is_held
        return
    database = store.engine.url.database
    if not database or database == ":memory:":
        yield True
        return
    with _file_lock(Path(f"{database}.{source_key}.lock")) as is_held:
        yield is_held


@contextmanager
def only_load(store: Store, source_key: str) -> Iterator[None]:
    """Hold the lock of a source; raise `Conflict` when another process is loading it."""
    with source_lock(store, source_key) as is_held:
        if not is_held:
            cure = "请等待它完成后再试"
            raise Conflict(f"来源“{source_key}”正在由另一个进程载入", value=source_key, cure=cure)
        yield


@contextmanager
def _file_lock(path: Path) -> Iterator[bool]:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def _advisory_lock(store: Store, source_key: str) -> Iterator[bool]:
    number = int.from_bytes(hashlib.sha256(f"load:{source_key}".encode()).digest()[:8], "big", signed=True)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_held = connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": number}).scalar_one()
        try:
            yield bool(is_held)
        finally:
            if is_held:
                connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": number})
