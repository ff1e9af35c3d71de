"""Writing many rows at once past the ORM: `executemany` on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

NOTHING: Mapping[str, Any] = MappingProxyType({})
TEXT_WIDTH = 26  # 2026-11-24 01:02:03.000004


def insert_rows(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    fixed: Mapping[str, Any] = NOTHING,
) -> None:
    """Insert rows of values that the driver takes as they are; table and columns are our own names.

    `fixed` columns have one value in every row: numbers, flags and words of our own.
    """
    names = ", ".join([*columns, *fixed])
    cursor = connection.connection.cursor()
    try:
        if connection.dialect.name == "sqlite":
            marks = ", ".join([*("?" * len(columns)), *map(_literal, fixed.values())])
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608
            return
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
    items: list[Any] = series.tolist()
    missing = series.isna().to_numpy()
    return (
        [None if gone else item for item, gone in zip(items, missing, strict=True)]
        if missing.any()
        else items
    )


def _instants(series: pd.Series, *, is_sqlite: bool) -> list[Any]:
    utc = series.dt.tz_convert("UTC").dt.as_unit("us")
    missing = series.isna().to_numpy()
    if not is_sqlite:
        return [None if gone else at for at, gone in zip(utc.array.to_pydatetime(), missing, strict=True)]
    texts = instant_texts(utc)
    return [None if gone else text for text, gone in zip(texts, missing, strict=True)]


def instant_texts(utc: pd.Series) -> list[str]:
    """Write UTC instants as SQLite keeps them; what is missing gives a meaningless text."""
    naive = utc.dt.tz_localize(None).to_numpy()
    written = np.datetime_as_string(naive, unit="us").astype(f"U{TEXT_WIDTH}")
    letters = written.view("U1").reshape(len(written), TEXT_WIDTH) if len(written) else written
    if len(written):
        letters[:, 10] = " "
    return written.tolist()
