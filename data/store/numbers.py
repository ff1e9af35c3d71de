"""Running numbers of cases: town code, day and a counter that starts at 1 each day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select, update

from data.store.tables import counters
from data.store.upsert import insert_if_new


def take_numbers(connection: Connection, town_code: str, day: date, count: int = 1) -> list[str]:
    """Return `count` new case numbers of a day, e.g. 320582105-20261123-0387; never the same twice."""
    name = f"{town_code}-{day:%Y%m%d}"
    last = _advance(connection, name, count)
    return [f"{name}-{number:04d}" for number in range(last - count + 1, last + 1)]


def _advance(connection: Connection, name: str, count: int) -> int:
    raised = update(counters).where(counters.c.name == name).values(value=counters.c.value + count)
    if connection.execute(raised).rowcount == 0:
        insert_if_new(connection, counters, {"name": name, "value": 0})
        connection.execute(raised)
    return int(connection.execute(select(counters.c.value).where(counters.c.name == name)).scalar_one())
