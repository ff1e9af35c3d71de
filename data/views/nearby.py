"""What may be the same matter: open cases of the category near a point and of the last day, with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import select

from data.store.tables import visible_cases
from data.views.lens import moment
from data.world import World
from geo.crs import Projector

WITHIN = timedelta(hours=24)
MOST = 5


@dataclass(frozen=True, slots=True)
class Nearby:
    """One case that may be the same: how far in metres, how alike its title (0 to 1)."""

    id: int
    number: str
    title: str
    reported_at: str | None
    distance_m: int
    likeness: float


def nearby_cases(
    world: World, category: str, lon: float, lat: float, title: str, now: datetime
) -> list[Nearby]:
    """Return open cases of a category within the town's radius of a point (EPSG:4490) and 24 h, likest first."""
    rows = _candidates(world, category, now)
    if not rows:
        return []
    profile = world.town.profile
    x, y = Projector(profile.projected_crs).forward(
        [lon, *(r.lon for r in rows)], [lat, *(r.lat for r in rows)]
    )
    metres = np.hypot(x[1:] - x[0], y[1:] - y[0])
    near = ((row, float(away)) for row, away in zip(rows, metres, strict=True))
    found = [_nearby(row, away, title) for row, away in near if away <= profile.duplicate_radius_m]
    return sorted(found, key=lambda one: (-one.likeness, one.distance_m))[:MOST]


def _candidates(world: World, category: str, now: datetime) -> Any:
    """Read the open cases of the category that came within the last day and have a place."""
    c = visible_cases.c
    query = select(c.id, c.number, c.title, c.reported_at, c.lon, c.lat).where(
        c.category_code == category,
        c.is_open.is_(True),
        c.reported_at > now - WITHIN,
        c.lon.is_not(None),
    )
    with world.store.read() as connection:
        return connection.execute(query).all()


def _nearby(row: Any, metres: float, title: str) -> Nearby:
    from rapidfuzz import fuzz

    likeness = round(fuzz.ratio(title, row.title) / 100, 2)
    return Nearby(row.id, row.number, row.title, moment(row.reported_at), round(metres), likeness)
