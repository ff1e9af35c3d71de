"""The journal of imported cases: `import` to reported, and a second `import` where the source closed it.

The same chain as `data.store.journal.chained` gives, written as text directly because a file brings a
hundred thousand entries at once; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeAlias

from sqlalchemy import Connection

from data.domain.journal import FLAG_AFTER, GENESIS, Entry, utc_text
from data.domain.vocabulary import Action, CaseState, Role
from data.loaders.ledger import load_actor

COLUMNS = (
    "case_id",
    "sequence",
    "happened_at",
    "is_time_flagged",
    "from_state",
    "to_state",
    "payload",
    "previous_hash",
    "hash",
)
"""What differs from entry to entry; `ImportJournal.fixed` are the other columns."""
NEW_CASES = """
SELECT c.id, {reported_at}, {closed_at}, c.source_line FROM cases c
WHERE c.load_id = ? AND c.id > ? {unless} ORDER BY c.id LIMIT ?
"""
# An instant as the journal's canonical text, made by the database itself.
CANONICAL = {
    "sqlite": "replace(c.{0}, ' ', 'T') || 'Z'",
    "postgresql": "to_char(c.{0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
}
MARKS = {"sqlite": "?", "postgresql": "%s"}
REPORTED, CLOSED = str(CaseState.REPORTED), str(CaseState.CLOSED)
WITHOUT_JOURNAL = "AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.case_id = c.id)"


TOLD = ("state", "is_withdrawn", "reported_at")
"""What the journal must tell of an imported case when a load or its rollback changes it."""

Imported: TypeAlias = tuple[int, str, str | None, int]
"""A new case as its journal needs it: id, when reported and when closed (canonical UTC text), line."""


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
        reported_at=CANONICAL[kind].format("reported_at"),
        closed_at=CANONICAL[kind].format("closed_at"),
    )
    cursor = connection.connection.cursor()
    try:
        cursor.execute(query.replace("?", MARKS[kind]), (load_id, after, count))
        return list(cursor.fetchall())
    finally:
        cursor.close()


@dataclass(frozen=True, slots=True)
class ImportJournal:
    """Writes the journal rows of one load."""

    load_id: int
    source_key: str
    at: datetime
    is_sqlite: bool

    @property
    def fixed(self) -> dict[str, object]:
        """The columns that are the same in every entry of the load."""
        return {
            "recorded_at": self._stored(utc_text(self.at)),
            "actor": load_actor(self.load_id),
            "actor_role": str(Role.SYSTEM),
            "action": str(Action.IMPORT),
        }

    def rows(self, imported: Iterable[Imported]) -> Iterator[Sequence[object]]:
        """Yield the journal rows (see `COLUMNS`) as the driver stores them."""
        now, stored = utc_text(self.at), self._stored
        early, late = utc_text(self.at - FLAG_AFTER), utc_text(self.at + FLAG_AFTER)
        end = f',"load":{self.load_id},"source":"{self.source_key}"}}'
        actor = f'","{load_actor(self.load_id)}","system","import",'
        begun, over = f'{actor}null,"{REPORTED}",null,', f'{actor}"{REPORTED}","{CLOSED}",null,'
        for key, reported, closed, line in imported:
            payload = f'{{"line":{line}{end}'
            at = reported if reported < now else now
            text = f'{GENESIS}\n[{key},1,"{now}","{at}{begun}{payload}]'
            first = sha256(text.encode()).hexdigest()
            yield key, 1, stored(at), not early <= at <= late, None, REPORTED, payload, GENESIS, first
            if closed is None:
                continue
            at = closed if closed < now else now
            text = f'{first}\n[{key},2,"{now}","{at}{over}{payload}]'
            digest = sha256(text.encode()).hexdigest()
            yield key, 2, stored(at), not early <= at <= late, REPORTED, CLOSED, payload, first, digest

    def entries(self, case: Imported) -> list[Entry]:
        """Return the same entries as values."""
        key, reported, closed, line = case
        states = (None, CaseState.REPORTED, CaseState.CLOSED)
        return [
            Entry(
                case_id=key,
                sequence=number,
                recorded_at=self.at,
                happened_at=min(datetime.fromisoformat(instant), self.at),
                actor=load_actor(self.load_id),
                actor_role=Role.SYSTEM,
                action=Action.IMPORT,
                from_state=states[number - 1],
                to_state=after,
                payload={"source": self.source_key, "load": self.load_id, "line": line},
            )
            for number, (instant, after) in enumerate(
                zip((reported, closed), states[1:], strict=True), start=1
            )
            if instant is not None and after is not None
        ]

    def _stored(self, canonical: str) -> str:
        """Return canonical text as the database keeps an instant (PostgreSQL reads it as it is)."""
        return f"{canonical[:10]} {canonical[11:-1]}" if self.is_sqlite else canonical
