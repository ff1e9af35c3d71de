"""What the database remembers of a generation: its plan, and a load per chunk that is staged, then published."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text, update

from data.demo.plan import Chunk, DemoPlan
from data.store.numbers import take_numbers
from data.store.tables import cases, loads

MASTER_KEY = "demo"
ACTOR = "demo"
FILE_NAME = "演示数据"


@dataclass(frozen=True, slots=True)
class ChunkBook:
    """A chunk with the load that it belongs to and the ids that its cases have."""

    chunk: Chunk
    load_id: int
    first_id: int
    count: int


@dataclass(frozen=True, slots=True)
class Books:
    """The plan, where its ids begin, what each day's case numbers begin after, and its chunks."""

    plan: DemoPlan
    load_id: int
    first_staff_id: int
    numbers: dict[str, int]
    chunks: tuple[ChunkBook, ...]

    @property
    def total(self) -> int:
        """How many cases the whole history has."""
        return sum(book.count for book in self.chunks)

    def numbers_of(self, days: list[date]) -> list[int]:
        """Return for each day what its case numbers begin after."""
        return [self.numbers.get(day.isoformat(), 0) for day in days]


def read_books(connection: Connection) -> Books | None:
    """Return the books of a generation that began earlier, None where none did."""
    query = select(loads.c.id, loads.c.lineage).where(loads.c.source_key == MASTER_KEY, loads.c.is_demo)
    row = connection.execute(query).first()
    if row is None:
        return None
    record = json.loads(row.lineage)
    chunks = tuple(
        ChunkBook(Chunk(c["key"], date.fromisoformat(c["first"]), date.fromisoformat(c["last"])),
                  c["load_id"], c["first_id"], c["count"])
        for c in record["chunks"]
    )  # fmt: skip
    plan = DemoPlan.from_record(record["plan"])
    return Books(plan, row.id, record["first_staff_id"], record["numbers"], chunks)


def open_books(
    connection: Connection, town_code: str, plan: DemoPlan, chunks: list[Chunk], counts: dict[date, int],
    staff_table: Table, now: datetime,
) -> Books:  # fmt: skip
    """Reserve ids and case numbers, and insert the master load and a staged load per chunk."""
    first_id = _reserve(connection, cases, sum(counts.values()))
    first_staff_id = _next_id(connection, staff_table)
    numbers = {}
    for day, count in counts.items():
        first = int(take_numbers(connection, town_code, day, count)[0][-4:]) - 1 if count else 0
        if first:
            numbers[day.isoformat()] = first
    at, books = first_id, []
    for chunk in sorted(chunks, key=lambda c: c.first):
        count = sum(counts[day] for day in chunk.days)
        books.append(ChunkBook(chunk, _insert_load(connection, chunk.key, "cases", plan, now), at, count))
        at += count
    order = {chunk.key: n for n, chunk in enumerate(chunks)}
    books.sort(key=lambda book: order[book.chunk.key])
    master = _insert_load(connection, MASTER_KEY, "staff", plan, now, status="published")
    result = Books(plan, master, first_staff_id, numbers, tuple(books))
    connection.execute(update(loads).where(loads.c.id == master).values(lineage=_lineage(result)))
    return result


def staged_loads(connection: Connection, books: Books) -> set[int]:
    """Return the loads of chunks that are not published yet."""
    ids = [book.load_id for book in books.chunks]
    query = select(loads.c.id).where(loads.c.id.in_(ids), loads.c.status == "staging")
    return set(connection.execute(query).scalars())


def written_cases(connection: Connection, book: ChunkBook) -> int:
    """Return how many cases of a chunk stand in the database; the newest are written first."""
    return int(connection.execute(select(func.count()).where(cases.c.load_id == book.load_id)).scalar_one())


def publish(connection: Connection, book: ChunkBook, now: datetime) -> None:
    """Make a chunk visible."""
    values = {
        "status": "published",
        "published_at": now,
        "rows_read": book.count,
        "rows_inserted": book.count,
    }
    connection.execute(update(loads).where(loads.c.id == book.load_id).values(values))


def _insert_load(
    connection: Connection, key: str, target: str, plan: DemoPlan, now: datetime, status: str = "staging"
) -> int:
    values: dict[str, Any] = {
        "source_key": key,
        "target": target,
        "file_name": FILE_NAME,
        "file_hash": hashlib.sha256(
            f"{key}\n{json.dumps(plan.record(), sort_keys=True)}".encode()
        ).hexdigest(),
        "actor": ACTOR,
        "status": status,
        "started_at": now,
        "published_at": now if status == "published" else None,
        "is_demo": True,
    }
    inserted = connection.execute(insert(loads).values(values)).inserted_primary_key
    return int(inserted[0]) if inserted else 0


def _lineage(books: Books) -> str:
    chunks = [
        {
            "key": book.chunk.key,
            "first": book.chunk.first.isoformat(),
            "last": book.chunk.last.isoformat(),
            "load_id": book.load_id,
            "first_id": book.first_id,
            "count": book.count,
        }
        for book in books.chunks
    ]
    record = {
        "plan": books.plan.record(),
        "first_staff_id": books.first_staff_id,
        "numbers": books.numbers,
        "chunks": chunks,
    }
    return json.dumps(record, ensure_ascii=False, sort_keys=True)


def _next_id(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1


def _reserve(connection: Connection, table: Table, count: int) -> int:
    """Return the first of `count` ids that nobody else will get.

    SQLite numbers after the highest id, which the same transaction writes; PostgreSQL's sequence is
    moved past the range while nobody can insert.
    """
    if connection.dialect.name == "sqlite":
        return _next_id(connection, table)
    connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
    first = max(_next_id(connection, table), _next_value(connection, table))
    query = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")
    connection.execute(query, {"table": table.name, "last": first + max(count, 1) - 1})
    return first


def _next_value(connection: Connection, table: Table) -> int:
    query = text("SELECT nextval(pg_get_serial_sequence(:table, 'id'))")
    return int(connection.execute(query, {"table": table.name}).scalar_one())
