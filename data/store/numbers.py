"""Running numbers of cases: town code, day and a counter that starts at 1 each day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, select, text

from data.store.tables import counters

RAISE = text(
    "INSERT INTO counters (name, value) VALUES (:name, :count) "
    "ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value"
)
NAMES_AT_ONCE = 500


def take_numbers(connection: Connection, town_code: str, day: date, count: int = 1) -> list[str]:
    """Return `count` new case numbers of a day, e.g. 320582105-20261123-0387; never the same twice."""
    return take_numbers_by_day(connection, town_code, {day: count})[day]


def take_numbers_by_day(
    connection: Connection, town_code: str, counts: Mapping[date, int]
) -> dict[date, list[str]]:
    """Return new case numbers for many days at once.

    The days are raised in order, so that two writers never wait for each other in a ring.
    """
    names = {day: f"{town_code}-{day:%Y%m%d}" for day in sorted(counts)}
    if not names:
        return {}
    connection.execute(RAISE, [{"name": name, "count": counts[day]} for day, name in names.items()])
    last = _values(connection, list(names.values()))
    return {
        day: [f"{name}-{number:04d}" for number in range(last[name] - counts[day] + 1, last[name] + 1)]
        for day, name in names.items()
    }


def _values(connection: Connection, names: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(names), NAMES_AT_ONCE):
        part = names[start : start + NAMES_AT_ONCE]
        query = select(counters.c.name, counters.c.value).where(counters.c.name.in_(part))
        found.update({row.name: int(row.value) for row in connection.execute(query)})
    return found
