"""One transaction, and the signal that it changed something.

`Store` is what services and views are given: an engine, and a list of listeners that are called
after a commit that recorded a change. Other processes learn of it through `data.store.watch`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine, func, insert, select, text
from sqlalchemy.exc import DataError, StatementError

from data.domain.errors import CloudError, InvalidInput
from data.store.engine import open_engine
from data.store.tables import changes

CHANNEL = "cloud_changes"
TURN_SECONDS = 15.0
Listener = Callable[[], None]

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Transaction:
    """A running transaction: `connection` to work on, `changed` to record what a commit will tell."""

    connection: Connection
    has_changes: bool = False

    def changed(self, topic: str, at: datetime, ref: int | None = None) -> None:
        """Record a change; its row's number becomes the revision when the transaction commits."""
        self.connection.execute(insert(changes).values(topic=topic, at=at, ref=ref))
        self.has_changes = True


@dataclass(slots=True)
class Store:
    """The database of one town."""

    engine: Engine
    listeners: list[Listener] = field(default_factory=list)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, url: str) -> Store:
        """Open the database at a SQLAlchemy URL."""
        return cls(open_engine(url))

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Run one writing transaction; listeners hear of it after the commit, never before.

        SQLite has one writer at a time: threads of this process take turns on a lock, which is
        fairer and quicker than its busy handler; other processes wait on that.
        """
        with _refusing_impossible(), self._taking_turns(), self.engine.begin() as connection:
            transaction = Transaction(connection)
            yield transaction
            if transaction.has_changes and not self.is_sqlite:
                connection.execute(text(f"NOTIFY {CHANNEL}"))
        if transaction.has_changes:
            for listener in tuple(self.listeners):
                listener()

    @contextmanager
    def _taking_turns(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise CloudError("数据库正忙，写入没有完成", code="busy", status=503, cure="请稍候几秒再试")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Run one reading transaction: a consistent view that blocks no writer."""
        options: dict[str, object] = {"read_only": True}
        if not self.is_sqlite:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        opened = self.engine.connect().execution_options(**options)
        with _refusing_impossible(), opened as connection, connection.begin():
            yield connection

    def revision(self) -> int:
        """Return the number of the newest committed change, 0 before the first."""
        with self.read() as connection:
            return int(connection.execute(select(func.coalesce(func.max(changes.c.id), 0))).scalar_one())

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def _refusing_impossible() -> Iterator[None]:
    """Turn a value that no column can hold (a number too great, a NUL) into a refusal: the asker's fault, not ours.

    Services name the field where they know it; this is for whatever they let through.
    """
    try:
        yield
    except (DataError, OverflowError, StatementError) as error:
        cause = getattr(error, "orig", error)
        if not isinstance(error, DataError) and not isinstance(cause, OverflowError):
            raise
        logger.warning("a value that the database cannot hold was refused: %s", error)
        raise InvalidInput(
            "提交的内容里有数据库无法保存的数或字符", code="impossible_value", cure="请检查后重新提交"
        ) from error
