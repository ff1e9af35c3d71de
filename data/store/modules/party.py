"""Party building: activities, tasks shared with the partner town, assessments by versioned methods."""

from __future__ import annotations

from sqlalchemy import Column, Date, Float, Index, Integer, String, Table, Text, UniqueConstraint

from data.store.columns import code, lineage, row_id
from data.store.tables import metadata

party_activities = Table(
    "party_activities",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True),
    code("village_code"),
    Column("held_on", Date, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("attended", Integer, nullable=False),
    *lineage(),
    Index("ix_party_activities_held_on", "held_on"),
)

partnership_tasks = Table(
    "partnership_tasks",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True),
    Column("project", String(16), nullable=False, comment="industry, tourism, reform, cadres"),
    Column("name", Text, nullable=False),
    Column("partner", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("done_on", Date),
    *lineage(),
    Index("ix_partnership_tasks_due_on", "due_on"),
)

assessment_methods = Table(
    "assessment_methods",
    metadata,
    row_id(),
    Column("version", String(32), nullable=False),
    Column("staff_kind", String(32), nullable=False, comment="administrative, institution, contract"),
    Column("weights", Text, nullable=False, comment="JSON: part → weight, 100 together"),
    Column("valid_from", Date, nullable=False),
    *lineage(),
    UniqueConstraint("version", "staff_kind"),
)

assessments = Table(
    "assessments",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True),
    Column("period", Date, nullable=False, comment="its first day"),
    Column("staff_kind", String(32), nullable=False),
    code("unit_code"),
    Column("method_version", String(32), nullable=False),
    Column("score", Float, nullable=False, comment="0 to 100"),
    Column("exempted", Integer, nullable=False, default=0, comment="cases that an appeal exempted"),
    *lineage(),
    Index("ix_assessments_period", "period"),
    Index("ix_assessments_unit_code_period", "unit_code", "period"),
)
