"""Ids for rows that are made ready before the transaction that writes them."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select, text

from data.store.unit_of_work import Store


def new_ids(store: Store, table: Table, count: int) -> list[int]:
    """Return ids that no row has; on SQLite they hold as long as nobody else writes the table (`ids_hold`)."""
    with store.engine.begin() as connection:
        if store.is_sqlite:
            last = _last(connection, table)
            return list(range(last + 1, last + 1 + count))
        query = "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
        return list(connection.execute(text(query), {"name": table.name, "count": count}).scalars())


def ids_hold(connection: Connection, table: Table, ids: list[int]) -> bool:
    """Whether ids are still free, asked inside of the transaction that writes them."""
    return connection.dialect.name != "sqlite" or not ids or _last(connection, table) == ids[0] - 1


def _last(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())
