"""Typed rows of a file as rows of a record table: plain values of the columns' own types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, Boolean, Column, Connection, Date, Float, Integer, select

from data.domain.journal import canonical_json
from data.domain.weights import read_weights
from data.loaders.gathered import VALUES_AT_ONCE, Row
from data.loaders.modules.records import LOADED, Records
from data.store.types import Instant


def told_rows(records: Records, rows: pd.DataFrame) -> list[Row]:
    """Return a row per typed row, with every column of the table but those of the load, and the line.

    Whole numbers are rounded half to even; what is missing is None, or what the table says for it.
    """
    columns = [c for c in records.table.columns if c.name not in LOADED]
    cells = {c.name: _column(c, rows) for c in columns}
    cells |= {name: [_weights(text) for text in cells[name]] for name in records.weights}
    lines = [int(line) for line in rows.index]
    return [
        {**dict(zip(cells, values, strict=True)), "source_line": line}
        for line, *values in zip(lines, *cells.values(), strict=True)
    ]


def settled_columns(
    connection: Connection, records: Records, known: Mapping[tuple[Any, ...], Row]
) -> dict[tuple[Any, ...], frozenset[str]]:
    """Return by key the columns of known rows that the platform has filled itself, so that no file rewrites them."""
    found: dict[tuple[Any, ...], frozenset[str]] = {}
    keys = [key[0] for key in known]
    for name, column in records.settled.items():
        for start in range(0, len(keys), VALUES_AT_ONCE):
            some = select(column).where(column.in_(keys[start : start + VALUES_AT_ONCE]))
            for value in connection.execute(some).scalars():
                found[value,] = found.get((value,), frozenset()) | {name}
    return found


def _column(column: Column[Any], rows: pd.DataFrame) -> list[Any]:
    missing = None if column.default is None else column.default.arg  # type: ignore[attr-defined]
    if column.name not in rows:
        return [missing] * len(rows)
    convert = next((function for kind, function in CONVERTS.items() if isinstance(column.type, kind)), str)
    values, gone = rows[column.name], rows[column.name].isna()
    return [missing if none else convert(value) for value, none in zip(values, gone, strict=True)]


def _instant(value: Any) -> datetime:
    found: datetime = value.to_pydatetime()
    return found


def _day(value: Any) -> date:
    found: date = value.date()
    return found


def _weights(text: str) -> str:
    return canonical_json(read_weights(text))


def _whole(value: Any) -> int:
    return round(float(value))


CONVERTS: Mapping[type, Callable[[Any], Any]] = MappingProxyType(
    {Instant: _instant, Date: _day, Boolean: bool, BigInteger: _whole, Integer: _whole, Float: float}
)
