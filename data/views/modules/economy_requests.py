"""Requests of enterprises: the cases of the major class 营商诉求, on the same clock as those of residents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from data.store.tables import visible_cases
from data.world import World

MAJOR = "营商诉求"


@dataclass(frozen=True, slots=True)
class Request:
    """An open request: its case, its deadline (aware), and whose it is."""

    case_id: int
    number: str
    title: str
    category: str
    unit: str
    due_at: datetime | None


def read_requests(world: World, connection: Connection) -> tuple[Request, ...]:
    """Return the open requests, the least time left first."""
    codes = {row.code: row.name for row in world.town.categories if row.major_name == MAJOR}
    c = visible_cases.c
    columns = (c.id, c.number, c.title, c.category_code, c.main_unit, c.due_at)
    query = select(*columns).where(c.is_open.is_(True), c.is_withdrawn.is_(False), c.category_code.in_(codes))
    units = world.town.unit_names
    rows = [
        Request(
            row.id,
            row.number,
            row.title,
            codes[row.category_code],
            units.get(row.main_unit or "", ""),
            row.due_at,
        )
        for row in connection.execute(query)
    ]
    return tuple(sorted(rows, key=lambda row: (row.due_at is None, row.due_at, row.number)))
