"""Enterprises month by month: what was told, what was due and is missing, and the same month a year before."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from sqlalchemy import Connection, and_, or_, select

from data.store.modules.economy import enterprise_months, enterprises
from data.views.facts.reading import frame_of
from data.views.facts.records import record_facts
from data.views.facts.source import Asked
from data.world import World

AMOUNTS = ("output", "tax", "investment", "power")
PLACE = (enterprises.c.comprehensive_code.label("grid_code"), enterprises.c.industry.label("category"))
SUMS = (*AMOUNTS, "leading_output")
LIKE = tuple(f"{name}_{side}" for name in ("output", "tax", "investment") for side in ("same", "before"))
"""Sums over the enterprises that told of the month and of the same month a year before, on either side."""

LEADING = ("new_materials", "equipment", "biomedicine", "semiconductor")
COUNTED_SHARE = 0.5
"""A month is being reported when at least this share of those who owe it has told: before that nobody is missing."""


def read_months(_world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return a fact per enterprise and month that ends on the days asked for, told or missing.

    Owed is a month by an above-scale enterprise that was one on its first day and has not closed.
    """
    months = pd.period_range(asked.begin, asked.end - timedelta(days=1), freq="M")
    days = [month.end_time.date() for month in months]
    parts = [_month(connection, day) for day in days if asked.begin <= day < asked.end]
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _month(connection: Connection, day: object) -> pd.DataFrame:
    last = pd.Timestamp(day)
    first = last.replace(day=1)
    told = _told(connection, first)
    if told.empty:
        return told
    owed = _owed(connection, first)
    known = set(told.loc[told["output_yuan"].notna(), "enterprise_code"])
    missing = owed[~owed["enterprise_code"].isin(known)]
    if len(missing) > COUNTED_SHARE * len(owed):
        missing = missing.iloc[:0]
    return pd.concat([_of_told(told, owed, last.date()), _of_missing(missing, told, last.date())])


def _told(connection: Connection, first: pd.Timestamp) -> pd.DataFrame:
    """Read a month's rows, each with its enterprise and what it told a year before."""
    m, e = enterprise_months.c, enterprises.c
    year_ago = enterprise_months.alias()
    before = (first - pd.DateOffset(years=1)).date()
    amounts = [m[f"{name}_yuan" if name != "power" else "power_kwh"] for name in AMOUNTS]
    past = [year_ago.c[f"{name}_yuan"].label(f"{name}_past") for name in ("output", "tax", "investment")]
    same = and_(year_ago.c.enterprise_code == m.enterprise_code, year_ago.c.month == before)
    query = (
        select(m.id, m.enterprise_code, *amounts, *past, *PLACE)
        .join(enterprises, e.code == m.enterprise_code, isouter=True)
        .join(year_ago, same, isouter=True)
        .where(m.month == first.date())
    )
    return frame_of(connection, query)


def _owed(connection: Connection, first: pd.Timestamp) -> pd.DataFrame:
    e, day = enterprises.c, first.date()
    query = select(e.id, e.code.label("enterprise_code"), *PLACE).where(
        e.is_above_scale.is_(True),
        or_(e.above_scale_since.is_(None), e.above_scale_since <= day),
        or_(e.closed_on.is_(None), e.closed_on > day),
    )
    return frame_of(connection, query)


def _of_told(told: pd.DataFrame, owed: pd.DataFrame, day: object) -> pd.DataFrame:
    is_owed = told["enterprise_code"].isin(owed["enterprise_code"]).astype(float)
    is_empty = told["output_yuan"].isna().astype(float)
    output = _number(told, "output_yuan")
    measures: dict[str, object] = {
        "expected": is_owed,
        "broken": is_owed * is_empty,
        "output": output,
        "tax": _number(told, "tax_yuan"),
        "investment": _number(told, "investment_yuan"),
        "power": _number(told, "power_kwh"),
        "leading_output": output.where(told["category"].isin(LEADING), 0.0),
    }
    for name in ("output", "tax", "investment"):
        is_both = told[f"{name}_yuan"].notna() & told[f"{name}_past"].notna()
        measures[f"{name}_same"] = _number(told, f"{name}_yuan").where(is_both, 0.0)
        measures[f"{name}_before"] = _number(told, f"{name}_past").where(is_both, 0.0)
    return _facts(told, day, "enterprise_month", measures)


def _of_missing(missing: pd.DataFrame, told: pd.DataFrame, day: object) -> pd.DataFrame:
    """Enterprises of which there is no row; one with an empty row is told of by that row."""
    absent = missing[~missing["enterprise_code"].isin(told["enterprise_code"])]
    return _facts(absent, day, "enterprise", {"expected": 1.0, "broken": 1.0})


def _facts(found: pd.DataFrame, day: object, kind: str, measures: dict[str, object]) -> pd.DataFrame:
    days = pd.Series([day] * len(found), index=found.index, dtype="object")
    return record_facts(found, kind, days, **measures)


def _number(found: pd.DataFrame, column: str) -> pd.Series:
    return pd.to_numeric(found[column]).astype("float64").fillna(0.0)
