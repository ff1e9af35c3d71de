"""Reading and writing seals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from data.domain.seals import Covered, Seal
from data.store.stored_rows import canonical_text, raw_column
from data.store.tables import journal, seals

WAIT_MS = 2_000
ROWS_AT_ONCE = 5_000
SEAL_COLUMNS = tuple(Seal.__slots__)


def hold_back_writers(connection: Connection) -> None:
    """Let nobody add to the journal until the commit, and wait for those who are at it.

    PostgreSQL gives ids before the commit: without this an entry could turn up below an id that is sealed.
    SQLite has one writer at a time anyway. Fails where a writer keeps its transaction open for long.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = {WAIT_MS}"))
        connection.execute(text("LOCK TABLE journal IN SHARE ROW EXCLUSIVE MODE"))


def last_seal(connection: Connection) -> Seal | None:
    """Return the newest seal."""
    row = connection.execute(_seals().order_by(seals.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _seal_of(row)


def all_seals(connection: Connection) -> Iterator[Seal]:
    """Yield every seal, oldest first."""
    rows = connection.execute(_seals().order_by(seals.c.id), execution_options={"yield_per": ROWS_AT_ONCE})
    return (_seal_of(row) for row in rows)


def last_journal_id(connection: Connection) -> int:
    """Return the id of the newest entry, 0 where there is none."""
    return int(connection.execute(select(func.coalesce(func.max(journal.c.id), 0))).scalar_one())


def covered(connection: Connection, after: int, most: int | None = None) -> Iterator[Covered]:
    """Yield the entries with ids above `after`, all or at most `most` of them, by id."""
    columns = (journal.c.id, journal.c.case_id, journal.c.sequence, journal.c.hash)
    query = select(*columns).where(journal.c.id > after).order_by(journal.c.id).limit(most)
    rows = connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
    return (Covered(*row) for row in rows)


def write_seal(connection: Connection, seal: Seal) -> None:
    """Insert a seal; the unique previous hash refuses a second one after the same."""
    values = asdict(seal) | {"sealed_at": datetime.fromisoformat(seal.sealed_at)}
    connection.execute(insert(seals).values(values))


def _seals() -> Any:
    return select(*(raw_column(seals.c[name]).label(name) for name in SEAL_COLUMNS))


def _seal_of(row: Any) -> Seal:
    at, *rest = row
    return Seal(str(canonical_text(at)), *rest)
