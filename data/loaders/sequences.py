"""Where the journals of some cases stand."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from data.store.tables import journal


def last_sequences(connection: Connection, ids: list[int]) -> dict[int, int]:
    """Return the last sequence number of each case's journal."""
    last = func.max(journal.c.sequence)
    query = select(journal.c.case_id, last).where(journal.c.case_id.in_(ids)).group_by(journal.c.case_id)
    return {row[0]: int(row[1]) for row in connection.execute(query)}
