"""Which rows are referred to by others, so that a rollback does not take them away from under them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from data.loaders.marking import mark_rows
from data.loaders.modules import RECORDS
from data.store.measure_marks import days_of
from data.store.mechanism_tables import mechanism_settings
from data.store.modules.mediation import mechanisms
from data.store.modules.shared import subject_uses, subjects
from data.store.tables import orders, patrols, positions, shifts, staff

Row = Mapping[str, Any]


def _uses() -> dict[str, list[tuple[str, Column[Any]]]]:
    """Return by table name which of its columns is referred to, and where: ids of staff, codes, subjects, edits."""
    found: dict[str, list[tuple[str, Column[Any]]]] = defaultdict(list)
    for use in (shifts, positions, patrols, orders):
        found[staff.name].append(("id", use.c.staff_id))
    for records in RECORDS.values():
        for name, (column, _) in records.known.items():
            found[column.table.name].append((column.name, records.table.c[name]))
        if "subject_key" in records.table.c:
            found[subjects.name].append(("key", records.table.c.subject_key))
    found[subjects.name].append(("key", subject_uses.c.subject_key))
    found[mechanisms.name].append(("key", mechanism_settings.c.mechanism_key))
    return found


USES: Mapping[str, list[tuple[str, Column[Any]]]] = MappingProxyType(_uses())
RECORD_TABLES: Mapping[str, Table] = MappingProxyType(
    {target: records.table for target, records in RECORDS.items()}
    | {table.name: table for table in (subjects, subject_uses)}
)
"""Tables whose rows go back as they are, without a lifecycle or words that stand elsewhere."""

UNCOUNTED = (subjects, subject_uses)
"""Tables of rows that no file has a line for: they come and go with others."""


def held_in(table: Table, row: Row) -> frozenset[str]:
    """Return the columns of a row that the centre wrote, and no rollback takes back."""
    return RECORDS[table.name].held_in(row) if table.name in RECORDS else frozenset()


def is_used(connection: Connection, table: Table, row: Row) -> bool:
    """Whether another row refers to this one; a subject's use ends with the last row of its purpose."""
    if held_in(table, row):
        return True
    uses = USES.get(table.name, [])
    if table is subject_uses:
        records = RECORDS[row["purpose"]].table
        uses = [("subject_key", records.c.subject_key)] if "subject_key" in records.c else []
    return any(
        connection.execute(select(use).where(use == row[name]).limit(1)).first() is not None
        for name, use in uses
    )


def mark_records(connection: Connection, table: Table, rows: Iterable[Row], now: datetime) -> None:
    """Mark the days that rows of a record table count on, with a day on each side for whatever zone."""
    if table.name in RECORDS:
        rows = list(rows)
        around = {day + timedelta(days=n) for day in days_of(rows, UTC) for n in (-1, 0, 1)}
        mark_rows(connection, RECORDS[table.name], rows, around, now)
