"""Rows of the modules' record tables as facts: on which day each counts, where it lies, which file brought it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Column, Connection, Row, Table, func, select

from data.store.tables import loads

Said = Mapping[str, object]
Say = Callable[[Row[Any]], Said]

NOWHERE = {"grid_code": "", "unit_code": "", "category": ""}
PLACES = tuple(NOWHERE)


def record_facts(found: pd.DataFrame, kind: str, day: pd.Series, **measures: object) -> pd.DataFrame:
    """Return rows of a kind as facts: `day` says on which local day each counts.

    The frame has the columns `id`, `grid_code`, `unit_code` and `category`, as far as they are known.
    """
    places = {name: found.get(name, "") for name in PLACES}
    fixed = {"day": day, **places, "row_kind": kind, "row_id": found["id"]}
    return pd.DataFrame({**fixed, **measures}, index=found.index)


def days_between(begin: pd.Series, end: pd.Series) -> pd.Series:
    """Return the time from one day to another in minutes, as durations are kept; NaN where it runs backwards."""
    minutes = (pd.to_datetime(end) - pd.to_datetime(begin)).dt.total_seconds() / 60
    return minutes.where(minutes >= 0)


def present_rows(parts: Sequence[pd.DataFrame], present: Sequence[str]) -> pd.DataFrame:
    """Return parts with some of the places and present measures as one frame with all of them."""
    columns = [*PLACES, *present]
    frame = pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)
    texts, counts = list(PLACES), list(present)
    frame[texts] = frame[texts].astype("object").where(frame[texts].notna(), "")
    frame[counts] = frame[counts].astype("float64").fillna(0.0)
    return frame


def span_of_columns(
    connection: Connection, columns: Sequence[Column[Any]], zone: ZoneInfo
) -> tuple[date, date] | None:
    """Return the days from the first to the last value of some columns, None where all are empty."""
    found: set[date] = set()
    for column in columns:
        for value in connection.execute(select(func.min(column), func.max(column))).one():
            if value is not None:
                found.add(value.astimezone(zone).date() if isinstance(value, datetime) else value)
    return (min(found), max(found) + timedelta(days=1)) if found else None


def describe_records(
    connection: Connection, table: Table, ids: Sequence[int], say: Say
) -> dict[int, dict[str, object]]:
    """Return what `say` tells of rows, by id, with the file and line that brought each."""
    query = select(table, loads.c.file_name).outerjoin(loads, loads.c.id == table.c.load_id)
    return {
        row.id: {
            **say(row),
            "load_id": row.load_id,
            "file": row.file_name,
            "line": row.source_line,
        }
        for row in connection.execute(query.where(table.c.id.in_(list(ids))))
    }
