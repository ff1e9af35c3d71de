"""Appeals of assessments: the row of the file stays as it came, and what was granted stands beside it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Index, Integer, String, Table, Text, text

from data.store.tables import metadata
from data.store.types import BigId, Instant

assessment_appeals = Table(
    "assessment_appeals",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("number", String(48), nullable=False, unique=True),
    Column("assessment_code", String(32), nullable=False, index=True),
    Column("unit_code", String(32), nullable=False),
    Column("period", Date, nullable=False, comment="its first day"),
    Column("staff_kind", String(32), nullable=False),
    Column("method_version", String(32), nullable=False),
    Column("score", Float, nullable=False, comment="as the assessment stood when the appeal was raised"),
    Column("exempted", Integer, nullable=False, comment="likewise"),
    Column("reason", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", String(64)),
    Column("outcome", String(16), comment="granted, partial, refused; null until decided"),
    Column("decision", Text, comment="why it was decided so"),
    Index(
        "uq_assessment_appeals_waiting",
        "assessment_code",
        unique=True,
        sqlite_where=text("decided_at IS NULL"),
        postgresql_where=text("decided_at IS NULL"),
    ),
    comment="Of each assessment at most one appeal waits.",
)

assessment_appeal_cases = Table(
    "assessment_appeal_cases",
    metadata,
    Column("appeal_id", BigId, ForeignKey("assessment_appeals.id"), primary_key=True),
    Column("case_id", BigId, ForeignKey("cases.id"), primary_key=True, index=True),
    Column("is_exempt", Boolean, comment="null until decided; the facts of the case stay"),
)
