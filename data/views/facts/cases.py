"""Cases behind a figure: number and title, masked where the category is sensitive, and where the row came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from data.domain.vocabulary import CaseState, WallSensitivity
from data.store.tables import loads, visible_cases
from data.world import World


def describe_cases(world: World, connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, object]]:
    """Return what to say of cases, by id; of a sensitive one its major class alone, as on the screens."""
    c = visible_cases.c
    query = (
        select(c.id, c.number, c.title, c.category_code, c.state, c.load_id, c.source_line, loads.c.file_name)
        .outerjoin(loads, loads.c.id == c.load_id)
        .where(c.id.in_(list(ids)))
    )
    return {
        row.id: {
            "number": row.number,
            **_matter(world, row.category_code, row.title),
            "state": CaseState(row.state).label,
            "load_id": row.load_id,
            "file": row.file_name,
            "line": row.source_line,
        }
        for row in connection.execute(query)
    }


def span_of_cases(world: World, connection: Connection, _now: datetime) -> tuple[date, date] | None:
    """Return the days from the first report to the last deadline."""
    c = visible_cases.c
    columns = (
        func.min(c.reported_at),
        func.max(c.reported_at),
        func.max(c.due_at),
        func.max(c.external_due_at),
    )
    first, *lasts = connection.execute(select(*columns)).one()
    if first is None:
        return None
    zone = world.town.profile.zone
    last = max(value for value in lasts if value is not None)
    return first.astimezone(zone).date(), last.astimezone(zone).date() + timedelta(days=1)


def _matter(world: World, code: str, title: str) -> dict[str, object]:
    category = world.town.category(code)
    if category is not None and category.wall_sensitivity is WallSensitivity.NORMAL:
        return {"title": title, "category": code}
    major = category.major_name if category else "其他"
    return {"title": f"{major}（内容遮蔽）", "category": code[:2]}
