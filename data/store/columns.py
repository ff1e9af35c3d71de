"""Columns that many tables have alike."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Integer, String
from sqlalchemy.sql.schema import SchemaItem

from data.store.types import BigId


def row_id() -> Column[int]:
    """Return the key of a row, by which before-images and a rollback know it."""
    return Column("id", BigId, primary_key=True)


def code(name: str, *, nullable: bool = False, comment: str | None = None) -> Column[str]:
    """Return a column of codes; codes are text, also where they look like numbers."""
    return Column(name, String(32), nullable=nullable, comment=comment)


def number(name: str = "number") -> Column[str]:
    """Return a column that holds a number as a register gave it: text of at most 64 characters."""
    return Column(name, String(64), nullable=False)


def lineage() -> list[SchemaItem]:
    """Return fresh lineage columns: which load, which file, which line, and demo or not."""
    return [
        Column("load_id", BigId, index=True),
        Column("source_hash", String(64)),
        Column("source_line", Integer),
        Column("is_demo", Boolean, nullable=False, default=False),
    ]


def place() -> list[SchemaItem]:
    """Return fresh columns of a point (degrees, EPSG:4490) and of the grids that it lies in."""
    return [
        Column("lon", Float),
        Column("lat", Float),
        *(code(name, nullable=True) for name in ("comprehensive_code", "police_code", "professional_code")),
    ]
