"""Reading and writing seals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text

from data.domain.seals import Covered, Seal
from data.store.tables import journal, seals

WAIT_MS = 2_000


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
    row = connection.execute(select(seals).order_by(seals.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else seal_of(row)


def last_journal_id(connection: Connection) -> int:
    """Return the id of the newest entry, 0 where there is none."""
    return int(connection.execute(select(func.coalesce(func.max(journal.c.id), 0))).scalar_one())


def covered(
    connection: Connection, after: int, up_to: int | None = None, most: int | None = None
) -> Iterator[Covered]:
    """Yield the entries with ids above `after`, up to `up_to` or at most `most` of them, by id."""
    columns = (journal.c.id, journal.c.case_id, journal.c.sequence, journal.c.hash)
    query = select(*columns).where(journal.c.id > after).order_by(journal.c.id).limit(most)
    if up_to is not None:
        query = query.where(journal.c.id <= up_to)
    return (Covered(*row) for row in connection.execute(query))


def write_seal(connection: Connection, seal: Seal) -> None:
    """Insert a seal; the unique previous hash refuses a second one after the same."""
    connection.execute(insert(seals).values(asdict(seal)))


def seal_of(row: Row[Any]) -> Seal:
    """Return a row as the seal that was written."""
    return Seal(
        row.sealed_at,
        row.up_to_journal_id,
        row.case_count,
        row.entry_count,
        row.heads_hash,
        row.previous_hash,
        row.hash,
    )
