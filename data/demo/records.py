"""Writing the demo rows of the modules' record tables: a load per module, small transactions, resumed where cut off.

A row whose key stands already is left as it is, so that a run that was cut off goes on, and a file that somebody
loaded before is not overwritten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Boolean, Connection, Date, Table, UniqueConstraint, insert, select, update

from data.demo.books import ACTOR, FILE_NAME
from data.demo.bulk import insert_rows
from data.demo.modules import ROWS
from data.demo.modules.rows import Row, Stage
from data.demo.sources import beat
from data.demo.working import utc_text
from data.loaders.modules import RECORDS
from data.store.measure_marks import DAY, mark_span
from data.store.modules.shared import subject_uses, subjects
from data.store.tables import loads
from data.store.types import Instant
from data.store.unit_of_work import Store, Transaction

ROWS_AT_ONCE = 2_000
LATEST = timedelta(days=400)
"""How far ahead a day may lie that is marked to be counted: nothing falls due later."""

Turn = Callable[[], bool]
"""Called between transactions: lets others write, and says whether to go on."""


def load_key(module: str) -> str:
    """Return the source key of the load that a module's demo rows belong to."""
    return f"demo:records:{module}"


def unwritten(connection: Connection) -> tuple[str, ...]:
    """Return the modules whose demo rows do not stand yet, in the order of writing."""
    keys = [load_key(module) for module in ROWS]
    query = select(loads.c.source_key).where(loads.c.source_key.in_(keys), loads.c.status == "published")
    done = set(connection.execute(query).scalars())
    return tuple(module for module in ROWS if load_key(module) not in done)


def write_records(store: Store, stage: Stage, clock: Callable[[], datetime], turn: Turn) -> bool:
    """Write every module's rows that are missing; return False where `turn` ends it before."""
    with store.read() as connection:
        missing = unwritten(connection)
    if not all(_Module(store, stage, module, clock, turn).write() for module in missing):
        return False
    with store.write() as transaction:
        if beat(transaction.connection, stage.scene.town, clock()):
            transaction.changed("loads", clock())
    return True


@dataclass(slots=True)
class _Module:
    """Writes the rows of one module."""

    store: Store
    stage: Stage
    module: str
    clock: Callable[[], datetime]
    turn: Turn
    days: _Days = field(default_factory=lambda: _Days())
    count: int = 0
    load_id: int = 0

    def write(self) -> bool:
        if not self.turn():
            return False
        with self.store.write() as transaction:
            self.load_id = _open_load(transaction.connection, load_key(self.module), self.stage, self.clock())
        tables = ROWS[self.module](self.stage)
        if not all(self._write_table(table, rows) for table, rows in tables.items()):
            return False
        with self.store.write() as transaction:
            self._publish(transaction)
        return True

    def _write_table(self, table: Table, rows: Iterable[Row]) -> bool:
        key = _key_of(table)
        with self.store.read() as connection:
            known = {tuple(row) for row in connection.execute(select(*(table.c[name] for name in key)))}
        new = self._told(table, rows, known)
        while batch := list(islice(new, ROWS_AT_ONCE)):
            if not self.turn():
                return False
            with self.store.write() as transaction:
                insert_rows(transaction.connection, table, columns_of(table), [row for row, _use in batch])
                self._register(transaction.connection, table, {use for _row, use in batch if use})
            self.count += len(batch)
        return True

    def _told(
        self, table: Table, rows: Iterable[Row], known: set[tuple[Any, ...]]
    ) -> Iterator[tuple[tuple[Any, ...], str | None]]:
        """Yield the rows that do not stand yet as they are written, each with the key of its subject."""
        plain, key = _plain(table), _key_of(table)
        fixed = {"load_id": self.load_id, "is_demo": True}
        subject = _subject_of(table)
        for line, row in enumerate(rows, 1):
            self.days.see(row)
            if tuple(row[name] for name in key) in known:
                continue
            values = {**row, **fixed, "source_line": line}
            yield tuple(make(values.get(name)) for name, make in plain), subject(row)

    def _register(self, connection: Connection, table: Table, keys: set[str]) -> None:
        """Note what the module keeps subjects for, and those that nobody has named yet."""
        uses = [{"subject_key": key, "module": self.module, "purpose": table.name} for key in sorted(keys)]
        known = [{"key": key, "kind": key.split(":")[0]} for key in sorted(keys)]
        for target, rows in ((subjects, known), (subject_uses, uses)):
            _insert_new(connection, target, rows, {"load_id": self.load_id, "is_demo": True})

    def _publish(self, transaction: Transaction) -> None:
        now, connection = self.clock(), transaction.connection
        counts = {"rows_read": self.count, "rows_inserted": self.count}
        values = {"status": "published", "published_at": now, **counts}
        connection.execute(update(loads).where(loads.c.id == self.load_id).values(values))
        if (span := self.days.span(self.stage.today + LATEST)) is not None:
            mark_span(connection, *span, now, (self.module,))
        transaction.changed("demo", now)


@dataclass(slots=True)
class _Days:
    """The first and the last day that stand in some rows."""

    first: date | None = None
    last: date | None = None

    def see(self, row: Row) -> None:
        """Look at a row's instants and days."""
        for value in row.values():
            if isinstance(value, date):
                day = value.date() if isinstance(value, datetime) else value
                self.first = day if self.first is None or day < self.first else self.first
                self.last = day if self.last is None or day > self.last else self.last

    def span(self, latest: date) -> tuple[date, date] | None:
        """Return the days to be counted, whatever the zone."""
        if self.first is None or self.last is None:
            return None
        return self.first - DAY, min(self.last, latest) + 2 * DAY


def columns_of(table: Table) -> tuple[str, ...]:
    """Return the columns that are written; ids are the database's."""
    return tuple(column.name for column in table.columns if column.name not in ("id", "source_hash"))


def _plain(table: Table) -> list[tuple[str, Callable[[Any], Any]]]:
    """Return for each column how its values are written in bulk."""

    def make(kind: object) -> Callable[[Any], Any]:
        if isinstance(kind, Instant):
            return lambda value: None if value is None else utc_text(value.astimezone(UTC))
        if isinstance(kind, Date):
            return lambda value: None if value is None else value.isoformat()
        return (lambda value: int(bool(value))) if isinstance(kind, Boolean) else lambda value: value

    return [(name, make(table.c[name].type)) for name in columns_of(table)]


def _subject_of(table: Table) -> Callable[[Row], str | None]:
    """Return how a row of a table names its subject."""
    contract = RECORDS.get(table.name)
    if contract is None or contract.subject is None:
        return lambda row: None
    kind = contract.subject.kind
    return (lambda row: row["subject_key"]) if kind is None else lambda row: f"{kind}:{row['code']}"


def _key_of(table: Table) -> tuple[str, ...]:
    found = next(each for each in table.constraints if isinstance(each, UniqueConstraint))
    return tuple(column.name for column in found.columns)


def _insert_new(
    connection: Connection, table: Table, rows: list[dict[str, Any]], fixed: dict[str, Any]
) -> None:
    """Insert rows whose key does not stand yet."""
    key = _key_of(table)
    first = table.c[key[0]]
    for start in range(0, len(rows), 500):
        some = rows[start : start + 500]
        query = select(*(table.c[name] for name in key)).where(first.in_([row[key[0]] for row in some]))
        known = {tuple(row) for row in connection.execute(query)}
        new = [row | fixed for row in some if tuple(row[name] for name in key) not in known]
        if new:
            connection.execute(insert(table), new)


def _open_load(connection: Connection, key: str, stage: Stage, now: datetime) -> int:
    """Return the load of a module's rows, the one that an earlier run began if there is one."""
    known = connection.execute(select(loads.c.id).where(loads.c.source_key == key, loads.c.is_demo))
    if (found := known.scalar_one_or_none()) is not None:
        return int(found)
    values = {
        "source_key": key,
        "target": key.rsplit(":", 1)[1],
        "file_name": FILE_NAME,
        "file_hash": hashlib.sha256(f"{key}\n{stage.plan.record()}".encode()).hexdigest(),
        "actor": ACTOR,
        "status": "staging",
        "started_at": now,
        "is_demo": True,
    }
    inserted = connection.execute(insert(loads).values(values)).inserted_primary_key
    return int(inserted[0]) if inserted else 0
