"""Writing many rows at once past the ORM: many rows to a statement on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, islice
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

NOTHING: Mapping[str, Any] = MappingProxyType({})
TEXT_WIDTH = 26  # 2026-11-24 01:02:03.000004
VALUES_AT_ONCE = 8_000
"""Values bound in one statement; SQLite takes 32,766."""


def insert_rows(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    fixed: Mapping[str, Any] = NOTHING,
) -> None:
    """Insert rows of values that the driver takes as they are; table and columns are our own names.

    `fixed` columns have one value in every row: numbers, flags and words of our own. Instants may be UTC text.
    """
    names = ", ".join([*columns, *fixed])
    cursor = connection.connection.cursor()
    try:
        if connection.dialect.name == "sqlite":
            marks = ", ".join([*("?" * len(columns)), *map(_literal, fixed.values())])
            waiting, at_once = iter(rows), VALUES_AT_ONCE // len(columns)
            while cells := list(chain.from_iterable(islice(waiting, at_once))):
                values = ", ".join([f"({marks})"] * (len(cells) // len(columns)))
                cursor.execute(f"INSERT INTO {table} ({names}) VALUES {values}", cells)  # noqa: S608
            return
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            same = tuple(fixed.values())
            for row in rows:
                copy.write_row((*row, *same))
    finally:
        cursor.close()


def _literal(value: Any) -> str:
    """Write a fixed value into a statement."""
    if isinstance(value, (bool, int)):
        return str(int(value))
    return "'" + str(value).replace("'", "''") + "'"


def as_lists(columns: Mapping[str, Any], length: int, *, is_sqlite: bool) -> dict[str, list[Any]]:
    """Return columns as the driver stores them; a plain value stands for a whole column of it."""
    return {name: native(values, length, is_sqlite=is_sqlite) for name, values in columns.items()}


def native(values: Any, length: int, *, is_sqlite: bool) -> list[Any]:
    """Return a column as the driver stores it: missing as None, instants as the column type keeps them."""
    if not isinstance(values, (pd.Series, np.ndarray, list)):
        return [values] * length
    if isinstance(values, list):
        return values
    series = values if isinstance(values, pd.Series) else pd.Series(values)
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        return _instants(series, is_sqlite=is_sqlite)
    return _with_none(series.tolist(), series)


def _with_none(items: list[Any], series: pd.Series) -> list[Any]:
    """Return items with None where the series has nothing."""
    missing = series.isna().to_numpy()
    if not missing.any():
        return items
    return [None if gone else item for item, gone in zip(items, missing.tolist(), strict=True)]


def _instants(series: pd.Series, *, is_sqlite: bool) -> list[Any]:
    utc = series.dt.tz_convert("UTC").dt.as_unit("us")
    written = instant_texts(utc) if is_sqlite else list(utc.array.to_pydatetime())
    return _with_none(written, utc)


def instant_texts(utc: pd.Series) -> list[str]:
    """Write UTC instants as SQLite keeps them; what is missing gives a meaningless text."""
    instants = utc.dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    written = np.datetime_as_string(instants, unit="us").astype(f"U{TEXT_WIDTH}")
    written.view("U1").reshape(len(written), TEXT_WIDTH)[:, 10] = " "
    texts: list[str] = written.tolist()
    return texts


def part_fixed(
    columns: Mapping[str, list[Any]], own: Collection[str]
) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Part columns into those that are sent with each row and those of `own` with one value in every row.

    `own` are columns of flags and of words of our own: what a file says is always sent as a value. Columns
    without any value are left out, since that is what a row without them has.
    """
    varying: dict[str, list[Any]] = {}
    fixed: dict[str, Any] = {}
    for name, values in columns.items():
        first = values[0]
        if (first is not None and name not in own) or values.count(first) < len(values):
            varying[name] = values
        elif first is not None:
            fixed[name] = first
    return varying, fixed
