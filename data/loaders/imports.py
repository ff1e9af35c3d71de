"""The journal of imported cases: `import` to reported, and a second `import` where the source closed it.

The same chain as `data.store.journal.chained` gives, written as text directly because a file brings a
hundred thousand entries at once; a test holds the two against each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from data.domain.journal import FLAG_AFTER, GENESIS, Entry, utc_text
from data.domain.vocabulary import Action, CaseState, Role
from data.loaders.ledger import load_actor

COLUMNS = (
    "case_id",
    "sequence",
    "recorded_at",
    "happened_at",
    "is_time_flagged",
    "actor",
    "actor_role",
    "action",
    "from_state",
    "to_state",
    "payload",
    "previous_hash",
    "hash",
)
NEW_CASES = """
SELECT c.id, c.reported_at, c.closed_at, c.source_line FROM cases c
WHERE c.load_id = ? AND c.id > ? {unless} ORDER BY c.id LIMIT ?
"""
REPORTED, CLOSED = str(CaseState.REPORTED), str(CaseState.CLOSED)
WITHOUT_JOURNAL = "AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.case_id = c.id)"


class Imported(NamedTuple):
    """A new case as its journal needs it; times as canonical UTC text."""

    id: int
    reported_at: str
    closed_at: str | None
    line: int


def new_cases(
    connection: Connection, load_id: int, after: int, count: int, *, is_resumed: bool = False
) -> list[Imported]:
    """Return the next new cases of a load by id, without those that have a journal when resuming."""
    query = NEW_CASES.format(unless=WITHOUT_JOURNAL if is_resumed else "")
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    cursor = connection.connection.cursor()
    try:
        cursor.execute(query.replace("?", mark), (load_id, after, count))
        found = cursor.fetchall()
    finally:
        cursor.close()
    return [
        Imported(key, _canonical(reported), _canonical(closed), line) for key, reported, closed, line in found
    ]


def _canonical(stored: str | datetime | None) -> str | None:
    """Return an instant as the journal's canonical text, from SQLite's text or a datetime."""
    if isinstance(stored, datetime):
        return utc_text(stored)
    return None if stored is None else f"{stored[:10]}T{stored[11:]}Z"


@dataclass(frozen=True, slots=True)
class ImportJournal:
    """Writes the journal rows of one load."""

    load_id: int
    source_key: str
    at: datetime
    is_sqlite: bool

    def rows(self, imported: Iterable[Imported]) -> Iterator[Sequence[object]]:
        """Yield the journal rows (see `COLUMNS`) as the driver stores them."""
        now, actor = utc_text(self.at), load_actor(self.load_id)
        early, late = utc_text(self.at - FLAG_AFTER), utc_text(self.at + FLAG_AFTER)
        stored_now = self._stored(now)
        fixed = (actor, str(Role.SYSTEM), str(Action.IMPORT))
        tail = f',"load":{self.load_id},"source":"{self.source_key}"}}'
        start, middle = f'"{now}","', f'","{actor}","system","import",'
        for case in imported:
            payload = f'{{"line":{case.line}{tail}'
            previous, before, before_text = GENESIS, None, "null"
            for number, (instant, state) in enumerate(_steps(case), 1):
                happened = min(instant, now)
                content = (
                    f"{previous}\n[{case.id},{number},{start}{happened}{middle}"
                    f'{before_text},"{state}",null,{payload}]'
                )
                digest = hashlib.sha256(content.encode()).hexdigest()
                flag = happened < early or happened > late
                yield (
                    case.id, number, stored_now, self._stored(happened), flag, *fixed,
                    before, state, payload, previous, digest,
                )  # fmt: skip
                previous, before, before_text = digest, state, f'"{state}"'

    def entries(self, case: Imported) -> list[Entry]:
        """Return the same entries as values."""
        states = [None, CaseState.REPORTED, CaseState.CLOSED]
        payload = {"source": self.source_key, "load": self.load_id, "line": case.line}
        return [
            Entry(
                case_id=case.id,
                sequence=number,
                recorded_at=self.at,
                happened_at=min(datetime.fromisoformat(instant), self.at),
                actor=load_actor(self.load_id),
                actor_role=Role.SYSTEM,
                action=Action.IMPORT,
                from_state=states[number - 1],
                to_state=states[number],  # type: ignore[arg-type]
                payload=payload,
            )
            for number, (instant, _) in enumerate(_steps(case), 1)
        ]

    def _stored(self, canonical: str) -> str:
        """Return canonical text as the database keeps an instant (PostgreSQL reads it as it is)."""
        return f"{canonical[:10]} {canonical[11:-1]}" if self.is_sqlite else canonical


def _steps(case: Imported) -> list[tuple[str, str]]:
    if case.closed_at is None:
        return [(case.reported_at, REPORTED)]
    return [(case.reported_at, REPORTED), (case.closed_at, CLOSED)]
