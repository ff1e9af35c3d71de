"""The home town with rows of record tables written directly, and its figures counted from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, insert

from data.domain.periods import PeriodKind
from data.services.measures import count_marked, mark_all
from data.views.indicator_rows import rows_of
from data.views.indicators import Wanted, figures_of, split_of
from data.world import World

MONDAY = datetime.fromisoformat("2026-11-23T17:32:08+08:00")
NOVEMBER = Wanted(PeriodKind.MONTH, date(2026, 11, 23))


def few_rows(world: World) -> World:
    """Return the world with definitions that ask for no minimum sample."""
    few = tuple(one.model_copy(update={"minimum_sample": 0}) for one in world.town.indicators)
    return replace(world, town=replace(world.town, indicators=few))


def write(world: World, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows as they are."""
    with world.store.write() as transaction:
        transaction.connection.execute(insert(table), [dict(row) for row in rows])
        transaction.changed("loads", MONDAY)


def count(world: World, now: datetime = MONDAY) -> None:
    """Count every day that has rows."""
    mark_all(world, now)
    while count_marked(world, now):
        pass


def values(world: World, module: str, wanted: Wanted = NOVEMBER, now: datetime = MONDAY) -> dict[str, Any]:
    """Return the values of a module's indicators by id, rounded to what a hand can reckon."""
    found = figures_of(world, module, wanted, now)
    return {
        one.definition.id: None if one.figure.value is None else round(one.figure.value, 4) for one in found
    }


def split(world: World, indicator: str, by: str) -> dict[str, float | None]:
    """Return an indicator of the month by a facet."""
    return {code: one.value for code, one in split_of(world, indicator, by, NOVEMBER, MONDAY)}


def behind(world: World, indicator: str) -> list[dict[str, Any]]:
    """Return the rows behind an indicator of the month."""
    return rows_of(world, indicator, NOVEMBER, MONDAY).items
