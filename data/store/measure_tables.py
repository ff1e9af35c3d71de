"""What modules count, summed: rows per day and per month, and the days that must be counted anew."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, String, Table, Text

from data.store.tables import metadata
from data.store.types import BigId, Instant

measure_sums = Table(
    "measure_sums",
    metadata,
    Column("module", String(32), primary_key=True),
    Column("span", String(8), primary_key=True, comment="day, or month: the sum of its days"),
    Column("begin", Date, primary_key=True, comment="first local day of the span"),
    Column("facet", String(8), primary_key=True, comment="town, grid, unit or category"),
    Column(
        "code", String(32), primary_key=True, comment="of the facet; empty for the town, and where not known"
    ),
    Column("counts", Text, nullable=False, comment="JSON: measure → sum"),
    Column("histograms", Text, nullable=False, comment="JSON: duration → bucket → count"),
    comment="Recomputed from the rows; verify-aggregates compares.",
)

measure_marks = Table(
    "measure_marks",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("module", String(32), nullable=False),
    Column("begin", Date, nullable=False),
    Column("end", Date, nullable=False, comment="the day after the last one"),
    Column("marked_at", Instant, nullable=False),
    Index("ix_measure_marks_module_begin", "module", "begin"),
    comment="Days that changed and are not counted anew yet; appended by every write, removed by the counting.",
)
