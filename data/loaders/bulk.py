"""Writing many rows at once past the ORM: `executemany` on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

NOTHING: Mapping[str, Any] = MappingProxyType({})
TEXT_WIDTH = 26  # 2026-11-24 01:02:03.000004
SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US


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
    """Write UTC instants as SQLite keeps them; what is missing gives a meaningless text.

    Files repeat their days and speak in whole seconds: each day is written once, each time of day ever.
    """
    instants = utc.dt.tz_localize(None).to_numpy().astype("datetime64[us]").astype("int64")
    days, rest = np.divmod(instants, DAY_US)
    if (rest % SECOND_US).any():
        return _exact_texts(instants)
    each, at = np.unique(days, return_inverse=True)
    written = np.datetime_as_string(each.astype("datetime64[D]")).tolist()
    times = _times_of_day()
    return [
        written[day] + times[second]
        for day, second in zip(at.tolist(), (rest // SECOND_US).tolist(), strict=True)
    ]


@cache
def _times_of_day() -> list[str]:
    """Return the text of every second of a day."""
    return [f" {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}.000000" for s in range(DAY_US // SECOND_US)]


def _exact_texts(instants: np.ndarray) -> list[str]:
    """Write instants (microseconds since 1970) with their fractions of seconds."""
    written = np.datetime_as_string(instants.astype("datetime64[us]"), unit="us").astype(f"U{TEXT_WIDTH}")
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
