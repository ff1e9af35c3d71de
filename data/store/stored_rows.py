"""Rows as the database has them, instants as text: what was tampered with must be named, not fail to be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, String, Table, select, type_coerce

from data.domain.chain import StoredEntry
from data.domain.journal import utc_text
from data.store.tables import cases, journal, orders
from data.store.types import Instant

CASE_COLUMNS = (
    *("id", "number", "category_code", "intake_channel", "state", "is_open", "version", "reported_at"),
    *("main_unit", "dispatched_at", "handled_at", "closed_at", "returns", "reworks", "reopens"),
    *("is_withdrawn", "changed_by", "load_id"),
)
ORDER_COLUMNS = (
    *("id", "case_id", "number", "is_main", "unit_code", "state", "sent_at", "signed_at", "arrived_at"),
    *("handled_at", "confirmed_at", "returned_at", "recalled_at", "return_code", "return_reason"),
)
ENTRY_COLUMNS = tuple(StoredEntry.__slots__)
STORED_LENGTH = 26  # 2026-11-24 01:02:03.000004


def stored_cases(connection: Connection, after: int, most: int) -> list[dict[str, Any]]:
    """Return the next cases by id."""
    query = _raw(cases, CASE_COLUMNS).where(cases.c.id > after).order_by(cases.c.id).limit(most)
    return list(_rows(connection, cases, CASE_COLUMNS, query))


def stored_entries(connection: Connection, after: int, up_to: int | None) -> Iterator[StoredEntry]:
    """Yield the journal of the cases with ids above `after` up to `up_to`, by case and sequence."""
    query = _between(_raw(journal, ENTRY_COLUMNS), journal.c.case_id, after, up_to)
    for row in connection.execute(query.order_by(journal.c.case_id, journal.c.sequence)).all():
        key, case_id, sequence, recorded, happened, *rest = row
        yield StoredEntry(key, case_id, sequence, canonical_text(recorded), canonical_text(happened), *rest)


def stored_orders(connection: Connection, after: int, up_to: int | None) -> Iterator[dict[str, Any]]:
    """Yield the orders of the cases with ids above `after` up to `up_to`, by case and id."""
    query = _between(_raw(orders, ORDER_COLUMNS), orders.c.case_id, after, up_to)
    return _rows(connection, orders, ORDER_COLUMNS, query.order_by(orders.c.case_id, orders.c.id))


def canonical_text(stored: Any) -> Any:
    """Return a stored instant as canonical UTC text; what is no instant stays as it is."""
    if isinstance(stored, datetime):
        return utc_text(stored)
    if isinstance(stored, str) and len(stored) == STORED_LENGTH:
        return f"{stored[:10]}T{stored[11:]}Z"
    return stored


def raw_column(column: Column[Any]) -> Any:
    """Return a column whose instants come as the driver gives them."""
    return type_coerce(column, String) if isinstance(column.type, Instant) else column


def _raw(table: Table, names: tuple[str, ...]) -> Any:
    return select(*(raw_column(table.c[name]).label(name) for name in names))


def _between(query: Any, key: Column[Any], after: int, up_to: int | None) -> Any:
    query = query.where(key > after)
    return query if up_to is None else query.where(key <= up_to)


def _rows(
    connection: Connection, table: Table, names: tuple[str, ...], query: Any
) -> Iterator[dict[str, Any]]:
    instants = [name for name in names if isinstance(table.c[name].type, Instant)]
    for row in connection.execute(query).mappings().all():
        values = dict(row)
        for name in instants:
            values[name] = canonical_text(values[name])
        yield values
