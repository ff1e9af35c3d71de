"""The rows behind an indicator's figure, those that are listed beside it included, each to its file and line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from data.domain.formula import read_formula
from data.town import IndicatorDefinition
from data.views.facts import FACTS
from data.views.facts.source import Asked, FactSource
from data.views.indicators import definition_of
from data.views.present import within
from data.views.sums import Sums
from data.views.wanted import Wanted, reported
from data.world import World

MOST = 200
FIRST_DAYS = 2


@dataclass(frozen=True, slots=True)
class RowPage:
    """A page of rows, how many there are (None: not all were read), and where the next page begins."""

    items: list[dict[str, Any]]
    total: int | None
    next_offset: int | None


def rows_of(
    world: World, indicator: str, wanted: Wanted, now: datetime, offset: int = 0, limit: int = MOST
) -> RowPage:
    """Return rows that count in a figure, or that are left out of it and say why (`flag`: exempt, suspended).

    Raises `NotFound` for an unknown indicator. A figure of this instant has no rows of days.
    """
    with world.store.read() as connection:
        behind = _behind(world, connection, indicator, wanted, now)
        found = behind.rows(connection, behind.period.begin, behind.period.end)
        items = behind.said(connection, found.iloc[offset : offset + limit])
    is_more = offset + limit < len(found)
    return RowPage(items, len(found), offset + limit if is_more else None)


def newest_rows(world: World, indicator: str, wanted: Wanted, now: datetime, limit: int) -> RowPage:
    """Return the newest rows behind a figure, read from the end of the period in ever longer steps until enough.

    `total` is None where older days were not read. Raises `NotFound` for an unknown indicator.
    """
    parts: list[pd.DataFrame] = []
    with world.store.read() as connection:
        behind = _behind(world, connection, indicator, wanted, now)
        first = behind.period.begin
        end, days = (behind.period.end if behind.names else first), FIRST_DAYS
        while end > first and sum(map(len, parts)) < limit:
            begin = max(first, end - timedelta(days=days))
            parts.append(behind.rows(connection, begin, end))
            end, days = begin, 2 * days
        found = pd.concat(parts) if parts else pd.DataFrame()
        items = behind.said(connection, found.iloc[:limit])
    return RowPage(items, len(found) if end <= first else None, None)


def _behind(world: World, connection: Connection, indicator: str, wanted: Wanted, now: datetime) -> _Behind:
    """Return what stands behind a figure: of one that is reported by month, behind the month that is told."""
    one = definition_of(world.town, indicator, wanted.day)
    return _Behind(world, one, reported(Sums(world, connection, now), one, wanted), now)


class _Behind:
    """The rows of one definition."""

    def __init__(self, world: World, one: IndicatorDefinition, wanted: Wanted, now: datetime) -> None:
        self._world, self._one, self._wanted, self._now = world, one, wanted, now
        self._source = FACTS[one.facts]
        self.names = _names(one, self._source)
        self.period = wanted.period

    def rows(self, connection: Connection, begin: date, end: date) -> pd.DataFrame:
        """Return the rows that count on some days, the newest first."""
        frame = self._source.read(self._world, connection, Asked(begin, end, self._now))
        return _counting(self.names, self._source, within(frame, self._wanted.place))

    def said(self, connection: Connection, page: pd.DataFrame) -> list[dict[str, Any]]:
        """Return rows with what there is to say of them."""
        if page.empty:
            return []
        said = {
            kind: self._source.describe(self._world, connection, str(kind), [int(i) for i in part["row_id"]])
            for kind, part in page.groupby("row_kind")
        }
        return [_item(row, self.names, said) for row in page.to_dict("records")]


def _names(definition: IndicatorDefinition, source: FactSource) -> list[str]:
    formula = read_formula(definition.formula)
    named = formula.measures | formula.medians | {definition.sample or ""}
    return [name for name in (*source.measures, *source.durations) if name in named]


def _counting(names: Sequence[str], source: FactSource, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows that add to a measure of the formula, and those that are flagged among them."""
    if frame.empty or not names:
        return frame.iloc[:0]
    counts = [name for name in names if name in source.measures]
    durations = [name for name in names if name in source.durations]
    counting = (frame[counts] != 0).any(axis=1) | frame[durations].notna().any(axis=1)
    kinds = set(frame.loc[counting, "row_kind"])
    flagged = (frame["flag"] != "") & frame["row_kind"].isin(kinds)
    return frame[counting | flagged].sort_values(["day", "row_kind", "row_id"], ascending=[False, True, True])


def _item(
    row: dict[str, Any], names: list[str], said: dict[Any, dict[int, dict[str, object]]]
) -> dict[str, Any]:
    measures = {name: row[name] for name in names if row[name] == row[name] and row[name] != 0}
    known = said.get(row["row_kind"], {}).get(int(row["row_id"]), {})
    place = {"grid_code": row["grid_code"], "unit_code": row["unit_code"], "category": row["category"]}
    return {
        "kind": row["row_kind"],
        "id": int(row["row_id"]),
        "day": row["day"].isoformat(),
        "flag": row["flag"],
        **place,
        "measures": measures,
        **known,
    }
