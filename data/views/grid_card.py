"""What a grid's card shows that does not change from minute to minute, with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import select

from data.domain.errors import NotFound
from data.store.tables import loads
from data.world import World


@dataclass(frozen=True, slots=True)
class GridCard:
    """A grid's names and figures; a figure that nobody gave is None. `as_of` is when its source spoke."""

    code: str
    kind: str
    name: str
    village_name: str | None
    population: int | None
    households: int | None
    firms: int | None
    key_places: int | None
    source_name: str
    as_of: datetime | None
    is_demo: bool


def grid_card(world: World, code: str, on: date) -> GridCard:
    """Return the card of the grid that is valid on `on`, a date in the town's zone.

    Raises `NotFound` for a code that names no grid on that day.
    """
    frame = world.grids.current(on).frame
    found = frame.loc[frame["code"] == code]
    if found.empty:
        raise NotFound(
            f"没有编码为“{code}”的网格",
            field="code",
            value=code,
            cure="网格可能已调整，请在地图上重新选择",
        )
    row = found.iloc[0]
    source_name, as_of = _source(world, row["load_id"])
    return GridCard(
        code=code,
        kind=str(row["kind"]),
        name=str(row["name"]),
        village_name=_village_name(world, row["village_code"]),
        population=_whole(row["population"]),
        households=_whole(row["households"]),
        firms=_whole(row["firms"]),
        key_places=_whole(row["key_places"]),
        source_name=source_name,
        as_of=as_of,
        is_demo=bool(row["is_demo"]),
    )


def _source(world: World, load_id: Any) -> tuple[str, datetime | None]:
    """Return the name of the source that a row came from, and the instant its data speak of."""
    if pd.isna(load_id):
        return "网格台账", None
    columns = (loads.c.source_key, loads.c.data_until, loads.c.published_at)
    with world.store.read() as connection:
        row = connection.execute(select(*columns).where(loads.c.id == int(load_id))).first()
    if row is None:
        return "网格台账", None
    source = world.town.sources.get(row.source_key)
    return source.name if source else row.source_key, row.data_until or row.published_at


def _village_name(world: World, code: Any) -> str | None:
    """Return the village's name as people say it, or None where the grid has no village."""
    names = {village.code: village.short_name or village.name for village in world.town.villages}
    return names.get(code) if isinstance(code, str) else None


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)
