"""Writing many rows quickly inside a running transaction: executemany on SQLite, COPY on PostgreSQL.

Rows are tuples of plain values; instants are UTC text and flags 0 or 1, which both databases read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, text

from data.demo.block import (
    CASE_COLUMNS,
    CONTENT_COLUMNS,
    JOURNAL_COLUMNS,
    ORDER_COLUMNS,
    REPLY_COLUMNS,
    Block,
)
from data.store.tables import case_contents, cases, journal, orders
from data.store.work_tables import case_replies

Rows = Sequence[tuple[Any, ...]]


def write_block(connection: Connection, block: Block) -> None:
    """Insert the rows of a block, parents first."""
    insert_rows(connection, cases, CASE_COLUMNS, block.cases)
    insert_rows(connection, case_contents, CONTENT_COLUMNS, block.contents)
    insert_rows(connection, case_replies, REPLY_COLUMNS, block.replies)
    insert_rows(connection, orders, ORDER_COLUMNS, block.orders)
    insert_rows(connection, journal, JOURNAL_COLUMNS, block.journal)


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Rows) -> None:
    """Insert rows of the given columns into a table, as part of the connection's transaction."""
    if not rows:
        return
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 (our own names)
        _driver(connection).executemany(statement, rows)
        return
    connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
    with _driver(connection).cursor().copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
