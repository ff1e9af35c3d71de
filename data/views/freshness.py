"""Which sources are late, and so which figures: a figure is as late as the latest source of the tables that it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from data.domain.vocabulary import Freshness
from data.town import IndicatorDefinition
from data.views.lens import moment
from data.views.situation import source_ages, with_ages
from data.world import World


@dataclass(frozen=True, slots=True)
class LateSource:
    """A source whose data are older than they may be; `until` is None for one that never came."""

    key: str
    name: str
    until: datetime | None
    tolerance_minutes: float


LateTables = Mapping[str, tuple[LateSource, ...]]
"""By table the sources that bring it and are late or missing."""


def read_late(world: World, connection: Connection, now: datetime) -> list[tuple[str, LateSource]]:
    """Read the sources that are late or missing, each with the table that it brings."""
    return [
        (
            world.town.sources[row["key"]].target,
            LateSource(
                row["key"],
                row["name"],
                datetime.fromisoformat(row["last_at"]) if row["last_at"] else None,
                row["tolerance_minutes"],
            ),
        )
        for row in with_ages(source_ages(connection, world.town), now)
        if row["state"] != Freshness.FRESH
    ]


def oldest_first(late: Iterable[tuple[str, LateSource]]) -> tuple[LateSource, ...]:
    """Return late sources, those that never came first, then the oldest data."""
    return tuple(
        sorted(
            (source for _table, source in late), key=lambda one: one.until.timestamp() if one.until else 0.0
        )
    )


def late_tables(late: Iterable[tuple[str, LateSource]]) -> LateTables:
    """Return which tables wait for a source."""
    found: dict[str, tuple[LateSource, ...]] = {}
    for table, source in late:
        found[table] = (*found.get(table, ()), source)
    return found


def late_sources(world: World, one: IndicatorDefinition, now: datetime) -> tuple[LateSource, ...]:
    """Read the late sources of the tables that one indicator names."""
    with world.store.read() as connection:
        late = late_tables(read_late(world, connection, now))
    return tuple(source for table in one.sources for source in late.get(table, ()))


def late_json(sources: tuple[LateSource, ...]) -> list[dict[str, Any]]:
    """Return late sources as REST answers them."""
    return [
        {
            "key": one.key,
            "name": one.name,
            "data_until": moment(one.until),
            "tolerance_minutes": one.tolerance_minutes,
        }
        for one in sources
    ]
