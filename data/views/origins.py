"""Where a row came from, in words: its file and line, or that it was registered here."""

from __future__ import annotations

from sqlalchemy import Connection, select

from data.store.tables import loads


def origin_of(connection: Connection, load_id: int | None, line: int | None) -> str:
    """Return the file and the line that a load brought a row from."""
    query = select(loads.c.file_name).where(loads.c.id == load_id)
    name = None if load_id is None else connection.execute(query).scalar_one_or_none()
    if name is None:
        return "平台登记"
    return f"{name} 第 {line} 行" if line else name
