"""Appending to the journal: the one way in which anything that happened to a case is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from data.domain.journal import GENESIS, Entry, canonical_json, entry_hash
from data.domain.vocabulary import Action, CaseState, Role
from data.store.tables import journal


def append(connection: Connection, entries: Iterable[Entry]) -> int:
    """Chain and insert entries, oldest first per case; return how many.

    Each entry's `sequence` must follow the case's last; the unique key (case, sequence) refuses a
    second writer.
    """
    entries = list(entries)
    if not entries:
        return 0
    heads = _heads(connection, {e.case_id for e in entries if e.sequence > 1})
    connection.execute(insert(journal), list(chained(entries, heads)))
    return len(entries)


def read_entries(connection: Connection, case_id: int) -> list[Entry]:
    """Return a case's journal, oldest first."""
    query = select(journal).where(journal.c.case_id == case_id).order_by(journal.c.sequence)
    return [entry_of(row) for row in connection.execute(query)]


def entry_of(row: Row[Any]) -> Entry:
    """Return a journal row as the entry that was written."""
    return Entry(
        case_id=row.case_id,
        sequence=row.sequence,
        recorded_at=row.recorded_at,
        happened_at=row.happened_at,
        actor=row.actor,
        actor_role=Role(row.actor_role),
        action=Action(row.action),
        from_state=CaseState(row.from_state) if row.from_state else None,
        to_state=CaseState(row.to_state),
        reason=row.reason,
        payload=json.loads(row.payload),
    )


def chained(entries: Iterable[Entry], heads: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    """Yield the journal rows of `entries`, each linked to the one before; `heads` are last hashes."""
    current = dict(heads)
    for entry in entries:
        previous = current.get(entry.case_id, GENESIS)
        digest = entry_hash(entry, previous)
        current[entry.case_id] = digest
        yield {
            "case_id": entry.case_id,
            "sequence": entry.sequence,
            "recorded_at": entry.recorded_at,
            "happened_at": entry.happened_at,
            "is_time_flagged": entry.is_time_flagged,
            "actor": entry.actor,
            "actor_role": str(entry.actor_role),
            "action": str(entry.action),
            "from_state": None if entry.from_state is None else str(entry.from_state),
            "to_state": str(entry.to_state),
            "reason": entry.reason,
            "payload": canonical_json(dict(entry.payload)),
            "previous_hash": previous,
            "hash": digest,
        }


def _heads(connection: Connection, case_ids: set[int]) -> dict[int, str]:
    """Return the last hash of each case (in groups, for SQLite's limit on bound values)."""
    found: dict[int, str] = {}
    ids = sorted(case_ids)
    for start in range(0, len(ids), 500):
        query = (
            select(journal.c.case_id, journal.c.hash)
            .where(journal.c.case_id.in_(ids[start : start + 500]))
            .order_by(journal.c.case_id, journal.c.sequence)
        )
        found.update({row.case_id: row.hash for row in connection.execute(query)})
    return found
