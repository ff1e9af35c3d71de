"""An insert that yields to a row already there, on either database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, literal
from sqlalchemy.dialects import postgresql, sqlite


def insert_if_new(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert `row` unless one with its key stands already; return whether it was inserted."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    added = make(table).values(row).on_conflict_do_nothing().returning(literal(1))
    return connection.execute(added).first() is not None
