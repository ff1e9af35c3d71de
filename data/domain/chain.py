"""Whether a case's stored journal is what was written: every link recomputed, the first row that was touched named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from data.domain.findings import RESTORE, Finding
from data.domain.journal import FLAG_AFTER, GENESIS, Entry, canonical_json
from data.domain.vocabulary import Action, CaseState, Role

CLOSED_LISTS: Mapping[str, tuple[str | None, ...]] = {
    "from_state": (None, *CaseState),
    "to_state": tuple(CaseState),
    "action": tuple(Action),
    "actor_role": tuple(Role),
    "reason": (None,),
    "payload": ("{}",),
}
"""Values that a column may have had: where one of them makes the hash right again, it is the column that was changed."""

SHARED = ("recorded_at", "happened_at", "actor", "reason")
"""Columns whose value often stands in a neighbouring entry too."""


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A row of the journal as the database gave it; instants are canonical UTC text, or whatever stands there."""

    id: int
    case_id: int
    sequence: int
    recorded_at: str
    happened_at: str
    is_time_flagged: bool
    actor: str
    actor_role: str
    action: str
    from_state: str | None
    to_state: str
    reason: str | None
    payload: str
    previous_hash: str
    hash: str

    def digest(self, previous_hash: str) -> str:
        """Return the hash that the row should have after `previous_hash`; see `journal.entry_hash`."""
        head = canonical_json(
            [
                self.case_id,
                self.sequence,
                self.recorded_at,
                self.happened_at,
                self.actor,
                self.actor_role,
                self.action,
                self.from_state,
                self.to_state,
                self.reason,
            ]
        )
        text = f"{previous_hash}\n{head[:-1]},{self.payload}]"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def entry(self) -> Entry:
        """Return the entry that was written; raise `ValueError` where a column holds no such value."""
        return Entry(
            self.case_id,
            self.sequence,
            datetime.fromisoformat(self.recorded_at),
            datetime.fromisoformat(self.happened_at),
            self.actor,
            Role(self.actor_role),
            Action(self.action),
            CaseState(self.from_state) if self.from_state else None,
            CaseState(self.to_state),
            self.reason,
            json.loads(self.payload),
        )


def check_chain(rows: Sequence[StoredEntry]) -> Finding | None:
    """Return the first row of one case's journal (by sequence) that is not what was written, None where all are."""
    previous, last_id = GENESIS, 0
    for place, row in enumerate(rows):
        if row.sequence != place + 1 or row.digest(previous) != row.hash:
            return _broken(rows, place, previous)
        if row.previous_hash != previous:
            return _changed(row, "previous_hash", previous)
        if row.is_time_flagged != _is_far(row):
            return _changed(row, "is_time_flagged", str(_is_far(row)))
        if row.id <= last_id:
            return _changed(row, "id")
        previous, last_id = row.hash, row.id
    return None


def _broken(rows: Sequence[StoredEntry], place: int, previous: str) -> Finding:
    """Say what happened where the entry `place` should follow the hash `previous` and none does."""
    row, wanted = rows[place], place + 1
    moved = next((other for other in rows[place:] if _is_moved(other, wanted, previous)), None)
    if moved is not None:
        return _changed(moved, "sequence", str(wanted))
    if row.sequence != wanted:
        where = f"案卷 {row.case_id} 的流转记录第 {wanted} 条"
        return Finding(where, None, f"缺失：其后是第 {row.sequence} 条", RESTORE)
    if place + 1 < len(rows) and rows[place + 1].previous_hash == row.digest(previous):
        return _changed(row, "hash", row.digest(previous))
    for field, value in _candidates(rows, row):
        change: dict[str, Any] = {field: value}
        if replace(row, **change).digest(previous) == row.hash:
            return _changed(row, field, value)
    return Finding(_place_of(row), None, "内容与它的哈希不符，无法指明是哪一列", RESTORE)


def _is_moved(row: StoredEntry, wanted: int, previous: str) -> bool:
    """Whether a row is the entry `wanted` but for its number."""
    return row.sequence != wanted and replace(row, sequence=wanted).digest(previous) == row.hash


def _candidates(rows: Iterable[StoredEntry], row: StoredEntry) -> Iterator[tuple[str, str | None]]:
    for field, values in CLOSED_LISTS.items():
        yield from ((field, value) for value in values)
    yield "happened_at", row.recorded_at
    yield "recorded_at", row.happened_at
    for other in rows:
        yield from ((field, getattr(other, field)) for field in SHARED)


def _is_far(row: StoredEntry) -> bool:
    apart = datetime.fromisoformat(row.recorded_at) - datetime.fromisoformat(row.happened_at)
    return abs(apart) > FLAG_AFTER


def _place_of(row: StoredEntry) -> str:
    return f"案卷 {row.case_id} 的流转记录第 {row.sequence} 条（编号 {row.id}）"


def _changed(row: StoredEntry, field: str, was: str | None = "") -> Finding:
    told = "" if was == "" else f"，原为“{'空' if was is None else was}”"
    return Finding(_place_of(row), field, f"被改动{told}", RESTORE)
