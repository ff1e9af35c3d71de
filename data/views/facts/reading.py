"""Reading raw rows into frames of facts: instants become local days, and spans become minutes."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection, Select

from data.views.facts.source import Asked


def frame_of(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    """Return a query's rows, each instant as a UTC timestamp."""
    rows = connection.execute(query).mappings().all()
    return pd.DataFrame(
        [dict(row) for row in rows], columns=[column.name for column in query.selected_columns]
    )


def instants(asked: Asked, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first instant of the days that are asked for, and the first after them."""
    return datetime.combine(asked.begin, time(), zone), datetime.combine(asked.end, time(), zone)


def local_days(instant: pd.Series, zone: ZoneInfo) -> pd.Series:
    """Return the town's days of instants, None where there is none."""
    return pd.to_datetime(instant, utc=True).dt.tz_convert(zone).dt.date


def facts_of(
    zone: ZoneInfo, found: pd.DataFrame, at: pd.Series, kind: str, unit: str, **measures: object
) -> pd.DataFrame:
    """Return rows of a kind as facts: `at` says on which day each counts, `unit` which column has its unit."""
    return pd.DataFrame(
        {
            "day": local_days(at, zone),
            "grid_code": found["comprehensive_code"],
            "unit_code": found[unit],
            "category": found["category_code"],
            "row_kind": kind,
            "row_id": found["id"],
            **measures,
        },
        index=found.index,
    )


def minutes_between(begin: pd.Series, end: pd.Series) -> pd.Series:
    """Return the minutes from one instant to another, NaN where one is missing or they stand in the wrong order."""
    minutes = (pd.to_datetime(end, utc=True) - pd.to_datetime(begin, utc=True)).dt.total_seconds() / 60
    return minutes.where(minutes >= 0)
