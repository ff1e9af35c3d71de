"""The journal of imported cases: `import` to reported, and a second `import` where the source closed it.

The same chain as `data.store.journal.chained` gives, written as text directly because a file brings a
hundred thousand entries at once; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeAlias

from sqlalchemy import Connection

from data.domain.journal import FLAG_AFTER, GENESIS, utc_text
from data.domain.vocabulary import Action, CaseState, Role
from data.loaders.bulk import insert_rows
from data.loaders.ledger import load_actor

COLUMNS = ("case_id", "happened_at", "is_time_flagged", "payload", "hash")
"""What differs from entry to entry; a second entry has its own `previous_hash` besides."""
NEW_CASES = """
SELECT c.id, {reported_at}, {closed_at}, c.source_line FROM cases c
WHERE c.load_id = ? AND c.id > ? {unless} ORDER BY c.id LIMIT ?
"""
UTC_TEXT = {
    "sqlite": "c.{0}",
    "postgresql": "to_char(c.{0} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
}
MARKS = {"sqlite": "?", "postgresql": "%s"}
REPORTED, CLOSED = str(CaseState.REPORTED), str(CaseState.CLOSED)
WITHOUT_JOURNAL = "AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.case_id = c.id)"


TOLD = ("state", "is_withdrawn", "reported_at")
"""What the journal must tell of an imported case when a load or its rollback changes it."""

Imported: TypeAlias = tuple[int, str, str | None, int]
"""A new case as its journal needs it: id, when reported and when closed (UTC text), line."""
Rows: TypeAlias = list[Sequence[object]]


def is_told(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the difference between two rows of a case is one more version and one more entry."""
    return any(before[name] != after[name] for name in TOLD)


def corrected_report(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, object]:
    """Return what an entry says of another time of the report: the clock of an imported case counts from it."""
    at = after["reported_at"]
    return {} if before["reported_at"] == at else {"reported_at": utc_text(at)}


def new_cases(
    connection: Connection, load_id: int, after: int, count: int, *, is_resumed: bool = False
) -> list[Imported]:
    """Return the next new cases of a load by id, without those that have a journal when resuming."""
    kind = connection.dialect.name
    query = NEW_CASES.format(
        unless=WITHOUT_JOURNAL if is_resumed else "",
        reported_at=UTC_TEXT[kind].format("reported_at"),
        closed_at=UTC_TEXT[kind].format("closed_at"),
    )
    cursor = connection.connection.cursor()
    try:
        cursor.execute(query.replace("?", MARKS[kind]), (load_id, after, count))
        return list(cursor.fetchall())
    finally:
        cursor.close()


@dataclass(frozen=True, slots=True)
class ImportJournal:
    """Writes the journal of one load, which was recorded at the aware instant `at`."""

    load_id: int
    source_key: str
    at: datetime

    def entries(self, imported: Iterable[Imported]) -> tuple[Rows, Rows]:
        """Return the first entries of cases (see `COLUMNS`), and the second ones with their previous hash."""
        now, early, late = map(_plain, (self.at, self.at - FLAG_AFTER, self.at + FLAG_AFTER))
        recorded = utc_text(self.at)
        end = f',"load":{self.load_id},"source":"{self.source_key}"}}'
        actor = f'Z","{load_actor(self.load_id)}","system","import",'
        begun, over = f'{actor}null,"{REPORTED}",null,', f'{actor}"{REPORTED}","{CLOSED}",null,'
        firsts: Rows = []
        seconds: Rows = []
        for key, reported, closed, line in imported:
            payload = f'{{"line":{line}{end}'
            at = reported if reported < now else now
            text = f'{GENESIS}\n[{key},1,"{recorded}","{at[:10]}T{at[11:]}{begun}{payload}]'
            first = sha256(text.encode()).hexdigest()
            firsts.append((key, at, not early <= at <= late, payload, first))
            if closed is None:
                continue
            at = closed if closed < now else now
            text = f'{first}\n[{key},2,"{recorded}","{at[:10]}T{at[11:]}{over}{payload}]'
            digest = sha256(text.encode()).hexdigest()
            seconds.append((key, at, not early <= at <= late, payload, digest, first))
        return firsts, seconds

    def write(self, connection: Connection, firsts: Rows, seconds: Rows) -> None:
        """Insert entries."""
        fixed: dict[str, Any] = {
            "recorded_at": _plain(self.at),
            "actor": load_actor(self.load_id),
            "actor_role": str(Role.SYSTEM),
            "action": str(Action.IMPORT),
        }
        begun = {"sequence": 1, "to_state": REPORTED, "previous_hash": GENESIS}
        over = {"sequence": 2, "from_state": REPORTED, "to_state": CLOSED}
        insert_rows(connection, "journal", COLUMNS, firsts, fixed | begun)
        insert_rows(connection, "journal", (*COLUMNS, "previous_hash"), seconds, fixed | over)


def _plain(instant: datetime) -> str:
    """Write an instant as `UTC_TEXT` gives it and both databases take it."""
    canonical = utc_text(instant)
    return f"{canonical[:10]} {canonical[11:-1]}"
