"""The rows behind an indicator's figure, those that are listed beside it included, each to its file and line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from data.domain.formula import read_formula
from data.town import IndicatorDefinition
from data.views.facts import FACTS
from data.views.facts.source import Asked, FactSource
from data.views.indicators import Wanted, definition_of
from data.views.present import within
from data.world import World

MOST = 200


@dataclass(frozen=True, slots=True)
class RowPage:
    """A page of rows, how many there are, and where the next page begins."""

    items: list[dict[str, Any]]
    total: int
    next_offset: int | None


def rows_of(
    world: World, indicator: str, wanted: Wanted, now: datetime, offset: int = 0, limit: int = MOST
) -> RowPage:
    """Return rows that count in a figure, or that are left out of it and say why (`flag`: exempt, suspended).

    Raises `NotFound` for an unknown indicator. A figure of this instant has no rows of days.
    """
    definition = definition_of(world.town, indicator, wanted.day)
    source = FACTS[definition.facts]
    asked = Asked(wanted.period.begin, wanted.period.end, now)
    with world.store.read() as connection:
        frame = within(source.read(world, connection, asked), wanted.place)
        found = _counting(definition, source, frame)
        page = found.iloc[offset : offset + limit]
        said = {
            kind: source.describe(world, connection, str(kind), [int(i) for i in part["row_id"]])
            for kind, part in page.groupby("row_kind")
        }
    names = _names(definition, source)
    items = [_item(row, names, said) for row in page.to_dict("records")]
    is_more = offset + limit < len(found)
    return RowPage(items, len(found), offset + limit if is_more else None)


def _names(definition: IndicatorDefinition, source: FactSource) -> list[str]:
    formula = read_formula(definition.formula)
    named = formula.measures | formula.medians | {definition.sample or ""}
    return [name for name in (*source.measures, *source.durations) if name in named]


def _counting(definition: IndicatorDefinition, source: FactSource, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows that add to a measure of the formula, and those that are flagged among them."""
    names = _names(definition, source)
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
